import type { Value } from '../../../drivers/reading.ts'

/** A number below the least becomes the least, one above the most the most; what is not a number passes as it is. */
export function clamp(value: Value, [least, most]: readonly [number, number]): Value {
  if (typeof value === 'number') return value < least ? least : value > most ? most : value
  if (typeof value !== 'bigint') return value
  // Bounds that are no whole numbers: the whole numbers between them.
  const [lowest, highest] = [BigInt(Math.ceil(least)), BigInt(Math.floor(most))]
  if (value < lowest) return lowest
  return value > highest ? highest : value
}
