/** What is personal data whatever a release says: what one household uses, and who it was, under a pseudonym too. */
import { hidesInGroup } from './delivery-points.ts'
import { naming, pointsAbout, refuse, type Ground, type Refusal } from './ground.ts'

export function notPersonal(ground: Ground): Refusal[] {
  return ground.releases.flatMap((release) => {
    if (typeof release.declared.basis === 'string') return []
    const homes = pointsAbout(ground, release, 'dwelling')
    const points = [
      // The sum of enough delivery points is nobody's.
      ...(hidesInGroup(ground, release, homes) ? [] : homes),
      ...pointsAbout(ground, release, 'identity'),
    ]
    return points.length === 0 ? [] : [refuse(release, ['basis'], 'not-personal-of-people', { points: naming(points) })]
  })
}
