import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { count, counterOf, usualPatience, type Counter, type Outcome } from './counter.ts'
import { furthest, limitsOf, type Limits } from './limits.ts'
import { energy, pointOf, power } from './testing/points.ts'

const everyMs = 10_000
const limits = limitsOf(energy, [energy, power])!

/** Reads these values, one each 10 s; what others saw, and what was said of each. */
function read(values: readonly number[], counter = counterOf(limits, undefined, 0, 0)) {
  const told: number[] = []
  const outcomes: Outcome[] = []
  values.forEach((value, index) => {
    outcomes.push(count(counter, value, (index + 1) * everyMs))
    told.push(counter.told)
  })
  return { told, outcomes, counter }
}

describe('a counter', () => {
  test('that counts is told as it is', () => {
    const { told, outcomes } = read([7, 7, 7.01, 7.5, 7.5])
    expect(told).toEqual([7, 7, 7.01, 7.5, 7.5])
    expect(new Set(outcomes)).toEqual(new Set(['fine']))
  })

  test('stands while a single wild value comes, whichever way', () => {
    const { told, outcomes } = read([500, 500.1, 3, 500.2, 40_000, 500.3])
    expect(told).toEqual([500, 500.1, 500.1, 500.2, 500.2, 500.3])
    expect(outcomes).toEqual(['fine', 'fine', 'suspect', 'over', 'suspect', 'over'])
  })

  test('that falls by its own noise stands, and nobody is troubled', () => {
    const { told, outcomes } = read([500, 499.98, 500.01, 499.99])
    expect(told).toEqual([500, 500, 500.01, 500.01])
    expect(new Set(outcomes)).toEqual(new Set(['fine']))
  })

  test('that was reset is carried on with what it has counted since', () => {
    const { told, outcomes, counter } = read([500, 0.02, 0.04, 0.06, 0.08])
    expect(outcomes).toEqual(['fine', 'suspect', 'suspect', 'reset', 'fine'])
    expect(told).toEqual([500, 500, 500, 500.06, 500.08])
    expect(counter.offset).toBe(500)
  })

  test.each([[90], [70_000]])('of another meter at %d goes on from where the first was', (at) => {
    const { told, outcomes } = read([500, at, at + 0.05, at + 0.1, at + 0.2])
    expect(outcomes).toEqual(['fine', 'suspect', 'suspect', 'exchanged', 'fine'])
    expect(told[3]).toBeCloseTo(500.1, 9)
    expect(told[4]).toBeCloseTo(500.2, 9)
  })

  test('of a device that seemed another, and says what it said before, is still its own: a later reset is one', () => {
    const counter = counterOf(limits, undefined, 0, 0)
    read([500], counter)
    counter.isAnother = true
    const { outcomes, told } = read([500, 0.02, 0.04, 0.06], counter)
    expect(outcomes).toEqual(['fine', 'suspect', 'suspect', 'reset'])
    expect(told.at(-1)).toBe(500.06)
  })

  test('of a device that is known to be another is no reset, however small', () => {
    const counter = counterOf(limits, undefined, 0, 0)
    read([500], counter)
    counter.isAnother = true
    const { outcomes, told } = read([0.1, 0.1, 0.15], counter)
    expect(outcomes.at(-1)).toBe('exchanged')
    expect(told.at(-1)).toBeCloseTo(500.05, 9)
  })

  test.each([
    ['16 bits', limitsOf(pointOf({ ...energy, as: 'u16', count: 1 }), [energy, power])!, 655.36],
    ['32 bits', limits, 42_949_672.96],
    ['eight digits', limitsOf(pointOf({ ...energy, as: 'bcd32' }), [energy, power])!, 1_000_000],
    [
      'as the profile says',
      limitsOf(pointOf({ ...energy, as: 'f32', divisor: 1, rollsOverAt: 99_999 }), [power])!,
      99_999,
    ],
  ] as const)('rolls over at %s, at once and with nothing lost', (_, limits, modulus) => {
    const { told, outcomes } = read([modulus - 0.05, modulus - 0.02, 0.03, 0.08], counterOf(limits, undefined, 0, 0))
    expect(outcomes).toEqual(['fine', 'fine', 'rolled-over', 'fine'])
    expect(told[2]).toBeCloseTo(modulus + 0.03, 6)
    expect(told[3]).toBeCloseTo(modulus + 0.08, 6)
  })

  test('that grows faster than its profile says is believed after three, and then at once', () => {
    const { told, outcomes } = read([0, 50, 100, 150, 200, 250])
    expect(outcomes).toEqual(['fine', 'suspect', 'suspect', 'faster', 'fine', 'fine'])
    expect(told).toEqual([0, 0, 0, 150, 200, 250])
  })

  test('that computes its count each quarter of an hour is suspect of nothing', () => {
    const values = Array.from({ length: 400 }, (_, index) => Math.floor(index / 90) * 8)
    expect(new Set(read(values).outcomes)).toEqual(new Set(['fine']))
  })

  test('may have grown by anything while nobody knows how long it was', () => {
    const counter = counterOf(limits, { raw: 500, told: 700, offset: 200 }, 0, Infinity)
    expect(read([90_000], counter)).toMatchObject({ told: [90_200], outcomes: ['fine'] })
  })
})

/** What happens to a meter before one of its readings. */
type Turn =
  | { readonly kind: 'counts' | 'reset' | 'wild' | 'restart'; readonly share: number }
  | { readonly kind: 'exchanged'; readonly share: number; readonly to: number }

const share = fc.double({ min: 0, max: 1, noNaN: true })
const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('counts' as const), share }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('reset' as const, 'wild' as const, 'restart' as const), share }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('exchanged' as const), share, to: share }) },
)

/** A meter that counts whole counts, and loses or rolls over its register; the truth beside it. */
function live(limits: Limits, begins: number, turns: readonly Turn[]) {
  const { count: grain, modulus = Infinity, slewPerS } = limits
  let counter: Counter = counterOf(limits, undefined, 0, 0)
  let nowMs = 0
  let shown = Math.round((begins * Math.min(modulus, 1e6)) / grain)
  const capacity = Math.round(modulus / grain)
  let truth = 0
  let lost = 0
  let extra = 0
  let pending = 0
  let quiet = 10
  let isAnew = false
  const steps: { told: number; outcome: Outcome; truth: number; lost: number; extra: number; pending: number }[] = []
  const see = (value: number) => {
    const outcome = count(counter, value, nowMs)
    // It has come back to where it was before anyone was sure that it fell.
    if (outcome === 'over' && isAnew) lost += pending
    if (outcome !== 'suspect') isAnew = false
    steps.push({
      told: counter.told,
      outcome,
      truth: truth * grain,
      lost: lost * grain,
      extra,
      pending: pending * grain,
    })
  }
  see(shown * grain)
  for (const turn of turns) {
    nowMs += everyMs
    const grown = Math.floor((turn.share * slewPerS * everyMs) / 1_000 / grain)
    truth += grown
    pending = counter.seen > 0 ? pending + grown : 0
    if (turn.kind === 'wild') {
      quiet = 0
      shown = (shown + grown) % capacity
      see((((shown + capacity / 3) % capacity) | 0) * grain)
      continue
    }
    if ((turn.kind === 'reset' || turn.kind === 'exchanged') && quiet >= 4) {
      quiet = 0
      isAnew = true
      const before = shown
      shown = turn.kind === 'exchanged' ? Math.floor(turn.to * Math.min(capacity, 1e8)) : grown >> 1
      lost += grown + pending
      // What looks like counting, or like rolling over, cannot be told from it; nor what does so before it is settled.
      const elapsedMs = nowMs + usualPatience * everyMs - counter.changedMs
      const most = furthest(limits, before * grain, elapsedMs)
      const looks = (shown - before) * grain
      if ((looks >= 0 && looks <= most) || (looks < 0 && looks + modulus <= most)) extra += most
      // A little that is shown after a fall is taken for what was counted since: no more than could have been.
      else if (shown * grain <= (slewPerS * elapsedMs) / 1_000 + 3 * grain) extra += shown * grain
      if (looks < 0 && -looks <= 3 * grain) lost += 3
    } else {
      quiet++
      shown = (shown + grown) % capacity
      if (turn.kind === 'restart') {
        const { raw, told, offset, seen } = counter
        if (seen > 0) lost += pending
        counter = counterOf(limits, { raw, told, offset }, nowMs, nowMs - counter.changedMs)
      }
    }
    see(shown * grain)
  }
  return { steps, counter }
}

test('the same wild value now and then is never believed', () => {
  const values = Array.from({ length: 100 }, (_, index) => (index % 5 === 4 ? 218 : 7))
  expect(new Set(read(values).told)).toEqual(new Set([7]))
})

test.each([
  ['16 bits', limitsOf(pointOf({ ...energy, as: 'u16', count: 1 }), [energy, power])!],
  ['32 bits', limits],
  ['six digits', limitsOf(pointOf({ ...energy, rollsOverAt: 10_000 }), [energy, power])!],
])('whatever happens to a counter of %s, it never falls, and counts what there was to count', (_, limits) => {
  let rolled = 0
  let settled = 0
  fc.assert(
    fc.property(share, fc.array(turn, { minLength: 20, maxLength: 400 }), (begins, turns) => {
      const { steps } = live(limits, begins, turns)
      const [first] = steps
      let before = -Infinity
      for (const { told, outcome, truth, lost, extra, pending } of steps) {
        expect(told).toBeGreaterThanOrEqual(before)
        before = told
        if (outcome === 'rolled-over') rolled++
        if (outcome === 'reset' || outcome === 'exchanged') settled++
        if (outcome === 'suspect') continue
        const counted = told - first!.told
        const dust = 1e-6 + 4 * limits.count
        expect(counted).toBeLessThanOrEqual(truth + extra + dust)
        expect(counted).toBeGreaterThanOrEqual(truth - lost - pending - dust)
      }
    }),
    { numRuns: 500, seed: 43 },
  )
  expect(settled).toBeGreaterThan(100)
  if (limits.modulus !== undefined && limits.modulus < 1_000) expect(rolled).toBeGreaterThan(20)
})

test('where nothing but rolling over and restarts happens, every count is told', () => {
  const sixteen = limitsOf(pointOf({ ...energy, as: 'u16', count: 1 }), [energy, power])!
  const plain = fc.record({ kind: fc.constantFrom('counts' as const, 'restart' as const), share })
  let rolled = 0
  fc.assert(
    fc.property(share, fc.array(plain, { minLength: 500, maxLength: 2_000 }), (begins, turns) => {
      const { steps } = live(sixteen, 0.995 + begins / 200, turns)
      const [first] = steps
      for (const { told, outcome, truth } of steps) {
        if (outcome === 'rolled-over') rolled++
        expect(Math.abs(told - first!.told - truth)).toBeLessThan(1e-6)
      }
    }),
    { numRuns: 100, seed: 43 },
  )
  expect(rolled).toBeGreaterThan(30)
})
