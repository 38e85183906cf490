/**
 * Quantiles of a window in bounded memory: exact up to `exactly` values, then within `error` of the value itself. Beyond, values
 * are counted in bins whose bounds grow by a constant ratio (Masson, Rim and Lee, DDSketch, VLDB 2019, section 2).
 */

export const exactly = 512
/** of the value: what is told lies within 1 % of a value that was read */
export const error = 0.01

const ratio = (1 + error) / (1 - error)
const logRatio = Math.log(ratio)
/** Smaller than anything that a street measures: counts as zero. */
const least = 1e-9
/** So that bins are bounded too: some 2 500 either side of zero. */
const most = 1e13

export class Quantiles {
  /** the values themselves, while they are few */
  readonly #values: number[] = []
  /** how many fell into each bin: negative ones, zero and positive ones under one signed number, in the order of values */
  #bins: Map<number, number> | undefined
  #count = 0
  #least = Infinity
  #most = -Infinity

  add(value: number): void {
    this.#count++
    if (value < this.#least) this.#least = value
    if (value > this.#most) this.#most = value
    if (this.#bins !== undefined) return count(this.#bins, value)
    this.#values.push(value)
    if (this.#values.length <= exactly) return
    this.#bins = new Map()
    for (const each of this.#values) count(this.#bins, each)
    this.#values.length = 0
  }

  clear(): void {
    this.#values.length = 0
    this.#bins = undefined
    this.#count = 0
    this.#least = Infinity
    this.#most = -Infinity
  }

  /** The least value such that at least this share of all are not above it; null: there is none. */
  at(share: number): number | null {
    if (this.#count === 0) return null
    const rank = Math.max(1, Math.ceil(share * this.#count))
    if (this.#bins === undefined) return this.#values.toSorted((a, b) => a - b)[rank - 1] ?? null
    let seen = 0
    for (const [bin, times] of [...this.#bins].sort(([a], [b]) => a - b)) {
      seen += times
      if (seen >= rank) return Math.min(this.#most, Math.max(this.#least, valueOf(bin)))
    }
    return this.#most
  }
}

function count(bins: Map<number, number>, value: number): void {
  const bin = binOf(value)
  bins.set(bin, (bins.get(bin) ?? 0) + 1)
}

/** Far from zero, so that no bin of a positive value is negative. */
const middle = Math.ceil(-Math.log(least) / logRatio) + 1

function binOf(value: number): number {
  const size = Math.min(Math.abs(value), most)
  if (!(size >= least)) return 0
  return Math.sign(value) * (Math.ceil(Math.log(size) / logRatio) + middle)
}

/** The value that is within `error` of both ends of the bin. */
function valueOf(bin: number): number {
  if (bin === 0) return 0
  return (Math.sign(bin) * 2 * ratio ** (Math.abs(bin) - middle)) / (ratio + 1)
}
