import type { PointId } from '../../../drivers/reading.ts'
import { matches } from '../patterns.ts'

/** The points that none of the patterns takes in: the others stay home. */
export function withoutDropped(points: readonly PointId[], patterns: readonly string[]): PointId[] {
  return points.filter((point) => !patterns.some((pattern) => matches(pattern, point)))
}
