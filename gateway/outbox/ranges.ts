/** Whole numbers, both ends included; `to` may be Infinity. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** A set of whole numbers, kept as few ranges: ascending, apart from one another. */
export class Ranges implements Iterable<Range> {
  readonly #ranges: Range[] = []

  constructor(ranges: Iterable<Range> = []) {
    for (const { from, to } of ranges) this.add(from, to)
  }

  /** An empty range (`from > to`) adds nothing. */
  add(from: number, to: number): void {
    if (from > to) return
    const start = this.#indexOf(from - 1)
    let end = start
    let least = from
    let most = to
    for (let range = this.#ranges[end]; range !== undefined && range.from <= to + 1; range = this.#ranges[++end]) {
      least = Math.min(least, range.from)
      most = Math.max(most, range.to)
    }
    this.#ranges.splice(start, end - start, { from: least, to: most })
  }

  remove(from: number, to: number): void {
    if (from > to) return
    const start = this.#indexOf(from)
    let end = start
    const rest: Range[] = []
    for (let range = this.#ranges[end]; range !== undefined && range.from <= to; range = this.#ranges[++end]) {
      if (range.from < from) rest.push({ from: range.from, to: from - 1 })
      if (range.to > to) rest.push({ from: to + 1, to: range.to })
    }
    this.#ranges.splice(start, end - start, ...rest)
  }

  /** The lowest range at or above `from`, its part below left out. */
  first(from = -Infinity): Range | undefined {
    const range = this.#ranges[this.#indexOf(from)]
    return range && { from: Math.max(range.from, from), to: range.to }
  }

  /** How many numbers of the set lie between these two, both included. */
  count(from: number, to: number): number {
    let count = 0
    if (from > to) return count
    for (let index = this.#indexOf(from); ; index++) {
      const range = this.#ranges[index]
      if (range === undefined || range.from > to) return count
      count += Math.min(range.to, to) - Math.max(range.from, from) + 1
    }
  }

  clear(): void {
    this.#ranges.length = 0
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  [Symbol.iterator](): Iterator<Range> {
    return this.#ranges[Symbol.iterator]()
  }

  /** Of the first range that does not end before `n`. */
  #indexOf(n: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const range = this.#ranges[middle]
      if (range !== undefined && range.to < n) low = middle + 1
      else high = middle
    }
    return low
  }
}
