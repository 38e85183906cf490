/** Samples of one series, cut into what makes a block. Pure. */
import { encode } from './block.ts'

/** No block spans more than a day: it goes as a whole, when its oldest sample must, and a clock that jumps begins another. */
export const mostSpanMs = 86_400_000

export interface Encoded {
  /** the least and the greatest of its times */
  readonly firstMs: number
  readonly lastMs: number
  readonly body: Uint8Array
}

export class Runs {
  readonly #grainMs: number
  readonly #done: Encoded[] = []
  #times: number[] = []
  #values: (number | null)[] = []
  #firstMs = Infinity
  #lastMs = -Infinity

  constructor(grainMs: number) {
    this.#grainMs = grainMs
  }

  add(atMs: number, scaled: number | null): void {
    if (Math.max(this.#lastMs, atMs) - Math.min(this.#firstMs, atMs) >= mostSpanMs) this.#end()
    this.#times.push(atMs)
    this.#values.push(scaled)
    this.#firstMs = Math.min(this.#firstMs, atMs)
    this.#lastMs = Math.max(this.#lastMs, atMs)
  }

  /** In the order in which they came. */
  taken(): Encoded[] {
    this.#end()
    return this.#done
  }

  #end(): void {
    if (this.#times.length === 0) return
    const body = encode(this.#times, this.#values, this.#grainMs)
    this.#done.push({ firstMs: this.#firstMs, lastMs: this.#lastMs, body })
    this.#times = []
    this.#values = []
    this.#firstMs = Infinity
    this.#lastMs = -Infinity
  }
}
