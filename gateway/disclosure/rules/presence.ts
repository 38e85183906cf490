/**
 * That people are there: only as numbers, over a quarter of an hour or more, none of fewer than the least group. A passage,
 * or the moment of one, never leaves. Noise does not stand in for the group: it blurs how many there were, and leaves one
 * who comes each night at three to be seen.
 */
import { quantities, type Quantity } from '../../../drivers/quantities.ts'
import type { PointId } from '../../../drivers/reading.ts'
import { durationText } from '../../../drivers/schema.ts'
import type { Statistic } from '../../releases.ts'
import type { Release } from '../policy.ts'
import { shortestMs } from '../treatments/calendar.ts'
import {
  naming,
  patternPath,
  pointsAbout,
  refuse,
  stepPath,
  type Ground,
  type Refusal,
  type RuleCode,
} from './ground.ts'

export const finestPresenceMs = 15 * 60_000

export function presence(ground: Ground): Refusal[] {
  return ground.releases.flatMap((release) => {
    const points = pointsAbout(ground, release, 'presence')
    return points.length === 0 ? [] : ofRelease(ground, release, points)
  })
}

function ofRelease({ quantityOf, least }: Ground, release: Release, points: readonly PointId[]): Refusal[] {
  const { aggregate, minimumGroup, changeOnly } = release.treatment
  const kindOf = (point: PointId): Quantity['kind'] | undefined => {
    const quantity = quantityOf.get(point)
    return quantity === undefined ? undefined : quantities[quantity].kind
  }
  const [gauges, counters] = [
    points.filter((p) => kindOf(p) === 'gauge'),
    points.filter((p) => kindOf(p) === 'counter'),
  ]
  const others = points.filter((point) => !gauges.includes(point) && !counters.includes(point))
  const words = { points: naming(points), least: String(least.counts), finest: durationText(finestPresenceMs) }
  const at = (path: Refusal['path'], code: RuleCode, more: Refusal['words'] = {}) =>
    refuse(release, path, code, { ...words, ...more })
  const found: Refusal[] = []
  if (others.length > 0)
    found.push(at(patternPath(release, others), 'presence-not-a-count', { points: naming(others) }))
  if (changeOnly) found.push(at(stepPath(release, 'change_only'), 'presence-by-change'))
  if (aggregate === undefined) found.push(at(patternPath(release, points), 'presence-as-read'))
  else {
    const shortest = shortestMs(aggregate.everyMs)
    if (shortest < finestPresenceMs)
      found.push(at(stepPath(release, 'aggregate', 'every'), 'presence-too-fine', { every: durationText(shortest) }))
    const total = unlike(aggregate.of, (statistic) => statistic === 'increase' || statistic === 'count')
    if (counters.length > 0 && total !== undefined)
      found.push(
        at(stepPath(release, 'aggregate', 'of', total.index), 'presence-running-total', {
          points: naming(counters),
          statistic: total.statistic,
        }),
      )
    const sum = unlike(aggregate.of, (statistic) => statistic !== 'sum')
    if (gauges.length > 0 && sum !== undefined)
      found.push(at(stepPath(release, 'aggregate', 'of', sum.index), 'presence-sum', { points: naming(gauges) }))
  }
  if (minimumGroup?.of !== 'counts') found.push(at(patternPath(release, points), 'presence-without-group'))
  else if (minimumGroup.least < least.counts)
    found.push(
      at(stepPath(release, 'minimum_group', 'least'), 'presence-group-too-small', { of: String(minimumGroup.least) }),
    )
  return found
}

function unlike(
  of: readonly Statistic[],
  fits: (statistic: Statistic) => boolean,
): { index: number; statistic: Statistic } | undefined {
  const index = of.findIndex((statistic) => !fits(statistic))
  const statistic = of[index]
  return statistic === undefined ? undefined : { index, statistic }
}
