import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lawfulBases, purposes } from '../releases.ts'
import { days, excesses, isMultiple, type Bounds } from './narrower.ts'
import type { Treatment } from './policy.ts'

const minute = 60_000
const some = <T>(...values: T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: values.length })
const either = <T>(...values: T[]) => fc.constantFrom(...values)

const treatment: fc.Arbitrary<Treatment> = fc.record(
  {
    changeOnly: fc.record({ deadBand: either(0, 1, 2), heartbeatMs: either(1, 2) }),
    aggregate: fc.record({ everyMs: either(15, 30, 60, 20).map((m) => m * minute), of: some('mean', 'max', 'last') }),
    detail: fc.record({ while: some('*', 'line-*', 'line-down'), afterMs: either(0, 1) }),
    minimumGroup: fc.record({ least: either(5, 10), of: either('counts', 'points') }),
    noise: fc.record({ epsilon: either(0.1, 1), perDay: either(1, 10), sensitivity: either(1, 2) }),
    clamp: either<readonly [number, number]>([0, 100], [0, 50], [10, 50], [20, 200]),
    bucket: some(0, 5, 10, 20).map((bounds) => bounds.sort((a, b) => a - b)),
    step: either(0.1, 0.2, 0.3, 0.5, 1, 10),
    pseudonym: fc.record({ rotatesMs: either(1, 2, 3) }),
    coarsen: fc.record({ timeMs: either(1, 2, 3, 6), placeDegrees: either(0.01, 0.1) }, { requiredKeys: [] }),
    delayMs: either(1, 2, 3),
  },
  { requiredKeys: [] },
)

const bounds: fc.Arbitrary<Bounds> = fc.record({
  points: some<Bounds['points'][number]>('a.x', 'a.y', 'b.x'),
  alarms: some('*', 'line-*', 'line-down', 'device-dead'),
  purposes: some(...purposes.slice(0, 3)),
  bases: fc.option(some(...lawfulBases.slice(0, 3)), { nil: undefined }),
  recipients: some(...(['A', 'B'] as const).map((name) => ({ name, role: 'controller' as const }))),
  treatment,
  retention: either('30d', '12m', '1y', '3y'),
  expires: fc.option(
    either('2027-01-01', '2028-01-01').map((date) => Temporal.PlainDate.from(date)),
    { nil: undefined },
  ),
  licences: fc.subarray(['etalab-2.0', 'ODbL-1.0']),
  encodings: some('json', 'ngsi-ld', 'sparkplug'),
})

/** Like another in most, so that chance finds those that are comparable. */
const change = (from: Bounds) =>
  fc
    .tuple(fc.record({ ...fields(bounds) }), fc.subarray(Object.keys(from) as (keyof Bounds)[], { maxLength: 2 }))
    .map(([other, keys]): Bounds => ({ ...from, ...Object.fromEntries(keys.map((key) => [key, other[key]])) }))
const fields = (arbitrary: fc.Arbitrary<Bounds>) =>
  Object.fromEntries(
    (
      [
        'points',
        'alarms',
        'purposes',
        'bases',
        'recipients',
        'treatment',
        'retention',
        'expires',
        'licences',
        'encodings',
      ] as const
    ).map((key) => [key, arbitrary.map((each) => each[key])]),
  ) as unknown as { [K in keyof Bounds]-?: fc.Arbitrary<Bounds[K]> }
const near = bounds.chain((a) => change(a).chain((b) => change(b).map((c): [Bounds, Bounds, Bounds] => [a, b, c])))

const isWithin = (a: Bounds, b: Bounds) => excesses(a, b).length === 0

describe('a partial order', () => {
  test('each is within itself', () => fc.assert(fc.property(bounds, (a) => isWithin(a, a))))

  test('what is within what is within, is within', () => {
    let chains = 0
    fc.assert(
      fc.property(near, ([a, b, c]) => {
        for (const [x, y, z] of [
          [a, b, c],
          [c, b, a],
          [b, a, c],
          [a, c, b],
          [b, c, a],
          [c, a, b],
        ] as const)
          if (isWithin(x, y) && isWithin(y, z)) {
            if (!isWithin(y, x)) chains++
            expect(excesses(x, z)).toEqual([])
          }
      }),
      { numRuns: 1_500 },
    )
    expect(chains).toBeGreaterThan(100)
  })

  test('two that are within each other say the same', () => {
    const sorted = (values: readonly string[] | undefined) => values && [...values].sort()
    const sense = ({ treatment: { aggregate, detail, ...rest }, ...a }: Bounds) => ({
      points: sorted(a.points),
      purposes: sorted(a.purposes),
      bases: sorted(a.bases),
      recipients: sorted(a.recipients.map(({ name }) => name)),
      licences: sorted(a.licences),
      encodings: sorted(a.encodings),
      retention: days(a.retention),
      expires: String(a.expires),
      aggregate: aggregate && [aggregate.everyMs, sorted(aggregate.of)],
      after: detail?.afterMs,
      rest: Object.entries(rest)
        .filter(([key]) => key !== 'coarsen')
        .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
        .sort(),
      coarsen: [rest.coarsen?.timeMs, rest.coarsen?.placeDegrees],
    })
    let same = 0
    fc.assert(
      fc.property(near, ([a, b]) => {
        if (!isWithin(a, b) || !isWithin(b, a)) return
        same++
        expect(sense(a)).toEqual(sense(b))
      }),
      { numRuns: 1_500 },
    )
    expect(same).toBeGreaterThan(100)
  })
})

describe('what is within lets out no more', () => {
  const pairs = (numRuns: number, holds: (a: Treatment, b: Treatment) => void) => {
    let looked = 0
    fc.assert(
      fc.property(treatment, treatment, bounds, (a, b, base) => {
        // the parts that the law is about: by chance, whole treatments are hardly ever comparable
        for (const keys of [['aggregate'], ['clamp', 'bucket'], ['step']] as const) {
          const part = (of: Treatment) =>
            Object.fromEntries(keys.flatMap((key) => (of[key] === undefined ? [] : [[key, of[key]]])))
          const [x, y]: [Treatment, Treatment] = [part(a), part(b)]
          if (isWithin({ ...base, treatment: x }, { ...base, treatment: y })) {
            looked++
            holds(x, y)
          }
        }
      }),
      { numRuns },
    )
    expect(looked).toBeGreaterThan(100)
  }

  test('windows end where the wider one’s do, with no number that those have not', () =>
    pairs(600, ({ aggregate: a }, { aggregate: b }) => {
      if (b === undefined) return
      for (let edge = 0; edge <= 4; edge++) expect(((a?.everyMs ?? NaN) * edge) % b.everyMs).toBe(0)
      expect(b.of).toEqual(expect.arrayContaining([...(a?.of ?? [])]))
    }))

  const values = Array.from({ length: 300 }, (_, index) => index - 40)
  const bounded =
    ({ clamp: [least, most] = [-Infinity, Infinity], bucket }: Treatment) =>
    (value: number) => {
      const clamped = Math.min(most, Math.max(least, value))
      return bucket ? (bucket.findLast((bound) => bound <= clamped) ?? bucket[0]) : clamped
    }

  test('values that the wider one does not tell apart, it does not either', () =>
    pairs(600, (a, b) => {
      if (a.bucket && !b.bucket && b.clamp && !a.clamp) return
      const told = new Map<number | undefined, number | undefined>()
      for (const value of values) {
        const [narrow, wide] = [bounded(a)(value), bounded(b)(value)]
        if (told.has(wide)) expect(narrow).toBe(told.get(wide))
        told.set(wide, narrow)
      }
    }))

  test('there are no more rounded numbers', () =>
    pairs(600, ({ step: a }, { step: b }) => {
      const rounded = (step: number | undefined) =>
        new Set(values.map((v) => (step ? Math.round(v / 7 / step) : v))).size
      expect(rounded(a)).toBeLessThanOrEqual(rounded(b))
    }))
})

test('multiples are those of the decimals as written', () => {
  for (const [a, b] of [
    [0.3, 0.1],
    [1, 0.1],
    [1e-6, 1e-7],
    [15, 5],
    [1e21, 10],
    [2.5, 0.5],
  ] as const)
    expect(isMultiple(a, b), `${a} of ${b}`).toBe(true)
  for (const [a, b] of [
    [0.1, 0.3],
    [0.25, 0.1],
    [5, 15],
    [1e-7, 1e-6],
  ] as const)
    expect(isMultiple(a, b), `${a} of ${b}`).toBe(false)
})
