/** Noise on whole numbers, and the budget of it that each point may spend on a day: once it is spent, the point says nothing more. */
import type { Sample, Suppressed } from '../disclosed.ts'
import { discreteLaplace, rational, type Bits, type Rational } from './discrete-laplace.ts'

export interface Noise {
  /** what one number costs */
  readonly epsilon: number
  readonly perDay: number
  readonly sensitivity: number
}

const budgetSpent: Suppressed = { state: 'suppressed', reason: 'budget-spent' }
const dayMs = 86_400_000
/** Of each point: a clock that is set to and fro gives no day its budget back. */
const daysKept = 8

/**
 * How many numbers each point has told on which day (UTC, days since 1970). Counted and not added up: ten tenths are not one
 * in floats.
 */
export type Spent = Map<string, Map<number, number>>

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
  readonly key: string
  readonly atMs: number
  readonly spent: Spent
  readonly bits: Bits
  readonly isNeverNegative: boolean
}

/**
 * The sample with noise, rounded to a whole number before. Of what is never negative, below zero becomes zero afterwards, which
 * takes no privacy away. What is no number has no noise that would hide it, and does not leave. `key`: whose budget.
 */
export function withNoise(
  sample: Sample,
  noise: Noise,
  { key, atMs, spent, bits, isNeverNegative }: NoiseParts,
): { sample: Sample; epsilon: number } {
  const { value, offsetMs } = sample
  if (value === null) return { sample, epsilon: 0 }
  if ((typeof value !== 'number' && typeof value !== 'bigint') || !spend(noise, key, atMs, spent))
    return { sample: { offsetMs, value: null, quality: budgetSpent }, epsilon: 0 }
  const whole = typeof value === 'bigint' ? value : BigInt(Math.round(value))
  const noised = whole + discreteLaplace(scaleOf(noise), bits)
  const told = isNeverNegative && noised < 0n ? 0n : noised
  return {
    sample: { offsetMs, value: typeof value === 'bigint' ? told : Number(told), quality: sample.quality },
    epsilon: noise.epsilon,
  }
}

/** So many that none of a day is left, and that more may still be added. */
const mostNumbers = 2 ** 52

/** Of each of the keys all numbers of the day count as told. */
export function spendAll(noise: Noise, keys: readonly string[], atMs: number, spent: Spent): void {
  const day = Math.floor(atMs / dayMs)
  for (const key of keys) spent.set(key, new Map([[day, Math.min(dailyNumbers(noise), mostNumbers)]]))
}

function spend(noise: Noise, key: string, atMs: number, spent: Spent): boolean {
  const day = Math.floor(atMs / dayMs)
  const days = spent.get(key) ?? new Map<number, number>()
  const told = days.get(day) ?? 0
  if (told >= dailyNumbers(noise)) return false
  days.set(day, told + 1)
  if (days.size > daysKept) days.delete(days.keys().next().value ?? day)
  spent.set(key, days)
  return true
}
