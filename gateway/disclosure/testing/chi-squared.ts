/** Whether draws of the sampler are of the distribution that they are to be of: Pearson's χ² against its closed form. */
import { discreteLaplace, type Bits, type Rational } from '../treatments/discrete-laplace.ts'

export interface Fit {
  readonly chiSquared: number
  readonly degrees: number
  /** how often a right sampler would be as far off, or further */
  readonly p: number
}

/** Cells in which fewer are expected are put together. */
const leastExpected = 10

/** Probability of x, `(1 − q) / (1 + q) · q^|x|` with `q = exp(−1 / scale)`. */
export function closedForm(x: number, scale: number): number {
  const q = Math.exp(-1 / scale)
  return ((1 - q) / (1 + q)) * q ** Math.abs(x)
}

export function fitOf(scale: Rational, draws: number, bits: Bits): Fit {
  const counts = new Map<number, number>()
  for (let draw = 0; draw < draws; draw++) {
    const x = Number(discreteLaplace(scale, bits))
    counts.set(x, (counts.get(x) ?? 0) + 1)
  }
  return fitOfCounts(counts, Number(scale.num) / Number(scale.den), draws)
}

/** Cells from the middle outwards; each tail, from where too few are expected, is one. */
export function fitOfCounts(counts: ReadonlyMap<number, number>, scale: number, draws: number): Fit {
  let edge = 0
  while (closedForm(edge + 1, scale) * draws >= leastExpected) edge++
  let chiSquared = 0
  let within = 0
  let seenWithin = 0
  for (let x = -edge; x <= edge; x++) {
    const expected = closedForm(x, scale) * draws
    const seen = counts.get(x) ?? 0
    chiSquared += (seen - expected) ** 2 / expected
    within += expected
    seenWithin += seen
  }
  const tails = draws - within
  const beyond = [...counts].filter(([x]) => x > edge).reduce((sum, [, seen]) => sum + seen, 0)
  for (const seen of [beyond, draws - seenWithin - beyond]) chiSquared += (seen - tails / 2) ** 2 / (tails / 2)
  const degrees = 2 * edge + 2
  return { chiSquared, degrees, p: upperTail(chiSquared, degrees) }
}

/** After Wilson and Hilferty: the cube root of χ² over its degrees is nearly normal. */
function upperTail(chiSquared: number, degrees: number): number {
  const variance = 2 / (9 * degrees)
  const z = (Math.cbrt(chiSquared / degrees) - (1 - variance)) / Math.sqrt(variance)
  // Abramowitz and Stegun, 26.2.17: within 7.5e-8
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
  return z >= 0 ? tail : 1 - tail
}
