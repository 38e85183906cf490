/** Scaling integers that a double cannot hold. */

/** A double as the exact fraction that it is. */
function fraction(value: number): [numerator: bigint, denominator: bigint] {
  let numerator = value
  let denominator = 1n
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    denominator *= 2n
  }
  return [BigInt(numerator), denominator]
}

/** Bits of the quotient that are computed: more than the 53 of a double and the one by which it rounds. */
const quotientBits = 64

/** The double nearest to raw × multiplier ÷ divisor. */
export function scale(raw: bigint, multiplier: number, divisor: number): number {
  const [times, by] = fraction(multiplier)
  const [over, under] = fraction(divisor)
  const numerator = raw * times * under
  const denominator = by * over
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  const bits = magnitude.toString(2).length - denominator.toString(2).length
  const shift = BigInt(Math.max(0, quotientBits - bits))
  const dividend = magnitude << shift
  const quotient = dividend / denominator
  // What was cut off only matters when the rest lies exactly between two doubles: a last bit keeps it from doing so.
  const sticky = dividend % denominator === 0n ? 0n : 1n
  const nearest = Number((quotient << 1n) | sticky) / 2 ** (Number(shift) + 1)
  return negative ? -nearest : nearest
}

/** The integer nearest to value × divisor ÷ multiplier. */
export function unscale(value: number | bigint, multiplier: number, divisor: number): bigint {
  if (typeof value === 'bigint' && multiplier === 1 && divisor === 1) return value
  return BigInt(Math.round((Number(value) * divisor) / multiplier))
}
