/** Which address to try next, when, and whether to look for a twin first. */
import type { Clock, Random } from '../../drivers/clock.ts'
import { backOffMs } from './back-off.ts'
import type { BrokerFault } from './faults.ts'

/** A connection that held so long was a good one: the next tries begin again with a short back-off. */
const lastedMs = 30_000
/** MQTT 3.1.1 does not say why it hangs up: so often in a row, soon after all went well, and it is perhaps for a twin. */
const briefOnes = 3
/** Between two looks for a twin that has the seat: twice as long each time. */
const firstLookMs = 60_000
const longestLookMs = 3_600_000

export class Approach {
  readonly #addresses: readonly string[]
  readonly #clock: Clock
  readonly #random: Random
  #at = 0
  #tries = 0
  /** connections in a row that ended soon after all went well */
  #brief = 0
  /** looks in a row that found a twin who stays; undefined: nobody has sent us away */
  #looks: number | undefined
  #beganMs = 0
  #hasArrived = false

  constructor(addresses: readonly string[], clock: Clock, random: Random) {
    this.#addresses = addresses
    this.#clock = clock
    this.#random = random
  }

  get broker(): string {
    return this.#addresses[this.#at] ?? ''
  }

  get hasOthers(): boolean {
    return this.#addresses.length > 1
  }

  get looksFirst(): boolean {
    return this.#looks !== undefined
  }

  begins(): void {
    this.#beganMs = this.#clock.monotonicMs()
    this.#hasArrived = false
  }

  /** All went well with this one. */
  arrived(): void {
    this.#hasArrived = true
    this.#looks = undefined
  }

  /** It has not, or is over; says how long to wait. */
  failed(code: BrokerFault | undefined): number {
    const arrived = this.#hasArrived
    const lasted = this.#clock.monotonicMs() - this.#beganMs >= lastedMs
    this.#brief = arrived && !lasted && code === 'BROKER_CLOSED' ? this.#brief + 1 : arrived ? 0 : this.#brief
    if (code === 'BROKER_CLIENT_ID_TAKEN' || this.#brief >= briefOnes) return this.#sentAway(arrived)
    this.#tries = arrived && lasted ? 0 : this.#tries + 1
    this.#at = (this.#at + 1) % this.#addresses.length
    return backOffMs(Math.floor(this.#tries / this.#addresses.length), this.#random)
  }

  /** The first look is soon: perhaps the other has only just come, and yields. */
  #sentAway(arrived: boolean): number {
    this.#brief = 0
    if (arrived || this.#looks === undefined) {
      this.#looks = 0
      return backOffMs(0, this.#random)
    }
    const bound = Math.min(longestLookMs, firstLookMs * 2 ** this.#looks++)
    return bound * (0.5 + this.#random() / 2)
  }
}
