/** Who, or whose meter: under a pseudonym, or not at all; never in open data, where a pseudonym stays for ever. */
import { naming, patternPath, pointsAbout, refuse, type Ground, type Refusal } from './ground.ts'

export function identifiers(ground: Ground): Refusal[] {
  return ground.releases.flatMap((release) => {
    const points = pointsAbout(ground, release, 'identity')
    if (points.length === 0) return []
    const at = patternPath(release, points)
    // every one of them: what the remedy leaves out would be refused again
    const words = { points: naming(points), drop: points.map((point) => `"${point}"`).join(', ') }
    if (release.declared.licence !== undefined) return [refuse(release, at, 'identifier-in-open-data', words)]
    return release.treatment.pseudonym === undefined ? [refuse(release, at, 'identifier-in-clear', words)] : []
  })
}
