/** No alarm is a reason to tell, reading by reading, how a household lives or who goes by. */
import { naming, pointsAbout, refuse, stepPath, type Ground, type Refusal } from './ground.ts'

export function peopleInDetail(ground: Ground): Refusal[] {
  return ground.releases.flatMap((release) => {
    if (release.treatment.detail === undefined) return []
    const points = [
      ...pointsAbout(ground, release, 'dwelling', 'presence', 'identity'),
      ...release.points.filter((point) => ground.litByPeople.light.has(point)),
    ]
    return points.length === 0
      ? []
      : [refuse(release, stepPath(release, 'detail'), 'detail-of-people', { points: naming(points) })]
  })
}
