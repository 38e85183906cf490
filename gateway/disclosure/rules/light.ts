/**
 * Light that follows people tells of each of them: when it goes up, somebody comes. No window is long enough to hide one passage
 * at night in, so it leaves as the mean of a whole day, and so coarse that a few passages do not show in it.
 */
import { durationText } from '../../../drivers/schema.ts'
import { shortestMs } from '../treatments/calendar.ts'
import { naming, patternPath, refuse, stepPath, type Ground, type Refusal } from './ground.ts'

export const finestFollowingLightMs = 86_400_000
/** in per cent of full light: of a day, more than an hour of it */
export const finestFollowingStep = 5

export function lightOfPeople({ releases, litByPeople: { light } }: Ground): Refusal[] {
  return releases.flatMap((release) => {
    const points = release.points.filter((point) => light.has(point))
    if (points.length === 0) return []
    const { aggregate, changeOnly, step = 0 } = release.treatment
    const words = {
      points: naming(points),
      finest: durationText(finestFollowingLightMs),
      least: String(finestFollowingStep),
    }
    const at = (path: Refusal['path']) => refuse(release, path, 'light-of-people', words)
    if (aggregate === undefined) return [at(patternPath(release, points))]
    const other = aggregate.of.findIndex((statistic) => statistic !== 'mean')
    return [
      ...(changeOnly === undefined ? [] : [at(stepPath(release, 'change_only'))]),
      ...(shortestMs(aggregate.everyMs) < finestFollowingLightMs ? [at(stepPath(release, 'aggregate', 'every'))] : []),
      ...(other < 0 ? [] : [at(stepPath(release, 'aggregate', 'of', other))]),
      ...(step < finestFollowingStep ? [at(stepPath(release, 'round'))] : []),
    ]
  })
}
