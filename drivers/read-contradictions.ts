/** What a profile says of requests, against its own points: a point is read whole, and by itself where need be. */
import { addressesFor, type LooseClaim, type Repeats } from './claims.ts'
import { profileSchema, registersOf, type Contradiction } from './profile.ts'
import { asRecord } from './schema.ts'

const { longest_read: longestRead, unreadable } = profileSchema.shape.modbus.shape

/** `modbus`: as it was written. */
export function readContradictions(points: readonly LooseClaim[], modbus: unknown, repeats: Repeats): Contradiction[] {
  const raw = asRecord(modbus)
  const most = longestRead.safeParse(raw['longest_read']).data ?? Infinity
  const holes = unreadable.safeParse(raw['unreadable']).data ?? []
  return points.flatMap((point) => {
    const path = [...point.path, 'at']
    const addresses = addressesFor(point, repeats)
    const isTouched = addresses.some(({ table, address }) =>
      holes.some((hole) => hole.table === table && address >= hole.from && address < hole.to),
    )
    const found: Contradiction[] = []
    if (isTouched) found.push({ path, code: 'point-unreadable', words: { point: point.name } })
    const { as, registers } = point
    const count = (as && registersOf({ as, registers })) ?? 1
    if (count > most)
      found.push({ path, code: 'point-beyond-one-read', words: { point: point.name, most: String(most) } })
    return found
  })
}
