/** A straight line through samples, and how steep it may be at the most. */

export interface Slope {
  /** by the least squares */
  readonly slope: number
  /** With 95 % probability it is no steeper: one-sided, Student's t. */
  readonly upper: number
}

/** Samples should be as good as independent: of a process, means of minutes rather than seconds. */
export function slopeOf(samples: readonly (readonly [x: number, y: number])[]): Slope {
  const count = samples.length
  if (count < 10) throw new Error(`${count} samples say nothing of a slope`)
  const mean = (of: (sample: readonly [number, number]) => number) =>
    samples.reduce((sum, each) => sum + of(each), 0) / count
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)]
  const spreadX = samples.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = samples.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spreadX
  const squares = samples.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  const error = Math.sqrt(squares / (count - 2) / spreadX)
  return { slope, upper: slope + studentT95(count - 2) * error }
}

/** The 95 % quantile of Student's t, by Cornish and Fisher's expansion; to a thousandth from eight degrees of freedom on. */
export function studentT95(degrees: number): number {
  const z = 1.644_853_6
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2)
}
