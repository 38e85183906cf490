/** Records on their way into the outbox: in order, together, and held in memory while the disk does not take them. */
import type { Clock } from '../drivers/clock.ts'
import type { Disclosed } from './disclosure/disclosed.ts'
import { OutboxError, type Outbox } from './outbox/outbox.ts'

/** Some megabytes: an hour and more of a busy cabinet. Beyond it the oldest are lost, and told; events only when there is nothing else. */
export const mostHeld = 10_000
/** in one transaction, at most */
const mostTogether = 500
const retryMs = 5_000

export interface AdmissionEvents {
  /** the outbox does not take records, and why; once per change. Undefined: it takes them again */
  refused(error: OutboxError | undefined): void
  /** so many records, the oldest, could not be held any longer */
  lost(records: number): void
}

export class Admission {
  readonly #clock: Clock
  readonly #events: AdmissionEvents
  readonly #held: Disclosed[] = []
  #outbox: Outbox | undefined
  #emptying: Promise<void> | undefined
  #refused: OutboxError | undefined

  constructor(clock: Clock, events: AdmissionEvents) {
    this.#clock = clock
    this.#events = events
  }

  /** How many wait for the outbox. */
  get held(): number {
    return this.#held.length
  }

  /** Lets records in, now or as soon as there is an outbox that takes them. Never waits. */
  push(records: readonly Disclosed[], signal: AbortSignal): void {
    this.#held.push(...records)
    const tooMany = this.#held.length - mostHeld
    if (tooMany > 0) {
      this.#drop(tooMany)
      this.#events.lost(tooMany)
    }
    this.#start(signal)
  }

  /** From now on records go there; undefined: nowhere, for the time being. */
  lead(outbox: Outbox | undefined, signal: AbortSignal): void {
    this.#outbox = outbox
    this.#start(signal)
  }

  /** Resolves when nothing is under way: everything is in, or the outbox refuses, or is gone. */
  async settled(): Promise<void> {
    await this.#emptying
  }

  #drop(count: number): void {
    for (let at = 0, left = count; at < this.#held.length && left > 0;) {
      if (this.#held[at]?.alarms !== undefined) at++
      else {
        this.#held.splice(at, 1)
        left--
      }
    }
    this.#held.splice(0, Math.max(0, this.#held.length - mostHeld))
  }

  #start(signal: AbortSignal): void {
    if (this.#held.length > 0 && this.#outbox !== undefined) this.#emptying ??= this.#empty(signal)
  }

  /** What comes while a transaction is written goes into the next: the slower the disk, the larger they are. */
  async #empty(signal: AbortSignal): Promise<void> {
    try {
      while (this.#held.length > 0 && this.#outbox !== undefined) {
        const batch = this.#held.splice(0, mostTogether)
        try {
          await this.#outbox.append(batch)
          this.#note(undefined)
        } catch (error) {
          if (!(error instanceof OutboxError)) throw error
          this.#held.unshift(...batch)
          this.#note(error)
          if (signal.aborted) return
          await this.#clock.sleep(retryMs, signal).catch(() => undefined)
        }
      }
    } finally {
      this.#emptying = undefined // here, and not a promise later: a record that comes meanwhile must find it so
    }
  }

  #note(error: OutboxError | undefined): void {
    if (error?.code === this.#refused?.code) return
    this.#refused = error
    this.#events.refused(error)
  }
}
