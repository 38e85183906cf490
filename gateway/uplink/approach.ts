/** Which address to try next, when, and whether to look for a twin first. */
import type { Clock, Random } from '../../drivers/clock.ts'
import { backOffMs } from './back-off.ts'
import type { BrokerFault } from './faults.ts'

/** A connection that held so long was a good one: the next tries begin again with a short back-off. */
const lastedMs = 30_000
/** Many brokers do not say why they hang up (MQTT 3.1.1 has no word for it): twice in so short a time, and it may be for a twin. */
const hungUpWithinMs = 60_000
/** The other has only just come, and is not yet there to be asked. */
const itsGreetingMs = 2_000
/** Between two looks for a twin that has the seat: twice as long each time. */
const firstLookMs = 60_000
const longestLookMs = 3_600_000

export class Approach {
  readonly #addresses: readonly string[]
  readonly #clock: Clock
  readonly #random: Random
  #at = 0
  #tries = 0
  /** when a connection that was a good one was last hung up without a reason */
  #hungUpMs = -Infinity
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
    if (code === 'BROKER_CLIENT_ID_TAKEN' || this.#hungUpAgain(arrived, code)) return this.#sentAway(arrived)
    this.#tries = arrived && lasted ? 0 : this.#tries + 1
    this.#at = (this.#at + 1) % this.#addresses.length
    return backOffMs(Math.floor(this.#tries / this.#addresses.length), this.#random)
  }

  #hungUpAgain(arrived: boolean, code: BrokerFault | undefined): boolean {
    if (!arrived || code !== 'BROKER_CLOSED') return false
    const nowMs = this.#clock.monotonicMs()
    const again = nowMs - this.#hungUpMs < hungUpWithinMs
    this.#hungUpMs = again ? -Infinity : nowMs
    return again
  }

  /** The first look is soon: perhaps the other has only just come, and yields. */
  #sentAway(arrived: boolean): number {
    if (arrived || this.#looks === undefined) {
      this.#looks = 0
      return itsGreetingMs + backOffMs(0, this.#random)
    }
    const bound = Math.min(longestLookMs, firstLookMs * 2 ** this.#looks++)
    return bound * (0.5 + this.#random() / 2)
  }
}
