/**
 * Groups that differ by few: the sum of twenty less the sum of nineteen of them is one. Seen for every two releases; that
 * three or more of them add up to so little, nobody looks for.
 */
import type { PointId } from '../../../drivers/reading.ts'
import type { Release } from '../policy.ts'
import { deviceOf, naming, refuse, stepPath, type Ground, type Refusal } from './ground.ts'
import { pairs } from './undoing.ts'

export function groupDifferences(ground: Ground): Refusal[] {
  return pairs(ground.releases).flatMap(([earlier, later]): Refusal[] => {
    const [a, b] = [groupOf(earlier), groupOf(later)]
    if (a === undefined || b === undefined) return []
    const least = Math.max(a, b)
    const quantities = new Set(later.points.map((point) => ground.quantityOf.get(point)))
    for (const quantity of quantities) {
      const measuring = ({ points }: Release) => points.filter((point) => ground.quantityOf.get(point) === quantity)
      const differing = difference(measuring(earlier), measuring(later))
      if (differing === undefined) continue
      const by = new Set(differing.map(deviceOf)).size
      if (by >= least) continue
      const words = { other: earlier.name, points: naming(differing), by: String(by), least: String(least) }
      return [refuse(later, stepPath(later, 'minimum_group'), 'groups-differ-by-few', words)]
    }
    return []
  })
}

function groupOf({ treatment: { minimumGroup } }: Release): number | undefined {
  return minimumGroup?.of === 'points' ? minimumGroup.least : undefined
}

/** What is in one of them only; undefined where they are the same, or have nothing in common. */
function difference(a: readonly PointId[], b: readonly PointId[]): PointId[] | undefined {
  const common = a.filter((point) => b.includes(point))
  if (common.length === 0 || (common.length === a.length && common.length === b.length)) return undefined
  return [...a, ...b].filter((point) => !common.includes(point))
}
