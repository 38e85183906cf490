import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginTrust, earliestMs, observe, type Sample, type Start, type TrustState } from './trust.ts'

const dayMs = 86_400_000
const yearMs = 365.25 * dayMs
const now = Date.UTC(2026, 11, 21, 16)

const cold: Start = {
  wallMs: now,
  monotonicMs: 5_000,
  uptimeMs: 60_000,
  bootId: 'this',
  rtc: false,
  declared: false,
}
const iso = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toString()

/** A clock that a test moves, and what is believed of it. */
class Machine {
  state: TrustState
  #wallMs: number
  #monotonicMs: number

  constructor(start: Partial<Start> = {}) {
    const whole = { ...cold, ...start }
    this.#wallMs = whole.wallMs
    this.#monotonicMs = whole.monotonicMs
    this.state = beginTrust(whole)
  }

  get told(): string {
    return `${this.state.trust}: ${this.state.reason}`
  }

  /** So much time passes, and the wall clock moves by `leapMs` besides. */
  pass(ms: number, synchronised: boolean, leapMs = 0): string {
    this.#monotonicMs += ms
    this.#wallMs += ms + leapMs
    this.state = observe(this.state, { wallMs: this.#wallMs, monotonicMs: this.#monotonicMs, synchronised })
    return this.told
  }

  /** Hours of it, looked at each minute. */
  wait(ms: number, synchronised: boolean): string {
    for (let passed = 0; passed < ms; passed += 60_000) this.pass(60_000, synchronised)
    return this.told
  }
}

describe('at the start', () => {
  test('a time that nobody vouches for is not believed, plausible as it may be', () => {
    expect(new Machine().told).toBe('unknown: never-set')
  })

  test('a hardware clock is believed, unless it tells a time before the floor', () => {
    expect(new Machine({ rtc: true }).told).toBe('holdover: hardware-clock')
    expect(new Machine({ rtc: true, wallMs: 0 }).told).toBe('unknown: before-floor')
    expect(new Machine({ rtc: true, wallMs: earliestMs - 1 }).told).toBe('unknown: before-floor')
    const kept = { bootId: 'other', floor: iso(now + 1) }
    expect(new Machine({ rtc: true, kept }).told).toBe('unknown: before-floor')
  })

  test('a machine whose time others keep is believed whatever it says', () => {
    const machine = new Machine({ declared: true, wallMs: 0 })
    expect(machine.told).toBe('synced: declared')
    expect(machine.pass(1_000, false, 56 * yearMs)).toBe('synced: declared')
  })

  const believed = { wall: iso(now - 30_000), uptimeMs: 30_000 }

  test('in the same boot, a time that was believed and has gone on as the machine did still is', () => {
    expect(new Machine({ kept: { bootId: 'this', believed, floor: iso(0) } }).told).toBe('holdover: same-boot')
    expect(new Machine({ kept: { bootId: 'this', floor: iso(0) } }).told).toBe('unknown: never-set')
    expect(new Machine({ kept: { bootId: 'other', believed, floor: iso(0) } }).told).toBe('unknown: never-set')
  })

  test('in the same boot, a clock that leapt meanwhile is not believed, and a restart does not launder it', () => {
    const kept = { bootId: 'this', believed, floor: iso(0) }
    const machine = new Machine({ wallMs: now + dayMs, kept })
    expect(machine.told).toBe('unknown: stepped')
    expect(machine.pass(1_000, true)).toBe('unknown: stepped')
    expect(machine.pass(1_000, true, -dayMs)).toBe('synced: synchronised')
  })
})

describe('while running', () => {
  test('the first time server is believed, however far it moves the clock', () => {
    const machine = new Machine({ wallMs: 0 })
    expect(machine.pass(1_000, false)).toBe('unknown: before-floor')
    expect(machine.pass(1_000, true, now)).toBe('synced: synchronised')
  })

  test('a time server that tells a time before the floor is not', () => {
    expect(new Machine({ wallMs: now - yearMs }).pass(1_000, true)).toBe('unknown: before-floor')
  })

  test('without its server the clock is held over, for thirty days', () => {
    const machine = new Machine()
    machine.pass(1_000, true)
    expect(machine.wait(29.9 * dayMs, false)).toBe('holdover: same-boot')
    expect(machine.wait(0.2 * dayMs, false)).toBe('unknown: held-too-long')
    expect(machine.pass(1_000, true)).toBe('synced: synchronised')
  })

  test('small corrections, forwards and backwards, cost nothing', () => {
    const machine = new Machine()
    machine.pass(1_000, true)
    for (const leapMs of [-1_000, 500, -60_000, 119_000, -119_000])
      expect(machine.pass(1_000, true, leapMs)).toBe('synced: synchronised')
  })

  test.each([-540_000, 540_000])('a clock held over may be put right by %i ms, even if that is told late', (leapMs) => {
    const machine = new Machine({ rtc: true })
    machine.wait(dayMs, false)
    expect(machine.pass(1_000, false, leapMs)).toBe('unknown: stepped')
    expect(machine.pass(60_000, true)).toBe('synced: synchronised')

    const told = new Machine({ rtc: true })
    told.wait(dayMs, false)
    expect(told.pass(1_000, true, leapMs)).toBe('synced: synchronised')
  })

  test('a server that lies by days is not believed, until it tells the truth again', () => {
    const machine = new Machine()
    machine.pass(1_000, true)
    expect(machine.pass(1_000, true, 3 * dayMs)).toBe('unknown: stepped')
    expect(machine.wait(dayMs / 2, true)).toBe('unknown: stepped')
    expect(machine.pass(1_000, true, -3 * dayMs)).toBe('synced: synchronised')
  })

  test('or until it has told the same for a day, without a break', () => {
    const machine = new Machine()
    machine.pass(1_000, true)
    machine.pass(1_000, true, 3 * dayMs)
    machine.wait(dayMs - 120_000, true)
    machine.pass(60_000, false)
    expect(machine.wait(dayMs - 60_000, true)).toBe('unknown: stepped')
    expect(machine.wait(120_000, true)).toBe('synced: synchronised')
  })

  test('a clock that has leapt is believed without a server only where our own reckoning has it', () => {
    const machine = new Machine({ rtc: true })
    machine.pass(1_000, false, dayMs)
    expect(machine.wait(3 * dayMs, false)).toBe('unknown: stepped')
    expect(machine.pass(1_000, false, -dayMs)).toBe('holdover: same-boot')
  })
})

describe('whatever the clock does', () => {
  const leap = fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    fc.integer({ min: -125_000, max: 125_000 }),
    fc.integer({ min: -700_000, max: 700_000 }),
    fc.integer({ min: -56 * yearMs, max: 56 * yearMs }),
  )
  const step = fc.record({
    passedMs: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 2 * dayMs })),
    leapMs: leap,
    synchronised: fc.boolean(),
  })
  const start = fc.record({
    wallMs: fc.oneof(fc.constant(0), fc.constant(now), fc.integer({ min: -56 * yearMs, max: now + 56 * yearMs })),
    rtc: fc.boolean(),
  })

  test('no time before the floor is believed, a leap ends trust, and the floor never falls', () => {
    let examined = 0
    const saw = { believed: 0, leaps: 0, before: 0 }
    fc.assert(
      fc.property(start, fc.array(step, { minLength: 20, maxLength: 60 }), (begin, steps) => {
        let state = beginTrust({ ...cold, ...begin })
        for (const { passedMs, leapMs, synchronised } of steps) {
          const { last } = state
          const sample: Sample = {
            wallMs: last.wallMs + passedMs + leapMs,
            monotonicMs: last.monotonicMs + passedMs,
            synchronised,
          }
          const next = observe(state, sample)
          examined++
          if (next.trust !== 'unknown') {
            saw.believed++
            expect(sample.wallMs).toBeGreaterThanOrEqual(state.floorMs)
          } else if (sample.wallMs < state.floorMs) saw.before++
          if (state.trust !== 'unknown' && !synchronised && Math.abs(leapMs) > 120_000) {
            saw.leaps++
            expect(next.trust).toBe('unknown')
          }
          expect(next.floorMs).toBeGreaterThanOrEqual(state.floorMs)
          if (next.trust === 'unknown') expect(next.floorMs).toBe(state.floorMs)
          state = next
        }
      }),
      { numRuns: 2_000 },
    )
    expect(examined).toBeGreaterThan(39_000)
    for (const many of Object.values(saw)) expect(many).toBeGreaterThan(1_000)
  })
})
