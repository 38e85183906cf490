import type { Value } from '../../../drivers/reading.ts'

/** The multiple of `step` nearest to a number, the greater of two as near; what is not a number passes as it is. */
export function round(value: Value, step: number): Value {
  if (typeof value === 'bigint') return roundWhole(value, step)
  if (typeof value !== 'number') return value
  const steps = Math.round(value / step)
  // 7 × 0.1 is 0.7000000000000001, 7 ÷ 10 is 0.7
  const inverse = Math.round(1 / step)
  const rounded = step < 1 && 1 / inverse === step ? steps / inverse : steps * step
  return rounded === 0 ? 0 : rounded // no −0: JSON would lose it, and nobody means it
}

/** Up to 1 a step makes no whole number coarser. One such as 2.5 counts as 3: rather coarser than finer than declared. */
function roundWhole(value: bigint, step: number): bigint {
  const whole = BigInt(Math.ceil(step))
  const above = ((value % whole) + whole) % whole
  return 2n * above < whole ? value - above : value - above + whole
}
