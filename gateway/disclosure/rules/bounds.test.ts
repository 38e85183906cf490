/** Whatever compiles keeps within the bounds: policies by chance, and an adversary who picks what has told. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PointId } from '../../../drivers/reading.ts'
import type { Release } from '../policy.ts'
import { deviceOf, subjectOf } from './ground.ts'
import { refusals } from './rules.ts'
import { groundOf, street } from './testing/street.ts'

const minute = 60_000

const patterns = fc.constantFrom(
  ...['home-*.energy_active_import', 'home-0.power_active', 'home-*.power*', 'market.*', '*.energy_active_import'],
  ...['firm-*.power_active', 'gate.people_passages', 'gate.people_present', 'gate.*', 'lighting.*', '*.serial_number'],
  ...['bins.*', 'lamps.light_level', '*.*', ...street.keys()],
)
const every = fc.constantFrom('1m', '10m', '15m', '20m', '1h', '6h', '1d')
const of = fc.uniqueArray(fc.constantFrom('mean', 'max', 'last', 'increase', 'sum'), { minLength: 1, maxLength: 2 })
const maybe = <T>(step: fc.Arbitrary<T>, freq: number) => fc.option(step, { freq, nil: undefined })

const treatment = fc
  .tuple(
    maybe(fc.record({ change_only: fc.constant({ heartbeat: '1h' }) }), 1),
    maybe(fc.record({ aggregate: fc.record({ every, of }) }), 9),
    maybe(fc.record({ detail: fc.constant({ while: ['*'], after: '0s' }) }), 1),
    maybe(
      fc.record({
        minimum_group: fc.record({
          least: fc.constantFrom(2, 4, 5, 9, 10, 11, 30),
          of: fc.constantFrom('counts', 'points'),
        }),
      }),
      3,
    ),
    maybe(fc.record({ noise: fc.constant({ epsilon: 0.5, per_day: 48 }) }), 1),
    maybe(fc.record({ pseudonym: fc.constant({ rotates: '30d' }) }), 3),
  )
  .map((steps) => steps.filter((step) => step !== undefined))

/** On either side of what is allowed, so that much of it compiles. */
const nearly = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('gate.people_passages', 'gate.people_present'),
      fc.constantFrom('14m', '15m', '1h'),
      fc.constantFrom('increase', 'max', 'last'),
      fc.constantFrom(4, 5, 10),
    )
    .map(([point, every, of, least]) => ({
      points: [point],
      treatment: [{ aggregate: { every, of: [of] } }, { minimum_group: { least, of: 'counts' } }],
    })),
  fc
    .tuple(
      fc.constantFrom('home-*.energy_active_import', 'home-*.power*', 'firm-*.power_active', '*.energy_active_import'),
      fc.constantFrom(9, 10, 11, 12, 13, 14),
      fc.constantFrom({}, { licence: 'etalab-2.0' }),
    )
    .map(([points, least, more]) => ({
      points: [points],
      treatment: [{ aggregate: { every: '15m', of: ['last'] } }, { minimum_group: { least, of: 'points' } }],
      ...more,
    })),
  fc.constantFrom('bins.*', '*.serial_number').map((points) => ({
    points: [points],
    treatment: [{ pseudonym: { rotates: '30d' } }],
  })),
)

const anyhow = fc.record(
  {
    points: fc.array(patterns, { minLength: 1, maxLength: 2 }),
    treatment,
    basis: fc.constantFrom('consent', 'public-task'),
    licence: fc.constant('etalab-2.0'),
  },
  { requiredKeys: ['points', 'treatment', 'basis'] },
)
const release = fc.oneof(anyhow, nearly)

/** As many delivery points of others as this adversary leaves in the least sum that leaves and holds the point. */
function hiding({ points, treatment }: Release, point: PointId, ground: ReturnType<typeof groundOf>, order: number[]) {
  if (treatment.minimumGroup?.of !== 'points' || !treatment.aggregate || treatment.detail) return 1
  const alike = points.filter((each) => street.get(each) === street.get(point) && each !== point)
  const told = alike
    .map((each, index) => ({ each, rank: order[index % order.length] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, treatment.minimumGroup.least - 1)
    .map(({ each }) => each)
  return new Set([point, ...told].filter((each) => subjectOf(ground, each) !== 'nobody').map(deviceOf)).size
}

test('whatever compiles keeps within the bounds', () => {
  const seen = { dwelling: 0, grouped: 0, business: 0, presence: 0, identity: 0, shared: 0 }
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), release, { minKeys: 1, maxKeys: 3 }),
      fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
      (releases, order) => {
        const ground = groundOf(releases)
        if (refusals(ground).length > 0) return
        const windows = new Map<PointId, number>()
        for (const release of ground.releases) {
          const { aggregate, minimumGroup, pseudonym, changeOnly, noise } = release.treatment
          const everyMs = aggregate?.everyMs ?? 0
          const isOpen = release.declared.licence !== undefined
          for (const point of release.points) {
            const subject = subjectOf(ground, point)
            if (subject === 'nobody') continue
            seen[subject]++
            const hidden = subject === 'dwelling' || isOpen ? hiding(release, point, ground, order) : 1
            if (subject === 'dwelling' && hidden < 10) {
              expect(everyMs).toBeGreaterThanOrEqual(60 * minute)
              if (release.declared.basis !== 'consent') expect(everyMs).toBeGreaterThanOrEqual(1_440 * minute)
            }
            if (subject === 'dwelling' && hidden >= 10) seen.grouped++
            if (isOpen && (subject === 'dwelling' || subject === 'business')) expect(hidden).toBeGreaterThanOrEqual(10)
            if (subject === 'presence') {
              expect(everyMs).toBeGreaterThanOrEqual(15 * minute)
              expect(minimumGroup).toMatchObject({ of: 'counts' })
              expect(minimumGroup?.least).toBeGreaterThanOrEqual(5)
              expect(changeOnly).toBeUndefined()
            }
            if (subject === 'identity') expect([pseudonym === undefined, isOpen]).toEqual([false, false])
            if (subject === 'business') continue
            if (windows.has(point)) {
              seen.shared++
              expect([windows.get(point), noise]).toEqual([everyMs, undefined])
            }
            windows.set(point, everyMs)
          }
        }
      },
    ),
    { numRuns: 5_000 },
  )
  for (const [subject, times] of Object.entries(seen)) expect(times, subject).toBeGreaterThan(20)
})
