/** The silence before a request: that of the standard, that which the unit wants, and that in which another master speaks. */
import type { Clock } from '../clock.ts'
import type { Disturbances } from './disturbance.ts'
import type { Port } from './port.ts'
import type { Timing } from './timing.ts'

/** Beyond the silence that a timed wire wants before a request: no two clocks agree. */
const marginMs = 0.2
/** After a missed answer the line counts as quiet when nothing came for so long: adapters deliver each 16 ms. */
export const drainedMs = 20
/** A line that is not quiet for once in so long is not asked anything. */
const babbleMs = 1_000
/** Where another master speaks again and again, our turn comes after this at the latest. */
const mostGivenWayMs = 3_000

export interface SilenceParts {
  readonly clock: Clock
  readonly port: Port
  readonly timing: Timing
  readonly disturbances: Disturbances | undefined
  /** Takes out of what was heard what came before the request. */
  readonly sweep: () => void
}

export class Silence {
  readonly #parts: SilenceParts
  #lastSentMs = -Infinity
  /** since when an answer is missing, and the line not yet heard to be quiet */
  #drainSinceMs: number | undefined

  constructor(parts: SilenceParts) {
    this.#parts = parts
  }

  /** The last byte of a request leaves then. */
  broken(untilMs: number): void {
    this.#lastSentMs = untilMs
  }

  /** An answer is missing: it may still come, and damaged. */
  drains(sinceMs: number): void {
    this.#drainSinceMs = sinceMs
  }

  /**
   * Waits until nobody speaks; with another master on the wire, somewhat longer, by chance. False when the line does not fall
   * silent. Throws a LineError, or the signal's reason.
   */
  async comes(pauseMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock, port, disturbances } = this.#parts
    const patienceEndsMs = clock.monotonicMs() + mostGivenWayMs
    for (let share = 1; await this.#becomesQuiet(pauseMs, signal); share /= 2) {
      const nowMs = clock.monotonicMs()
      const listensMs = share * (disturbances?.listensMs(nowMs) ?? 0)
      if (!(listensMs > 0)) return true
      if (nowMs > patienceEndsMs) return false
      const { total } = port.heard
      await port.heard.wait(nowMs + listensMs, signal)
      port.take()
      if (port.heard.total === total) return true
    }
    return false
  }

  async #becomesQuiet(pauseMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock, port, timing, sweep } = this.#parts
    const { heard } = port
    const gapMs = Math.max(timing.gapMs + (timing.charMs > 0 ? marginMs : 0), pauseMs)
    const givesUpMs = clock.monotonicMs() + gapMs + babbleMs
    for (;;) {
      port.take()
      const nowMs = clock.monotonicMs()
      const gapOverMs = Math.max(this.#lastSentMs, heard.lastMs) + gapMs
      const drainedAtMs = this.#drainSinceMs === undefined ? 0 : Math.max(this.#drainSinceMs, heard.lastMs) + drainedMs
      const quietMs = Math.max(gapOverMs, drainedAtMs)
      if (nowMs >= quietMs) {
        sweep()
        this.#drainSinceMs = undefined
        return true
      }
      if (nowMs > givesUpMs) {
        sweep() // it may be another master's, without end
        return false
      }
      await port.rest(quietMs, signal)
    }
  }
}
