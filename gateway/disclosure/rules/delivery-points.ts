/** How many delivery points a sum of points is sure to hold. A device is one, whatever number of its points are summed. */
import type { PointId } from '../../../drivers/reading.ts'
import type { Release } from '../policy.ts'
import { deviceOf, subjectOf, type Ground } from './ground.ts'

/**
 * Of a sum of `least` of these points, the fewest delivery points of others than the town that can be in it, when at least
 * one is: the town's own may all be there, as may be all points of the devices that have most of them.
 */
export function fewestDeliveryPoints(ground: Ground, points: readonly PointId[], least: number): number {
  const ofOthers = points.filter((point) => subjectOf(ground, point) !== 'nobody')
  const counts = Object.values(Object.groupBy(ofOthers, deviceOf)).map((own = []) => own.length)
  let left = least - (points.length - ofOthers.length)
  let devices = 0
  for (const count of counts.sort((a, b) => b - a)) {
    if (left <= 0) break
    left -= count
    devices++
  }
  return Math.max(1, devices)
}

/** Whether all these points leave as sums of enough delivery points only. */
export function hidesInGroup(ground: Ground, release: Release, points: readonly PointId[]): boolean {
  const { minimumGroup, aggregate, detail } = release.treatment
  if (minimumGroup?.of !== 'points' || aggregate === undefined || detail !== undefined) return false
  const asked = new Set(points.map((point) => ground.quantityOf.get(point)))
  return [...asked].every((quantity) => {
    const summed = release.points.filter((point) => ground.quantityOf.get(point) === quantity)
    return fewestDeliveryPoints(ground, summed, minimumGroup.least) >= ground.least.deliveryPoints
  })
}
