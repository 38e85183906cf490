/** What households and firms draw is published only as sums over enough delivery points. */
import { hidesInGroup } from './delivery-points.ts'
import { naming, pointsAbout, refuse, stepPath, type Ground, type Refusal } from './ground.ts'

export function openEnergy(ground: Ground): Refusal[] {
  return ground.releases.flatMap((release) => {
    if (release.declared.licence === undefined) return []
    const points = pointsAbout(ground, release, 'dwelling', 'business')
    if (points.length === 0 || hidesInGroup(ground, release, points)) return []
    const path =
      release.treatment.minimumGroup === undefined ? ['licence'] : stepPath(release, 'minimum_group', 'least')
    const words = { points: naming(points), least: String(ground.least.deliveryPoints) }
    return [refuse(release, path, 'open-energy-few-points', words)]
  })
}
