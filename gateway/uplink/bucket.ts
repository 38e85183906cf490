/** A token bucket that may fall into debt: what goes out is known only once it is there, and the next waits the longer. */

export interface Rate {
  readonly bytesPerS: number
  /** so much may go at once after a rest */
  readonly burstBytes: number
}

export class Bucket {
  readonly #rate: Rate
  #level: number
  #atMs: number

  /** Full at first. `nowMs` is monotonic, here and below. */
  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate
    this.#level = rate.burstBytes
    this.#atMs = nowMs
  }

  spend(bytes: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#level -= bytes
  }

  /** What is left; below 0: a debt. */
  level(nowMs: number): number {
    this.#fill(nowMs)
    return this.#level
  }

  /** Until something may go again; 0: now. */
  waitMs(nowMs: number): number {
    const level = this.level(nowMs)
    return level > 0 ? 0 : Math.max(1, Math.ceil((-level / this.#rate.bytesPerS) * 1_000))
  }

  #fill(nowMs: number): void {
    const { bytesPerS, burstBytes } = this.#rate
    this.#level = Math.min(burstBytes, this.#level + (Math.max(0, nowMs - this.#atMs) / 1_000) * bytesPerS)
    this.#atMs = Math.max(this.#atMs, nowMs)
  }
}
