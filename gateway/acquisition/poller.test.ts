import { expect, test } from 'vitest'
import type { Armed, Driver, Identity, Written } from '../../drivers/driver.ts'
import { identityBy } from '../../drivers/identity.ts'
import { bad, good, hasValue, type PointId, type Quality, type Reading } from '../../drivers/reading.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { Poller, type Job } from './poller.ts'

const timeoutMs = 300

/** A unit whose answers take a while; `quality` may change during a test. */
class ScriptedUnit implements Driver {
  quality: Quality = good
  /** a point that says something else than 1 */
  says: (point: PointId) => Reading | undefined = () => undefined
  reads: number[] = []
  /** every question, reads and others */
  asked: number[] = []
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
    this.asked.push(this.#clock.monotonicMs())
    await this.#clock.sleep(this.quality.state === 'good' ? this.#answerMs : timeoutMs, signal)
    const at = this.#clock.now()
    const quality = this.quality
    return points.map((point) =>
      quality.state === 'bad' ? { point, at, quality } : (this.says(point) ?? { point, at, quality, value: 1 }),
    )
  }
  async identify(signal: AbortSignal): Promise<Identity> {
    this.identified++
    this.asked.push(this.#clock.monotonicMs())
    await this.#clock.sleep(this.quality.state === 'good' ? this.#answerMs : timeoutMs, signal)
    const { quality } = this
    return quality.state === 'bad'
      ? { state: 'unknown', because: 'frequency cannot be read', reason: quality.reason }
      : this.identity
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
  defects(): [] {
    return []
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
  const line = { openings: 1 }
  const clock = fakeClock()
  const readings: Reading[] = []
  const news: string[] = []
  const recognised: string[] = []
  const stop = new AbortController()
  const poller = new Poller(jobs(clock), {
    clock,
    random,
    opening: () => line.openings,
    events: {
      readings: (some) => readings.push(...some),
      health: (device, { state }) => news.push(`${device} ${state}`),
      identity: (device, { state }) => news.push(`${device} ${state}`),
      recognised: (device, before) => recognised.push(`${device} ${before} → ${poller.recognition(device)}`),
    },
  })
  const running = poller.run(stop.signal)
  const end = async () => {
    stop.abort()
    await running
  }
  return { clock, line, readings, news, recognised, poller, end }
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
  expect(slow.reads).toEqual([30, 1_010, 6_010]) // behind the fast one, whose deadline is nearer; both are asked first
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
  expect(unit.reads).toEqual([10, 250, 1_250, 2_250])
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

test('a unit that falls silent is dead, although one of its points is known to be refused and is told so unasked', async () => {
  const points: PointId[] = ['a.power_active', 'a.voltage_l2']
  let unit!: ScriptedUnit
  const { clock, news, end } = street((clock) => {
    unit = new ScriptedUnit(clock, 50)
    const read = unit.read.bind(unit)
    unit.read = async (asked, signal) =>
      (await read(asked, signal)).map((reading) =>
        reading.point === 'a.voltage_l2'
          ? { point: reading.point, at: reading.at, quality: bad('illegal-address') }
          : reading,
      )
    return [{ ...job('a', unit, 1_000), points }]
  })
  await clock.advance(3_000)
  expect(news).toEqual(['a matches'])
  unit.quality = bad('no-answer')
  await clock.advance(60_000)
  await end()
  expect(news).toEqual(['a matches', 'a dead'])
})

test('a unit is tended after each read, unless it is dead: a write it does not answer would cost the probe', async () => {
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

const differs: Identity = { state: 'differs', because: 'frequency is outside 45 … 65' }

/** One device on a line of its own. */
function alone() {
  let unit!: ScriptedUnit
  const made = street((clock) => [job('a', (unit = new ScriptedUnit(clock, 10)), 1_000)])
  return { ...made, unit }
}

/** A device whose telling point is read with the others. */
function telling() {
  let unit!: ScriptedUnit
  const point: PointId = 'a.frequency'
  const judge = (reading: Reading) => identityBy({ point: 'frequency', range: [1, 1] }, reading)
  const made = street((clock) => [
    {
      ...job('a', (unit = new ScriptedUnit(clock, 10)), 1_000),
      points: ['a.power', point],
      telltale: { point, judge },
    },
  ])
  return { ...made, unit }
}
const values = (readings: readonly Reading[]) => readings.filter(hasValue).length
const reasons = (readings: readonly Reading[]) =>
  new Set(readings.flatMap((reading) => (hasValue(reading) ? [] : [reading.quality.reason])))

test('a device that is another than the site says is named once, never tended, and none of its values counts', async () => {
  const { clock, unit, news, readings, end } = alone()
  unit.identity = differs
  await clock.advance(300_000)
  await end()
  expect([news, unit.tended, values(readings)]).toEqual([['a differs'], 0, 0])
  expect(reasons(readings)).toEqual(new Set(['not-identified']))
  // after 1, 5 and 15 s, then each minute
  expect(unit.identified).toBe(8)
})

test('a device that is put right is believed again', async () => {
  const { clock, unit, news, readings, end } = alone()
  unit.identity = differs
  await clock.advance(60_000)
  unit.identity = { state: 'matches' }
  await clock.advance(62_000)
  await end()
  expect(news).toEqual(['a differs', 'a matches'])
  expect(hasValue(readings.at(-1)!)).toBe(true)
})

test('a device whose telling point nobody understands is asked again, told once, and read all the same', async () => {
  const { clock, unit, news, readings, end } = alone()
  unit.identity = { state: 'unknown', because: 'frequency cannot be read: garbled', reason: 'garbled' }
  await clock.advance(150_000)
  expect([news, unit.tended, values(readings)]).toEqual([['a unknown'], 0, readings.length])
  unit.identity = { state: 'matches' }
  await clock.advance(300_000)
  await end()
  expect(news).toEqual(['a unknown', 'a matches'])
})

test('one that was met, and cannot be asked after a silence, is not believed until it can', async () => {
  const { clock, unit, readings, end } = alone()
  await clock.advance(5_000)
  unit.quality = bad('no-answer')
  await clock.advance(1_500)
  unit.quality = good
  unit.identity = { state: 'unknown', because: 'frequency cannot be read: garbled', reason: 'garbled' }
  readings.length = 0
  await clock.advance(10_000)
  expect([values(readings), reasons(readings)]).toEqual([0, new Set(['not-identified'])])
  unit.identity = { state: 'matches' }
  readings.length = 0
  await clock.advance(60_000)
  await end()
  expect(values(readings)).toBeGreaterThan(0)
})

test('a device that stays the same is asked at the start, and then each hour', async () => {
  const { clock, unit, end } = alone()
  await clock.advance(3 * 3_600_000 + 60_000)
  await end()
  expect(unit.identified).toBe(4)
})

test('where what tells is read anyway, nobody asks for it, and what moves is noticed with the read', async () => {
  const { clock, unit, news, readings, end } = telling()
  await clock.advance(3 * 3_600_000)
  expect([unit.identified, news]).toEqual([1, ['a matches']])
  unit.says = (point) => ({ point, at: clock.now(), quality: good, value: 7 })
  unit.identity = differs
  readings.length = 0
  await clock.advance(30_000)
  await end()
  expect([values(readings), news]).toEqual([0, ['a matches', 'a differs']])
})

test('a meter whose supply fails is still the one that it was; one that is first met so is not believed', async () => {
  for (const isMet of [true, false]) {
    const { clock, unit, news, readings, end } = alone()
    if (isMet) await clock.advance(5_000)
    unit.identity = { ...differs, unsupplied: true }
    readings.length = 0
    await clock.advance(2 * 3_600_000)
    await end()
    expect(news).toEqual([isMet ? 'a matches' : 'a differs'])
    expect(values(readings)).toBe(isMet ? readings.length : 0)
  }
})

test('many points that turn implausible at once are a reason to ask, one is not', async () => {
  let unit!: ScriptedUnit
  const { clock, news, readings, end } = street((clock) => {
    unit = new ScriptedUnit(clock, 10)
    return [{ ...job('a', unit, 1_000), points: ['a.p', 'a.q', 'a.r', 'a.s', 'a.t'] }]
  })
  await clock.advance(5_000)
  const odd = (...points: string[]) => {
    unit.says = (point) =>
      points.includes(point) ? { point, at: clock.now(), quality: bad('implausible') } : undefined
  }
  odd('a.p')
  await clock.advance(5_000)
  expect(unit.identified).toBe(1)
  odd('a.p', 'a.q', 'a.r')
  await clock.advance(5_000)
  // It is the same, and asked no more for that.
  expect([unit.identified, news]).toEqual([2, ['a matches']])
  odd()
  await clock.advance(5_000)
  unit.identity = differs
  odd('a.p', 'a.t')
  readings.length = 0
  await clock.advance(5_000)
  await end()
  expect([values(readings), news]).toEqual([0, ['a matches', 'a differs']])
})

test('a line that was opened anew: nobody is known, all are asked before they are read, and control hears of it', async () => {
  const { clock, line, unit, recognised, poller, readings, end } = alone()
  await clock.advance(5_000)
  expect(poller.recognition('a')).toBe('matches')
  line.openings++
  expect(poller.recognition('a')).toBe('unasked')
  unit.identity = differs
  readings.length = 0
  await clock.advance(5_000)
  await end()
  expect(values(readings)).toBe(0)
  expect(recognised).toEqual(['a unasked → matches', 'a unasked → differs'])
})

test('whoever wants to write has it asked between two polls, once', async () => {
  const { clock, line, unit, recognised, poller, end } = alone()
  poller.identifySoon('a')
  await clock.advance(500)
  expect(unit.identified).toBe(1)
  line.openings++
  const askedMs = clock.monotonicMs()
  poller.identifySoon('a')
  poller.identifySoon('a')
  await clock.advance(10)
  expect([unit.identified, unit.asked.at(-1), recognised.at(-1)]).toEqual([2, askedMs, 'a unasked → matches'])
  poller.identifySoon('a')
  await clock.advance(400)
  await end()
  expect(unit.identified).toBe(2)
})

test('what is thrown while a device is asked on demand ends the run, as if it were polled', async () => {
  const clock = fakeClock()
  const unit = new ScriptedUnit(clock, 10)
  const events = { readings: () => undefined, health: () => undefined, identity: () => undefined }
  const poller = new Poller([job('a', unit, 1_000)], { clock, random: () => 1, events, opening: () => openings })
  let openings = 1
  const running = expect(poller.run(new AbortController().signal)).rejects.toThrow('a mistake')
  await clock.advance(500)
  openings++
  unit.identify = () => Promise.reject(new Error('a mistake'))
  poller.identifySoon('a')
  await clock.advance(1_000)
  await running
})

test('a dead unit costs one timeout a back-off step, however many devices and jobs it has', async () => {
  let unit!: ScriptedUnit
  const { clock, news, poller, end } = street((clock) => {
    unit = new ScriptedUnit(clock, 10)
    const both = (device: string, periodMs: number): Job => ({ ...job(device, unit, periodMs), unit: '7' })
    return [both('a', 1_000), both('a', 5_000), both('b', 1_000), both('b', 2_000)]
  })
  await clock.advance(10_000)
  unit.quality = bad('no-answer')
  await clock.advance(10_000)
  expect(news.slice(-2)).toEqual(['a dead', 'b dead'])
  unit.asked.length = 0
  const probes: number[] = []
  for (let second = 0; second < 600; second++) {
    const health = poller.healthOf('a')
    if (health.state === 'dead' && probes.at(-1) !== health.probeAtMs) probes.push(health.probeAtMs)
    poller.identifySoon('b')
    await clock.advance(1_000)
  }
  expect(unit.asked.length).toBeGreaterThan(15)
  expect(Math.abs(unit.asked.length - probes.length)).toBeLessThanOrEqual(1)
  for (let at = 1; at < unit.asked.length; at++)
    expect(unit.asked[at]! - unit.asked[at - 1]!).toBeGreaterThanOrEqual(1_000)
  unit.quality = good
  await clock.advance(33_000)
  await end()
  expect(news.slice(-2)).toEqual(['a alive', 'b alive'])
  expect([poller.recognition('a'), poller.recognition('b')]).toEqual(['matches', 'matches'])
})

test('a device that was dead may be another when it comes back', async () => {
  const { clock, unit, news, end } = alone()
  await clock.advance(5_000)
  unit.quality = bad('no-answer')
  await clock.advance(10_000)
  unit.quality = good
  unit.identity = differs
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
  expect(unit.reads).toEqual([30_010, 31_000, 32_000])
  expect(poller.figures).toMatchObject({ missed: 0, worstLateMs: 0 })
})
