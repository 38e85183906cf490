/** Carries parcels from the outbox to one connection, many in flight, and spares the releases that it refuses. */
import type { Clock, Random } from '../../drivers/clock.ts'
import type { Parcel, Portion } from '../outbox/parcel.ts'
import { backOffMs, type Connection, type Outcome, type Refusal } from './connection.ts'
import { encode } from './encodings/json.ts'
import type { Message } from './last-sent.ts'

/** The side of the outbox from which parcels are taken. */
export interface Source {
  /** Waits until there is something that was not yet taken, the releases in turn. Rejects with the signal's reason. */
  take(portion: Portion, signal: AbortSignal): Promise<Parcel[]>
  /** These could not be sent; they come again, in their place. */
  putBack(tickets: readonly number[]): void
}

export interface DrainEvents {
  /** `bytes`: topic and payload, what the message says without MQTT's wrapping */
  acknowledged(parcel: Parcel, bytes: number, message: Message): void
  refused(parcel: Parcel, refusal: Refusal): void
  /** the outbox gave some */
  taken(): void
  /** it did not, and is asked again */
  notTaken(error: unknown): void
}

interface DrainOptions {
  readonly connection: Pick<Connection, 'publish' | 'window'>
  readonly source: Source
  /** release → topic */
  readonly topicOf: (release: string) => string
  readonly clock: Clock
  readonly random: Random
  readonly on: DrainEvents
}

/** A release that the broker refuses: one of its parcels, the scout, tries again now and then. */
interface Refused {
  tries: number
  /** monotonic: when the next scout may go */
  dueMs: number
  /** the ticket of the one that is on its way */
  scout: number | undefined
}

const firstRetryMs = 5_000
const longestRetryMs = 300_000
/** How soon to look again when the outbox had nothing but parcels of refused releases. */
const nothingElseMs = 1_000

/** So many windows are taken from the outbox at once: a take is a question to another thread. */
const windowsAhead = 2

export class Drain {
  readonly #options: DrainOptions
  readonly #refused = new Map<string, Refused>()
  #inFlight = 0
  /** wakes the one who waits for answers */
  #answered: (() => void) | undefined

  constructor(options: DrainOptions) {
    this.#options = options
  }

  /** Runs until the signal aborts, and then resolves. */
  async run(signal: AbortSignal): Promise<void> {
    const { connection, source, clock } = this.#options
    const wake = () => this.#answered?.()
    signal.addEventListener('abort', wake)
    try {
      for (;;) {
        const spared: number[] = []
        const parcels = await this.#take(signal)
        for (const parcel of parcels) {
          await this.#until(() => this.#inFlight < connection.window || signal.aborted)
          signal.throwIfAborted()
          if (this.#mayGo(parcel)) this.#publish(parcel)
          else spared.push(parcel.ticket)
        }
        if (spared.length > 0) source.putBack(spared)
        if (spared.length === parcels.length) await clock.sleep(nothingElseMs, signal)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  /** Resolves when nothing is in flight. */
  settled(): Promise<void> {
    return this.#until(() => this.#inFlight === 0)
  }

  /** Whatever ails the outbox, the connection is good: it stays, and the outbox is asked more and more seldom. */
  async #take(signal: AbortSignal): Promise<Parcel[]> {
    const { connection, source, clock, random, on } = this.#options
    for (let tries = 0; ; tries++) {
      try {
        const most = connection.window * windowsAhead
        const parcels = await source.take({ most, historical: most }, signal)
        on.taken()
        return parcels
      } catch (error) {
        if (signal.aborted) throw error
        on.notTaken(error)
      }
      await clock.sleep(backOffMs(tries, random), signal)
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>((resolve) => {
        this.#answered = resolve
      })
  }

  #mayGo({ release, ticket }: Parcel): boolean {
    const refused = this.#refused.get(release)
    if (refused === undefined) return true
    if (refused.scout !== undefined || this.#options.clock.monotonicMs() < refused.dueMs) return false
    refused.scout = ticket
    return true
  }

  #publish(parcel: Parcel): void {
    const { connection, topicOf } = this.#options
    const topic = topicOf(parcel.release)
    const payload = encode(parcel, parcel.outbox)
    this.#inFlight++
    connection.publish(topic, payload, false, (outcome) => {
      this.#inFlight--
      this.#settle(parcel, outcome, { topic, payload })
      this.#answered?.()
    })
  }

  #settle(parcel: Parcel, outcome: Outcome, message: Message): void {
    if (outcome === 'lost') return // the outbox hands it out again for the next connection
    const { source, on } = this.#options
    if (outcome === 'acknowledged') {
      const { topic, payload } = message
      on.acknowledged(parcel, Buffer.byteLength(topic) + Buffer.byteLength(payload), message)
      // One that was sent before the refusal proves nothing.
      if (this.#refused.get(parcel.release)?.scout === parcel.ticket) this.#refused.delete(parcel.release)
    } else {
      source.putBack([parcel.ticket])
      on.refused(parcel, outcome)
      this.#spare(parcel)
    }
  }

  /** Of the many that were in flight when the first was refused, only the first counts as a try. */
  #spare({ release, ticket }: Parcel): void {
    const { clock, random } = this.#options
    const before = this.#refused.get(release)
    if (before !== undefined && before.scout !== ticket) return
    const tries = before?.tries ?? 0
    const bound = Math.min(longestRetryMs, firstRetryMs * 2 ** tries)
    const dueMs = clock.monotonicMs() + bound * (0.5 + random() / 2)
    this.#refused.set(release, { tries: tries + 1, dueMs, scout: undefined })
  }
}
