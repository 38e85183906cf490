/** What a point could tell of people: as its quantity does, and of a mere number, what a release counts by it. */
import { quantities, type QuantityName, type Sensitivity } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { Policy } from './policy.ts'
import { subjectOf } from './rules/ground.ts'

/** Undefined: no quantity is known of it. */
export function sensitivityOf(
  { releases, quantityOf }: Pick<Policy, 'releases' | 'quantityOf'>,
  point: PointId,
): Sensitivity | undefined {
  const name = quantityOf.get(point)
  if (name === undefined) return undefined
  return subjectOf({ releases, quantityOf, feeds: new Map() }, point) === 'presence'
    ? 'presence'
    : quantities[name].sensitivity
}

/** The quantities that the points have, each with its points, and what they could tell. */
export function byQuantity(
  points: readonly PointId[],
  policy: Pick<Policy, 'releases' | 'quantityOf'>,
): { readonly name: QuantityName; readonly sensitivity: Sensitivity; readonly points: readonly PointId[] }[] {
  const found = new Map<string, { name: QuantityName; sensitivity: Sensitivity; points: PointId[] }>()
  for (const point of points) {
    const name = policy.quantityOf.get(point)
    const sensitivity = sensitivityOf(policy, point)
    if (name === undefined || sensitivity === undefined) continue
    const own = found.get(`${name} ${sensitivity}`)
    if (own) own.points.push(point)
    else found.set(`${name} ${sensitivity}`, { name, sensitivity, points: [point] })
  }
  return [...found.values()]
}
