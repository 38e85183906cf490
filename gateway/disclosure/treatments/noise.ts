/** Noise on whole numbers, and the budget of it that each point may spend on a day: once it is spent, the point says nothing more. */
import type { PointId } from '../../../drivers/reading.ts'
import type { Sample, Suppressed } from '../disclosed.ts'
import { discreteLaplace, isAtMost, plus, rational, zero, type Bits, type Rational } from './discrete-laplace.ts'

export interface Noise {
  /** what one number costs */
  readonly epsilon: number
  readonly perDay: number
  readonly sensitivity: number
}

export const budgetSpent: Suppressed = { state: 'suppressed', reason: 'budget-spent' }
const dayMs = 86_400_000
/** Of each point: a clock that is set to and fro gives no day its budget back. */
const daysKept = 8

/**
 * What each point has spent on which day (UTC, days since 1970), exactly: ten tenths are not one in floats. Of the point and not
 * of its release, so that one that is renamed, or asks for another epsilon, finds what was spent.
 */
export type Spent = Map<PointId, Map<number, Rational>>

/** UTC, days since 1970. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / dayMs)
}

/** How many numbers a point may tell a day. */
export function dailyNumbers({ epsilon, perDay }: Pick<Noise, 'epsilon' | 'perDay'>): number {
  const [day, one] = [rational(perDay), rational(epsilon)]
  return Number((day.num * one.den) / (day.den * one.num))
}

export function scaleOf({ epsilon, sensitivity }: Pick<Noise, 'epsilon' | 'sensitivity'>): Rational {
  const { num, den } = rational(epsilon)
  return { num: BigInt(sensitivity) * den, den: num }
}

interface NoiseParts {
  /** whose budgets it costs: the point's own, or of a sum those of all that it is of */
  readonly points: readonly PointId[]
  readonly atMs: number
  readonly spent: Spent
  readonly bits: Bits
  readonly isNeverNegative: boolean
}

/**
 * The sample with noise, rounded to a whole number before. Of what is never negative, below zero becomes zero afterwards, which
 * takes no privacy away. What is no number has no noise that would hide it, and does not leave.
 */
export function withNoise(
  sample: Sample,
  noise: Noise,
  { points, atMs, spent, bits, isNeverNegative }: NoiseParts,
): { sample: Sample; epsilon: number } {
  const { value, offsetMs } = sample
  if (value === null) return { sample, epsilon: 0 }
  if ((typeof value !== 'number' && typeof value !== 'bigint') || !spend(noise, points, atMs, spent))
    return { sample: { offsetMs, value: null, quality: budgetSpent }, epsilon: 0 }
  const whole = typeof value === 'bigint' ? value : BigInt(Math.round(value))
  const noised = whole + discreteLaplace(scaleOf(noise), bits)
  const told = isNeverNegative && noised < 0n ? 0n : noised
  return {
    sample: { offsetMs, value: typeof value === 'bigint' ? told : Number(told), quality: sample.quality },
    epsilon: noise.epsilon,
  }
}

/** More than any day has. */
const allOfIt: Rational = { num: 1_000_000n, den: 1n }

/** Of each of the points all of the day counts as spent. */
export function spendAll(points: readonly PointId[], atMs: number, spent: Spent): void {
  const day = dayOf(atMs)
  for (const point of points) spent.set(point, new Map([[day, allOfIt]]))
}

function spend({ epsilon, perDay }: Noise, points: readonly PointId[], atMs: number, spent: Spent): boolean {
  const day = dayOf(atMs)
  const [one, budget] = [rational(epsilon), rational(perDay)]
  const after = points.map((point) => plus(spent.get(point)?.get(day) ?? zero, one))
  if (!after.every((sum) => isAtMost(sum, budget))) return false
  for (const [index, point] of points.entries()) {
    const days = spent.get(point) ?? new Map<number, Rational>()
    days.set(day, after[index] ?? allOfIt)
    if (days.size > daysKept) days.delete(days.keys().next().value ?? day)
    spent.set(point, days)
  }
  return true
}
