/**
 * How a household lives: its load curve leaves only with its consent, and never finer than hourly. What tells no more than
 * a day's consumption is no load curve; nor is the sum of enough delivery points one dwelling's.
 */
import { durationText } from '../../../drivers/schema.ts'
import { shortestMs } from '../treatments/calendar.ts'
import { hidesInGroup } from './delivery-points.ts'
import { naming, patternPath, pointsAbout, refuse, stepPath, type Ground, type Refusal } from './ground.ts'

export const finestCurveMs = 3_600_000
/** Consumption by the day is no load curve. */
export const noCurveMs = 86_400_000

export function dwellingCurves(ground: Ground): Refusal[] {
  return ground.releases.flatMap((release) => {
    const points = pointsAbout(ground, release, 'dwelling')
    if (points.length === 0 || hidesInGroup(ground, release, points)) return []
    const { aggregate } = release.treatment
    const words = { points: naming(points) }
    const found: Refusal[] = []
    if (release.declared.basis !== 'consent' && (aggregate?.everyMs ?? 0) < noCurveMs)
      found.push(
        refuse(release, ['basis'], 'dwelling-curve-without-consent', {
          ...words,
          least: String(ground.least.deliveryPoints),
        }),
      )
    if (aggregate === undefined)
      found.push(refuse(release, patternPath(release, points), 'dwelling-curve-too-fine', { ...words, every: '—' }))
    else if (shortestMs(aggregate.everyMs) < finestCurveMs)
      found.push(
        refuse(release, stepPath(release, 'aggregate', 'every'), 'dwelling-curve-too-fine', {
          ...words,
          every: durationText(shortestMs(aggregate.everyMs)),
        }),
      )
    return found
  })
}
