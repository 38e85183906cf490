/** When somebody passed, by whatever name: no finer than that people are there, or each passage leaves with its second. */
import { durationText } from '../../../drivers/schema.ts'
import { shortestMs } from '../treatments/calendar.ts'
import { isPassing, naming, patternPath, refuse, stepPath, type Ground, type Refusal } from './ground.ts'
import { finestPresenceMs } from './presence.ts'

export function passages(ground: Ground): Refusal[] {
  return ground.releases.flatMap((release) => {
    const points = release.points.filter((point) => isPassing(ground, point))
    if (points.length === 0) return []
    const { aggregate } = release.treatment
    const words = { points: naming(points), finest: durationText(finestPresenceMs) }
    if (aggregate === undefined)
      return [refuse(release, patternPath(release, points), 'passage-too-fine', { ...words, every: '—' })]
    const shortest = shortestMs(aggregate.everyMs)
    if (shortest >= finestPresenceMs) return []
    const at = stepPath(release, 'aggregate', 'every')
    return [refuse(release, at, 'passage-too-fine', { ...words, every: durationText(shortest) })]
  })
}
