/**
 * What a point could tell of people: as its quantity does; of a mere number, what a release counts by it; of a contact and of light, that people close it, or order it, by passing; and nothing of how
 * premises are used, where a site says that the meter feeds street lamps.
 */
import { quantities, type Quantity, type QuantityName, type Sensitivity } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { Policy } from './policy.ts'
import { deviceOf, subjectOf, type Feeds } from './rules/ground.ts'

/** What is known of a site; `feeds`: what hangs on its meters, by device, and where nothing is said, premises may. */
export interface Known extends Pick<Policy, 'releases' | 'quantityOf' | 'litByPeople'> {
  readonly feeds?: ReadonlyMap<string, Feeds>
}

/** Undefined: no quantity is known of it. */
export function sensitivityOf(
  { releases, quantityOf, litByPeople, feeds = new Map() }: Known,
  point: PointId,
): Sensitivity | undefined {
  const name = quantityOf.get(point)
  if (name === undefined) return undefined
  if (litByPeople.light.has(point)) return 'presence'
  if (subjectOf({ releases, quantityOf, litByPeople, feeds }, point) === 'presence') return 'presence'
  const { sensitivity }: Quantity = quantities[name]
  return sensitivity === 'usage' && feeds.get(deviceOf(point)) === 'public-lighting' ? 'technical' : sensitivity
}

/** The quantities that the points have, each with its points, and what they could tell. */
export function byQuantity(
  points: readonly PointId[],
  known: Known,
): { readonly name: QuantityName; readonly sensitivity: Sensitivity; readonly points: readonly PointId[] }[] {
  const found = new Map<string, { name: QuantityName; sensitivity: Sensitivity; points: PointId[] }>()
  for (const point of points) {
    const name = known.quantityOf.get(point)
    const sensitivity = sensitivityOf(known, point)
    if (name === undefined || sensitivity === undefined) continue
    const own = found.get(`${name} ${sensitivity}`)
    if (own) own.points.push(point)
    else found.set(`${name} ${sensitivity}`, { name, sensitivity, points: [point] })
  }
  return [...found.values()]
}
