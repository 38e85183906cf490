import type { Clock } from '../clock.ts'

/**
 * One deadline that moves often. A request sets it and its answer clears it, thousands of times a second, so moving it
 * later or clearing it leaves the clock's sleep alone; who wakes early sleeps on.
 */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #dueMs = Infinity
  #wakesMs = Infinity
  #sleep: AbortController | undefined

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings once, when the monotonic clock has reached `dueMs`; replaces the deadline before. */
  set(dueMs: number): void {
    this.#dueMs = dueMs
    if (dueMs >= this.#wakesMs) return
    this.#sleep?.abort()
    this.#rest()
  }

  clear(): void {
    this.#dueMs = Infinity
  }

  /** Clears the deadline and ends the sleep, which would hold the process. */
  stop(): void {
    this.#dueMs = this.#wakesMs = Infinity
    this.#sleep?.abort()
    this.#sleep = undefined
  }

  #rest(): void {
    const sleep = new AbortController()
    this.#sleep = sleep
    this.#wakesMs = this.#dueMs
    this.#clock.sleep(Math.max(0, this.#dueMs - this.#clock.monotonicMs()), sleep.signal).then(
      () => {
        if (this.#sleep !== sleep) return
        this.#sleep = undefined
        this.#wakesMs = Infinity
        if (this.#dueMs === Infinity) return
        if (this.#clock.monotonicMs() < this.#dueMs) this.#rest()
        else {
          this.#dueMs = Infinity
          this.#ring()
        }
      },
      () => undefined, // aborted above, by whoever started a nearer sleep or none
    )
  }
}
