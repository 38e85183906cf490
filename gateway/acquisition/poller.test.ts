import { expect, test } from 'vitest'
import type { Armed, Driver, Identity, Written } from '../../drivers/driver.ts'
import { bad, good, type PointId, type Quality, type Reading } from '../../drivers/reading.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { Poller, type Job } from './poller.ts'

/** A unit whose answers take a while; `quality` may change during a test. */
class ScriptedUnit implements Driver {
  quality: Quality = good
  reads: number[] = []
  identity: Identity = { state: 'matches' }
  identified = 0
  readonly #clock: FakeClock
  readonly #answerMs: number
  constructor(clock: FakeClock, answerMs: number) {
    this.#clock = clock
    this.#answerMs = answerMs
  }
  async read(points: readonly PointId[], signal: AbortSignal): Promise<Reading[]> {
    this.reads.push(this.#clock.monotonicMs())
    const timeoutMs = 300
    await this.#clock.sleep(this.quality.state === 'good' ? this.#answerMs : timeoutMs, signal)
    const at = this.#clock.now()
    const quality = this.quality
    return points.map((point) => (quality.state === 'bad' ? { point, at, quality } : { point, at, quality, value: 1 }))
  }
  identify(): Promise<Identity> {
    this.identified++
    return Promise.resolve(this.identity)
  }
  write(): Promise<Written> {
    return Promise.reject(new Error('a poller writes nothing'))
  }
  arm(): Promise<Armed> {
    return Promise.reject(new Error('nor does it arm'))
  }
  raw(): undefined {
    return undefined
  }
  tended = 0
  tend(): Promise<void> {
    this.tended++
    return Promise.resolve()
  }
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }
}

function street(jobs: (clock: FakeClock) => Job[], random = () => 1) {
  const clock = fakeClock()
  const readings: Reading[] = []
  const news: string[] = []
  const stop = new AbortController()
  const poller = new Poller(jobs(clock), {
    clock,
    random,
    events: {
      readings: (some) => readings.push(...some),
      health: (device, { state }) => news.push(`${device} ${state}`),
      identity: (device, { state }) => news.push(`${device} ${state}`),
    },
  })
  const running = poller.run(stop.signal)
  const end = async () => {
    stop.abort()
    await running
  }
  return { clock, readings, news, poller, end }
}

const job = (device: string, driver: Driver, periodMs: number): Job => ({
  device,
  unit: device,
  driver,
  points: [`${device}.power_active`],
  periodMs,
})

test('each class keeps its period, the first poll comes at once', async () => {
  let fast!: ScriptedUnit, slow!: ScriptedUnit
  const { clock, end, poller } = street((clock) => [
    job('a', (fast = new ScriptedUnit(clock, 10)), 1_000),
    job('b', (slow = new ScriptedUnit(clock, 10)), 5_000),
  ])
  await clock.advance(10_500)
  await end()
  expect(fast.reads).toHaveLength(11)
  expect(slow.reads).toEqual([10, 5_010, 10_010]) // behind the fast one, whose deadline is nearer
  expect(poller.figures).toMatchObject({ missed: 0, polls: 14 })
})

test('the second poll comes at a random place in the period', async () => {
  let unit!: ScriptedUnit
  const { clock, end } = street(
    (clock) => [job('a', (unit = new ScriptedUnit(clock, 10)), 1_000)],
    () => 0.25,
  )
  await clock.advance(2_500)
  await end()
  expect(unit.reads).toEqual([0, 250, 1_250, 2_250])
})

test('what does not fit is left out and counted, nothing piles up', async () => {
  let unit!: ScriptedUnit
  const { clock, end, poller } = street((clock) => [job('a', (unit = new ScriptedUnit(clock, 2_500)), 1_000)])
  await clock.advance(20_000)
  await end()
  expect(unit.reads.length).toBeLessThanOrEqual(9)
  expect(poller.figures.missed).toBeGreaterThanOrEqual(10)
  expect(poller.figures.worstLateMs).toBeLessThan(2_500)
})

test('three dead units of ten leave the seven at least 90 % of their rate, and come back within a probe', async () => {
  const units: ScriptedUnit[] = []
  const { clock, news, end } = street((clock) =>
    Array.from({ length: 10 }, (_, i) => {
      const unit = new ScriptedUnit(clock, 50)
      if (i < 3) unit.quality = bad('no-answer')
      units.push(unit)
      return job(`m${i}`, unit, 1_000)
    }),
  )
  await clock.advance(60_000)
  const living = units.slice(3).map((unit) => unit.reads.length)
  expect(Math.min(...living)).toBeGreaterThanOrEqual(54)
  expect(news.filter((line) => line.endsWith('dead'))).toHaveLength(3)
  units[0]!.quality = good
  await clock.advance(33_000) // its next back-off step at most
  await end()
  expect(news).toContain('m0 alive')
  expect(news).toContain('m0 matches')
})

test('a dead unit’s points are told as bad in every period, without asking it', async () => {
  let unit!: ScriptedUnit
  const { clock, readings, end } = street((clock) => {
    unit = new ScriptedUnit(clock, 10)
    unit.quality = bad('no-answer')
    return [job('a', unit, 1_000)]
  })
  await clock.advance(60_000)
  await end()
  expect(readings.length).toBeGreaterThan(55)
  expect(unit.reads.length).toBeLessThan(14)
})

test('a unit is tended before each read, unless it is dead: a write it does not answer would cost the probe', async () => {
  let unit!: ScriptedUnit
  const { clock, poller, end } = street((clock) => [job('a', (unit = new ScriptedUnit(clock, 10)), 1_000)])
  await clock.advance(5_500)
  expect([unit.tended, unit.reads.length]).toEqual([6, 6])
  unit.quality = bad('no-answer')
  await clock.advance(10_000)
  expect(poller.healthOf('a').state).toBe('dead')
  const { tended } = unit
  const before = unit.reads.length
  await clock.advance(120_000)
  await end()
  expect(unit.tended).toBe(tended)
  expect(unit.reads.length).toBeGreaterThan(before)
})

test('a line that is down kills no unit', async () => {
  const { clock, news, end, poller } = street((clock) => {
    const unit = new ScriptedUnit(clock, 10)
    unit.quality = bad('line-down')
    return [job('a', unit, 1_000)]
  })
  await clock.advance(30_000)
  await end()
  expect(news).toEqual([])
  expect(poller.healthOf('a').state).toBe('alive')
})

/** One device on a line of its own. */
function alone() {
  let unit!: ScriptedUnit
  const made = street((clock) => [job('a', (unit = new ScriptedUnit(clock, 10)), 1_000)])
  return { ...made, unit }
}

test('a device that is another than the site says is asked once, and named once', async () => {
  const { clock, unit, news, end } = alone()
  unit.identity = { state: 'differs', because: 'frequency is outside 45 … 65' }
  await clock.advance(300_000)
  await end()
  expect([news, unit.identified]).toEqual([['a differs'], 1])
})

test('a device whose identity cannot be read is asked again, and what has not changed is told once', async () => {
  const { clock, unit, news, end } = alone()
  unit.identity = { state: 'unknown', because: 'frequency cannot be read: garbled' }
  await clock.advance(150_000)
  expect([news, unit.identified]).toEqual([['a unknown'], 3])
  unit.identity = { state: 'matches' }
  await clock.advance(300_000)
  await end()
  expect([news, unit.identified]).toEqual([['a unknown', 'a matches'], 4])
})

test('a device that was dead may be another when it comes back', async () => {
  const { clock, unit, news, end } = alone()
  await clock.advance(5_000)
  unit.quality = bad('no-answer')
  await clock.advance(10_000)
  unit.quality = good
  unit.identity = { state: 'differs', because: 'frequency is outside 45 … 65' }
  await clock.advance(60_000)
  await end()
  expect(news).toEqual(['a matches', 'a dead', 'a alive', 'a differs'])
})

test('what is due is due from the moment the poller runs: time before it counts as missed by nobody', async () => {
  const clock = fakeClock()
  const unit = new ScriptedUnit(clock, 10)
  const events = { readings: () => undefined, health: () => undefined, identity: () => undefined }
  const poller = new Poller([job('a', unit, 1_000)], { clock, random: () => 1, events })
  await clock.advance(30_000)
  const stop = new AbortController()
  const running = poller.run(stop.signal)
  await clock.advance(2_500)
  stop.abort()
  await running
  expect(unit.reads).toEqual([30_000, 31_000, 32_000])
  expect(poller.figures).toMatchObject({ missed: 0, worstLateMs: 0 })
})
