/**
 * How passages are counted from what a release lets out: of a counter by its increase; of a gauge that says how many came by
 * within the counter's own interval by its mean, since it is read many times in each and a sum would count them as often.
 * Or else why they cannot be.
 */
import { quantities, type Quantity, type QuantityName } from '../../../drivers/quantities.ts'
import type { PointId } from '../../../drivers/reading.ts'
import { milliseconds } from '../../../drivers/schema.ts'
import type { CountedAs, Statistic } from '../../releases.ts'
import type { Release } from '../policy.ts'

/** What `fanal check` calls them. */
export const uncountableReasons = [
  'counts-not-released',
  'counts-no-passages',
  'counts-without-interval',
  'counts-interval-splits',
  'counts-without-statistic',
] as const
export type UncountableReason = (typeof uncountableReasons)[number]

export interface Counting {
  readonly statistic: Statistic
  /** of a gauge: what it says is of an interval of so long that had ended when it was read */
  readonly intervalMs?: number
}

export interface Uncountable {
  readonly reason: UncountableReason
  /** that would do */
  readonly statistic: Statistic
}

/** Numbers of the gauges that count within an interval; of those present at a moment nobody knows how many came. */
const byInterval: ReadonlySet<QuantityName> = new Set<QuantityName>([
  'people_counted',
  'bicycles_counted',
  'vehicles_counted',
  'count',
])

type Quantities = ReadonlyMap<string, QuantityName>

/** Each point that the release is to count. */
export function countingsOf(release: Release, quantityOf: Quantities): Map<string, Counting | Uncountable> {
  const counts = Object.entries(release.declared.counts ?? {})
  return new Map(counts.map(([point, counted]) => [point, countingOf(release, quantityOf, point, counted)]))
}

function countingOf(
  { points, treatment }: Release,
  quantityOf: Quantities,
  point: string,
  { interval }: CountedAs,
): Counting | Uncountable {
  const { everyMs = 0, of = [] } = treatment.aggregate ?? {}
  const quantity = quantityOf.get(point)
  const isReleased = points.some((one: PointId) => one === point)
  if (quantity === undefined || !isReleased) return { reason: 'counts-not-released', statistic: 'increase' }
  const { kind }: Quantity = quantities[quantity]
  if (kind === 'counter') {
    const statistic = 'increase'
    return of.includes(statistic) ? { statistic } : { reason: 'counts-without-statistic', statistic }
  }
  const statistic = 'mean'
  if (!byInterval.has(quantity)) return { reason: 'counts-no-passages', statistic }
  if (interval === undefined) return { reason: 'counts-without-interval', statistic }
  const intervalMs = milliseconds(interval)
  if (everyMs > 0 && everyMs % intervalMs !== 0) return { reason: 'counts-interval-splits', statistic }
  return of.includes(statistic) ? { statistic, intervalMs } : { reason: 'counts-without-statistic', statistic }
}
