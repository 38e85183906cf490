import type { Value } from '../../../drivers/reading.ts'

/** The greatest of the ascending bounds that is not above the number; of one below them all, the least. */
export function bucket(value: Value, bounds: readonly number[]): Value {
  if (typeof value !== 'number' && typeof value !== 'bigint') return value
  return bounds.findLast((bound) => bound <= value) ?? bounds[0] ?? value
}
