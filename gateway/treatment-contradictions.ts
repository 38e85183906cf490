/** What the treatments of a release say against one another, and against the quantities of its points. */
import { quantities, type Quantity, type QuantityName } from '../drivers/quantities.ts'
import type { Contradiction } from '../drivers/profile.ts'
import type { PointId } from '../drivers/reading.ts'
import { naming, stepPath } from './disclosure/rules/ground.ts'
import type { Release } from './disclosure/policy.ts'
import { makesSense } from './disclosure/treatments/aggregate.ts'
import { statistics, type Statistic } from './releases.ts'

type Found = readonly Contradiction[]
type Quantities = ReadonlyMap<PointId, QuantityName>

export function treatmentContradictions(release: Release, quantityOf: Quantities): Found {
  return [
    ...statisticsWithoutSense(release, quantityOf),
    ...pointsWithoutStatistic(release, quantityOf),
    ...windows(release),
    ...groupsOfPoints(release, quantityOf),
    ...groupsOfCounts(release, quantityOf),
    ...numbers(release),
  ]
}

function at(release: Release, path: readonly (string | number)[], code: string, words: Contradiction['words'] = {}) {
  return { path: ['releases', release.name, ...path], code, words }
}

function kindsOf({ points }: Release, quantityOf: Quantities): Set<Quantity['kind']> {
  return new Set(
    points.flatMap((point) => {
      const quantity = quantityOf.get(point)
      return quantity === undefined ? [] : [quantities[quantity].kind]
    }),
  )
}

/** A statistic that says nothing of any point: one release often takes in counters and gauges, each with its own. */
function statisticsWithoutSense(release: Release, quantityOf: Quantities): Found {
  const kinds = [...kindsOf(release, quantityOf)]
  const saysSomething = (statistic: Statistic) => kinds.some((kind) => makesSense(kind, statistic))
  if (kinds.length === 0) return []
  return (release.treatment.aggregate?.of ?? []).flatMap((statistic, index) =>
    saysSomething(statistic)
      ? []
      : [
          at(release, stepPath(release, 'aggregate', 'of', index), 'statistic-without-sense', {
            statistic,
            fits: statistics.filter(saysSomething).join(', '),
          }),
        ],
  )
}

/** A point among others of which none of the statistics can be told: nothing of it would leave, and nobody would be told why. */
function pointsWithoutStatistic(release: Release, quantityOf: Quantities): Found {
  const of = release.treatment.aggregate?.of
  if (of === undefined) return []
  const untold = release.points.filter((point) => {
    const quantity = quantityOf.get(point)
    return quantity !== undefined && !of.some((statistic) => makesSense(quantities[quantity].kind, statistic))
  })
  return untold.length === 0 || untold.length === release.points.length
    ? []
    : [at(release, stepPath(release, 'aggregate', 'of'), 'point-without-statistic', { points: naming(untold) })]
}

function windows(release: Release): Found {
  const { aggregate, detail } = release.treatment
  const found: Contradiction[] = []
  if (aggregate !== undefined && release.declared.batch !== undefined)
    found.push(at(release, ['batch'], 'batch-beside-aggregate'))
  if (aggregate === undefined && detail !== undefined)
    found.push(at(release, stepPath(release, 'detail'), 'detail-without-aggregate'))
  return found
}

/** In units that add up: the sum of two voltages is none. */
const additiveUnits: ReadonlySet<string> = new Set(['W', 'var', 'VA', 'kWh', 'kvarh', 'm3', 'm3/h'])
/** What a group's statistics can be made of those of its points. */
const ofGroups: readonly Statistic[] = ['mean', 'last', 'sum', 'increase', 'count']

function isAdditive(name: QuantityName): boolean {
  return additiveUnits.has(quantities[name].unit) || isCount(name)
}

function isCount(name: QuantityName): boolean {
  const { kind, sensitivity }: Quantity = quantities[name]
  return name === 'count' || (sensitivity === 'presence' && (kind === 'gauge' || kind === 'counter'))
}

function groupsOfPoints(release: Release, quantityOf: Quantities): Found {
  const { minimumGroup, aggregate } = release.treatment
  if (minimumGroup?.of !== 'points') return []
  const here = stepPath(release, 'minimum_group')
  const found: Contradiction[] = []
  if (aggregate === undefined) found.push(at(release, here, 'group-without-window'))
  const others = (aggregate?.of ?? []).filter((statistic) => !ofGroups.includes(statistic))
  for (const statistic of others)
    found.push(
      at(release, stepPath(release, 'aggregate', 'of', aggregate?.of.indexOf(statistic) ?? 0), 'group-of-extremes', {
        statistic,
        fits: ofGroups.join(', '),
      }),
    )
  const byQuantity = Object.groupBy(release.points, (point) => quantityOf.get(point) ?? '')
  for (const [quantity, points = []] of Object.entries(byQuantity)) {
    const name = points[0] && quantityOf.get(points[0])
    if (name !== undefined && !isAdditive(name))
      found.push(at(release, here, 'not-additive', { points: naming(points), quantity }))
  }
  const there = Math.max(0, ...Object.values(byQuantity).map(({ length }) => length))
  if (release.points.length > 0 && there < minimumGroup.least)
    found.push(at(release, stepPath(release, 'minimum_group', 'least'), 'group-never-full', { there: String(there) }))
  return found
}

function groupsOfCounts(release: Release, quantityOf: Quantities): Found {
  if (release.treatment.minimumGroup?.of !== 'counts' || release.points.length === 0) return []
  const counts = release.points.some((point) => {
    const quantity = quantityOf.get(point)
    return quantity !== undefined && isCount(quantity)
  })
  return counts
    ? []
    : [at(release, stepPath(release, 'minimum_group'), 'group-of-no-counts', { points: naming(release.points) })]
}

function numbers(release: Release): Found {
  const { noise, bucket, coarsen } = release.treatment
  const found: Contradiction[] = []
  if (noise !== undefined && noise.perDay < noise.epsilon)
    found.push(
      at(release, stepPath(release, 'noise', 'per_day'), 'noise-never-paid', {
        epsilon: String(noise.epsilon),
        day: String(noise.perDay),
      }),
    )
  const down = bucket?.findIndex((bound, index) => index > 0 && bound <= (bucket[index - 1] ?? -Infinity)) ?? -1
  if (down > 0) found.push(at(release, stepPath(release, 'bucket', down), 'bucket-not-ascending'))
  if (coarsen !== undefined && coarsen.timeMs === undefined && coarsen.placeDegrees === undefined)
    found.push(at(release, stepPath(release, 'coarsen'), 'coarsens-nothing'))
  return found
}
