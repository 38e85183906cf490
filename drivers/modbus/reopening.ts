import type { Clock, Random } from '../clock.ts'
import { LineError } from '../line-error.ts'
import type { Port } from './port.ts'

const firstWaitMs = 500
const longestWaitMs = 4_000

/** Opens a port when it is needed, and after a failure not again before a back-off, whoever asks. */
export class Reopening {
  readonly #port: Port
  readonly #clock: Clock
  readonly #random: Random
  #waitMs = 0
  #notBeforeMs = -Infinity
  #fault: LineError | undefined

  constructor(port: Port, clock: Clock, random: Random) {
    this.#port = port
    this.#clock = clock
    this.#random = random
  }

  /** Undefined when the port is open now, otherwise why it is not. Rejects only with the signal's reason. */
  async open(signal: AbortSignal): Promise<LineError | undefined> {
    if (this.#fault !== undefined && this.#clock.monotonicMs() < this.#notBeforeMs) return this.#fault
    try {
      await this.#port.open(signal)
      return undefined
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      this.failed(error)
      return error
    }
  }

  /** Why there is no line, as long as nothing has answered since. */
  get fault(): LineError | undefined {
    return this.#fault
  }

  /** The port could not be opened, or was lost: each time without an answer in between makes the next wait longer. */
  failed(fault: LineError): void {
    this.#fault = fault
    // Half of it is chance, so that many gateways do not come back to one host at the same moment.
    this.#notBeforeMs = this.#clock.monotonicMs() + this.#waitMs * (0.5 + 0.5 * this.#random())
    this.#waitMs = Math.min(Math.max(firstWaitMs, 2 * this.#waitMs), longestWaitMs)
  }

  /** Something answered: the line is sound. */
  worked(): void {
    this.#fault = undefined
    this.#waitMs = 0
  }
}
