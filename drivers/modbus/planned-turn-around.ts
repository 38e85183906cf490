/**
 * How long a device is taken to think when its reads are planned: as its profile says, until its answers have shown for a
 * while that it takes less than half or more than twice as long.
 */

const everyMs = 60_000
/** So many looks in a row must agree: a device that is slow now and then does not have its plan made anew each time. */
const looks = 3
const factor = 2
/** Next to the bytes of a request less is as good as nothing. */
const leastMs = 1

export class PlannedTurnAround {
  /** Grows whenever `ms` changes: what was planned before is planned anew. */
  revision = 0
  #ms: number
  #lookAtMs: number
  /** looks in a row that found it slower, or, below 0, faster */
  #beyond = 0

  constructor(ms: number, nowMs: number) {
    this.#ms = ms
    this.#lookAtMs = nowMs + everyMs
  }

  get ms(): number {
    return this.#ms
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#lookAtMs
  }

  /** `learnedMs`: undefined: it has not answered yet. */
  look(nowMs: number, learnedMs: number | undefined): void {
    this.#lookAtMs = nowMs + everyMs
    if (learnedMs === undefined) return
    const ratio = Math.max(learnedMs, leastMs) / Math.max(this.#ms, leastMs)
    if (ratio > factor) this.#beyond = Math.max(0, this.#beyond) + 1
    else if (ratio < 1 / factor) this.#beyond = Math.min(0, this.#beyond) - 1
    else this.#beyond = 0
    if (Math.abs(this.#beyond) < looks) return
    this.#ms = learnedMs
    this.#beyond = 0
    this.revision++
  }
}
