/** Topics of releases that the broker refuses: one parcel of each, the scout, tries again now and then; the others wait for its return. */
import type { Clock, Random } from '../../drivers/clock.ts'

interface Refused {
  readonly tries: number
  /** monotonic: when the next scout may go */
  readonly dueMs: number
  /** the ticket of the one that is on its way */
  scout: number | undefined
}

const firstRetryMs = 5_000
const longestRetryMs = 300_000

export class Refusals {
  readonly #clock: Clock
  readonly #random: Random
  readonly #refused = new Map<string, Refused>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Whether this parcel may go; of a refused topic that makes it the scout. */
  mayGo(topic: string, ticket: number): boolean {
    const refused = this.#refused.get(topic)
    if (refused === undefined) return true
    if (refused.scout !== undefined || this.#clock.monotonicMs() < refused.dueMs) return false
    refused.scout = ticket
    return true
  }

  /** One that was sent before the refusal proves nothing. */
  acknowledged(topic: string, ticket: number): void {
    if (this.#refused.get(topic)?.scout === ticket) this.#refused.delete(topic)
  }

  /** Of the many that were in flight when the first was refused, only the first counts as a try. */
  refused(topic: string, ticket: number): void {
    const before = this.#refused.get(topic)
    if (before !== undefined && before.scout !== ticket) return
    const tries = before?.tries ?? 0
    const bound = Math.min(longestRetryMs, firstRetryMs * 2 ** tries)
    const dueMs = this.#clock.monotonicMs() + bound * (0.5 + this.#random() / 2)
    this.#refused.set(topic, { tries: tries + 1, dueMs, scout: undefined })
  }
}
