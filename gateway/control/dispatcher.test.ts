import { describe, expect, test } from 'vitest'
import { bad, good, type Reading } from '../../drivers/reading.ts'
import { Dispatcher } from './dispatcher.ts'
import { envelope, type Familiarity, type Surroundings, type Wish } from './envelope.ts'
import type { Output } from './segment.ts'
import { fakeDriver, unasked } from './testing/fake-driver.ts'
import { outputOf, relay, segmentOf } from './testing/segments.ts'

const around: Surroundings = { asked: 0, lit: true, switchedOff: 0, interlocks: [] }
const at = Temporal.Instant.from('2026-12-21T18:00:00Z')

/** Lets every promise settle that can. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 6; turns++) await Promise.resolve()
}

function bench(output: Output = outputOf()) {
  const driver = fakeDriver()
  const faults: unknown[] = []
  let asked = 0
  const dispatcher = new Dispatcher({
    segment: segmentOf({}, [output]),
    output,
    driver,
    envelope: envelope(),
    signal: new AbortController().signal,
    on: {
      unidentified: () => asked++,
      sending: () => undefined,
      settled: () => undefined,
      fault: (error) => faults.push(error),
    },
  })
  let nowMs = 1_000_000
  const turn = async (level: number, options: { priority?: Wish['priority']; device?: Familiarity } = {}) => {
    const { priority = 'program', device = 'known' } = options
    const nextMs = dispatcher.turn({ level, priority }, around, { device, nowMs })
    await settle()
    return nextMs
  }
  return {
    driver,
    dispatcher,
    faults,
    asked: () => asked,
    turn,
    reads: (value: number | boolean | undefined, point = output.confirmBy[0]!) => {
      const reading: Reading =
        value === undefined ? { point, at, quality: bad('no-answer') } : { point, at, quality: good, value }
      dispatcher.see(reading, nowMs)
    },
    passes: (ms: number) => {
      nowMs += ms
    },
    /** Turns whenever the dispatcher wants to, for so long. */
    live: async (level: number, ms: number) => {
      const endMs = nowMs + ms
      while (nowMs < endMs) {
        const nextMs = await turn(level)
        nowMs += Math.max(1, Math.min(nextMs, endMs - nowMs, 1_000))
      }
    },
    values: () => driver.writes.map(({ value }) => value),
  }
}

describe('at a start', () => {
  test('what the device says already is not written again', async () => {
    const { reads, live, values, dispatcher } = bench()
    reads(60)
    await live(60, 60_000)
    expect(values()).toEqual([])
    expect(dispatcher.progress).toEqual({ state: 'applied' })
  })

  test('what is otherwise is brought there, once', async () => {
    const { reads, live, values, dispatcher } = bench()
    reads(58)
    await live(60, 2_000)
    reads(60)
    await live(60, 60_000)
    expect(values()).toEqual([60])
    expect(dispatcher.progress).toEqual({ state: 'applied' })
  })

  test('is heard when each point was asked, with or without an answer', () => {
    const { reads, dispatcher } = bench(outputOf({ confirmBy: ['lamps.gear_0_level', 'lamps.gear_1_level'] }))
    expect(dispatcher.isHeard).toBe(false)
    reads(50)
    expect(dispatcher.isHeard).toBe(false)
    reads(undefined, 'lamps.gear_1_level')
    expect(dispatcher.isHeard).toBe(true)
  })
})

describe('a ramp', () => {
  test('goes by steps of the slew, with the rest between them, and only its end is read back', async () => {
    const { reads, live, driver, values } = bench()
    reads(50)
    await live(62, 10_000)
    expect(values()).toEqual([55, 60, 62])
    expect(driver.writes.map(({ confirm }) => confirm)).toEqual([false, false, true])
  })

  test('comes on at the least light, and goes out from there', async () => {
    const up = bench()
    up.reads(0)
    await up.live(20, 10_000)
    expect(up.values()).toEqual([15, 20])
    const down = bench()
    down.reads(20)
    await down.live(0, 10_000)
    expect(down.values()).toEqual([15, 0])
  })

  test('turns round where it stands', async () => {
    const { reads, turn, passes, values } = bench()
    reads(50)
    await turn(80)
    passes(500)
    await turn(80)
    passes(500)
    await turn(40)
    expect(values()).toEqual([55, 60, 55])
  })

  test('a slow slew still moves by whole units', async () => {
    const { reads, live, values } = bench(outputOf({ slewPerS: 0.5 }))
    reads(50)
    await live(53, 30_000)
    expect(values()).toEqual([51, 52, 53])
  })

  test('waits for a step that is still on its way, but not for a read-back', async () => {
    const { reads, turn, passes, driver, values } = bench()
    const { promise, resolve } = Promise.withResolvers<typeof unasked>()
    reads(50)
    driver.answers(promise, unasked)
    await turn(80)
    passes(5_000)
    expect(await turn(80)).toBe(Infinity)
    expect(values()).toEqual([55])
    resolve(unasked)
    await settle()
    await turn(80)
    expect(values()).toEqual([55, 60])
    const end = Promise.withResolvers<typeof unasked>()
    driver.answers(end.promise, unasked)
    passes(1_000)
    await turn(62)
    passes(1_000)
    await turn(57)
    expect(values()).toEqual([55, 60, 62, 57])
  })
})

describe('trying again', () => {
  const rejected = { state: 'rejected', because: 'refused' } as const

  test('comes soon, then more and more seldom, and never ends', async () => {
    const { turn, passes, driver, values } = bench(relay)
    driver.answers(rejected)
    const waited: number[] = []
    for (let tries = 0; tries < 8; tries++) {
      await turn(100)
      let waitedMs = 0
      while (values().length === tries + 1) {
        passes(500)
        waitedMs += 500
        if (waitedMs > 120_000) throw new Error('it never tried again')
        await turn(100)
      }
      waited.push(waitedMs)
    }
    expect(waited).toEqual([1_000, 2_000, 5_000, 15_000, 60_000, 60_000, 60_000, 60_000])
  })

  test('says how the last write went', async () => {
    const { turn, driver, dispatcher, passes } = bench(relay)
    driver.answers(rejected, { state: 'unconfirmed', because: 'differs' }, { state: 'applied' })
    await turn(100)
    expect(dispatcher.progress).toEqual(rejected)
    passes(1_000)
    await turn(100)
    expect(dispatcher.progress).toEqual({ state: 'unconfirmed', because: 'differs' })
    passes(2_000)
    await turn(100)
    expect(dispatcher.progress).toEqual({ state: 'applied' })
  })

  test('begins anew when something else is wanted, or the device is back', async () => {
    const { turn, driver, reads, passes, values } = bench(relay)
    reads(undefined)
    driver.answers(rejected)
    await turn(100)
    for (const waitMs of [1_000, 2_000, 5_000]) {
      passes(waitMs)
      await turn(100)
    }
    expect(values()).toHaveLength(4)
    passes(1_000)
    reads(false)
    await turn(100)
    expect(values()).toHaveLength(5)
  })

  test('a rejected step did not move the lamp: the next begins where it stood', async () => {
    const { reads, turn, passes, driver, values } = bench()
    reads(50)
    driver.answers(rejected, unasked)
    await turn(80)
    passes(1_000)
    await turn(80)
    expect(values()).toEqual([55, 55])
  })

  test('a driver that throws is told, and tried again', async () => {
    const { turn, driver, faults, passes, values } = bench(relay)
    const broken = Promise.reject<typeof unasked>(new Error('broken'))
    driver.answers(broken, { state: 'applied' })
    await turn(100)
    expect(faults).toEqual([new Error('broken')])
    passes(1_000)
    await turn(100)
    expect(values()).toHaveLength(2)
  })
})

describe('reading back', () => {
  test('what the device has forgotten is written anew, at once and without a ramp', async () => {
    const { reads, live, passes, values } = bench()
    reads(100)
    await live(60, 10_000)
    const before = values().length
    passes(10_000)
    reads(0)
    await live(60, 500)
    expect(values().slice(before)).toEqual([60])
  })

  test('what keeps saying otherwise is written more and more seldom', async () => {
    const { reads, live, passes, values } = bench()
    reads(60)
    await live(61, 1_000)
    for (let minute = 0; minute < 60; minute++) {
      reads(0)
      await live(61, 60_000)
    }
    passes(1)
    expect(values().length).toBeGreaterThan(20)
    expect(values().length).toBeLessThan(70)
    expect(new Set(values())).toEqual(new Set([61]))
  })

  test('what was read before the device had time to follow says nothing', async () => {
    const { reads, live, passes, values, dispatcher } = bench()
    reads(55)
    await live(60, 1_000)
    passes(1_000)
    reads(57)
    await live(60, 2_000)
    expect(values()).toEqual([60])
    passes(5_000)
    reads(59)
    await live(60, 1_000)
    expect(values()).toEqual([60])
    expect(dispatcher.progress).toEqual({ state: 'applied' })
  })

  test('a group is as its worst lamp', async () => {
    const { reads, live, driver, dispatcher } = bench(
      outputOf({ confirmBy: ['lamps.gear_0_level', 'lamps.gear_1_level'] }),
    )
    driver.answers(unasked)
    reads(60, 'lamps.gear_0_level')
    reads(60, 'lamps.gear_1_level')
    await live(62, 1_000)
    expect(dispatcher.progress).toEqual({ state: 'unconfirmed', because: 'not-asked' })
    reads(62, 'lamps.gear_0_level')
    reads(20, 'lamps.gear_1_level')
    await live(62, 1_000)
    expect(dispatcher.actual).toBe(20)
    expect(dispatcher.progress.state).toBe('unconfirmed')
    reads(62, 'lamps.gear_1_level')
    await live(62, 1_000)
    expect(dispatcher.progress).toEqual({ state: 'applied' })
  })
})

test('to a stranger nothing is written, and why is told', async () => {
  const { turn, values, dispatcher } = bench(relay)
  expect(await turn(100, { device: 'stranger' })).toBe(1_000)
  expect(values()).toEqual([])
  expect(dispatcher.progress).toEqual({ state: 'waiting', because: 'COMMAND_WRONG_DEVICE' })
  await turn(100)
  expect(values()).toEqual([true])
})

test('nothing is written to who is not known: it is asked, and only what lasts is told', async () => {
  const { turn, values, dispatcher, passes, asked } = bench(relay)
  expect(await turn(100, { device: 'unasked' })).toBe(1_000)
  expect([values(), asked(), dispatcher.progress.state]).toEqual([[], 1, 'ramping'])
  passes(1_000)
  await turn(100, { device: 'unknown' })
  expect([values(), asked()]).toEqual([[], 2])
  expect(dispatcher.progress).toEqual({ state: 'waiting', because: 'COMMAND_NOT_IDENTIFIED' })
  await turn(100)
  expect([values(), asked()]).toEqual([[true], 2])
})

test('safety does not ramp', async () => {
  const { reads, turn, values } = bench()
  reads(100)
  await turn(0, { priority: 'safety' })
  expect(values()).toEqual([0])
})
