/**
 * Carries parcels from the outbox to one connection, many in flight: what is live first, what is historical paced. Spares the
 * releases that the broker refuses, and those for which the month's budget has no room now.
 */
import type { Clock, Random } from '../../drivers/clock.ts'
import type { Parcel, Portion } from '../outbox/parcel.ts'
import { backOffMs } from './back-off.ts'
import type { Connection, Outcome, Refusal } from './connection.ts'
import { HistoryPace } from './history-pace.ts'
import { Refusals } from './refusals.ts'
import { Sendings, type Outgoing, type SendingsOptions } from './sendings.ts'

/** The side of the outbox from which parcels are taken. */
export interface Source {
  /**
   * Waits until there is something that was not yet taken: what is live first, then up to so much of what is historical; the
   * releases in turn. Rejects with the signal's reason.
   */
  take(portion: Portion, signal: AbortSignal): Promise<Parcel[]>
  /** These could not be sent; they come again, in their place. */
  putBack(tickets: readonly number[]): void
}

export interface DrainEvents {
  /** In all its encodings: `places` are where, `bytes` topics and payloads, without MQTT's wrapping. */
  acknowledged(parcel: Parcel, bytes: number, places: readonly string[]): void
  refused(parcel: Parcel, refusal: Refusal): void
  /** the outbox gave some */
  taken(): void
  /** it did not, and is asked again */
  notTaken(error: unknown): void
}

export interface DrainOptions extends Omit<SendingsOptions, 'connection'> {
  readonly connection: Pick<Connection, 'publish' | 'window' | 'protocol'>
  readonly source: Source
  /** bits a second of what goes on the wire */
  readonly historyRate: number
  /** whether the month's budget has room for so many bytes of this release */
  readonly affordable: (release: string, bytes: number) => boolean
  readonly clock: Clock
  readonly random: Random
  readonly on: DrainEvents
}

/** Of one take: what became of its parcels. */
interface Batch {
  left: number
  readonly spared: number[]
  readonly through: () => void
}

interface Queued {
  readonly parcel: Parcel
  readonly batch: Batch
}

/** How soon to look again at a release whose parcels may not go. */
const sparedMs = 1_000
/** So many windows are taken from the outbox at once: a take is a question to another thread. */
const windowsAhead = 2

export class Drain {
  readonly #options: DrainOptions
  readonly #refusals: Refusals
  readonly #sendings: Sendings
  readonly #pace: HistoryPace
  readonly #live: Queued[] = []
  readonly #late: Queued[] = []
  /** of a release: up to which number its records were held back by the budget, so that they are late */
  readonly #heldBack = new Map<string, number>()
  /** until when what is live of a release, or historical, is not asked for: it may not go, and others may */
  readonly #spared = { live: new Map<string, number>(), historical: new Map<string, number>() }
  #inFlight = 0
  /** at most the connection's; halved when the broker says that it is too much, and grown by one for each window that passes */
  #window: number
  /** wake those who wait for answers */
  readonly #waiters = new Set<() => void>()

  constructor(options: DrainOptions) {
    const { connection, clock, random, historyRate } = options
    this.#options = options
    this.#window = connection.window
    this.#refusals = new Refusals(clock, random)
    this.#sendings = new Sendings(options)
    this.#pace = new HistoryPace(historyRate, clock)
  }

  /** Seconds until that many late records are through, at the pace of now. */
  caughtUpS(records: number): number {
    return this.#pace.secondsFor(records)
  }

  /** Runs until the signal aborts, and then resolves. */
  async run(signal: AbortSignal): Promise<void> {
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake)
    try {
      await Promise.all([this.#feedLive(signal), this.#feedHistory(signal)])
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', wake)
      this.#live.length = 0
      this.#late.length = 0
    }
  }

  /** Resolves when nothing is in flight. */
  settled(): Promise<void> {
    return this.#until(() => this.#inFlight === 0)
  }

  async #feedLive(signal: AbortSignal): Promise<void> {
    for (;;) await this.#feed({ most: this.#options.connection.window * windowsAhead, historical: 0 }, signal)
  }

  /** What is live and came along goes with the rest of it: the outbox gives it first. */
  async #feedHistory(signal: AbortSignal): Promise<void> {
    const { clock, connection } = this.#options
    for (;;) {
      await this.#until(() => this.#pace.hasRoom || signal.aborted)
      signal.throwIfAborted()
      const waitMs = this.#pace.waitMs()
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      else {
        const most = Math.min(connection.window * windowsAhead, this.#pace.records())
        await this.#feed({ most, historical: most }, signal)
      }
    }
  }

  /** Takes once, and resolves when all of it has been published, or put back. */
  async #feed(portion: Portion, signal: AbortSignal): Promise<void> {
    const { source } = this.#options
    const parcels = await this.#take(portion, signal)
    if (parcels.length === 0) return
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const through = () => resolve(undefined)
    const batch: Batch = { left: parcels.length, spared: [], through }
    for (const parcel of parcels) (isLate(parcel, portion) ? this.#late : this.#live).push({ parcel, batch })
    this.#pump()
    signal.throwIfAborted()
    signal.addEventListener('abort', through)
    await promise
    signal.removeEventListener('abort', through)
    signal.throwIfAborted()
    if (batch.spared.length > 0) source.putBack(batch.spared)
  }

  /** Whatever ails the outbox, the connection is good: it stays, and the outbox is asked more and more seldom. */
  async #take(portion: Portion, signal: AbortSignal): Promise<Parcel[]> {
    const { clock, random, on } = this.#options
    for (let tries = 0; ; tries++) {
      try {
        const parcels = await this.#takeOthers(portion, signal)
        on.taken()
        return parcels
      } catch (error) {
        if (signal.aborted) throw error
        on.notTaken(error)
      }
      await clock.sleep(backOffMs(tries, random), signal)
    }
  }

  /** Without what was spared just now; when that is to be looked at again, whoever waits for the others asks anew. */
  async #takeOthers(portion: Portion, signal: AbortSignal): Promise<Parcel[]> {
    const { source, clock } = this.#options
    for (;;) {
      const nowMs = clock.monotonicMs()
      const except = stillIn(this.#spared.live, nowMs)
      const exceptHistorical =
        portion.historical > 0 ? stillIn(this.#spared.historical, nowMs) : new Map<string, number>()
      if (except.size + exceptHistorical.size === 0) return source.take(portion, signal)
      const waitMs = Math.min(...except.values(), ...exceptHistorical.values()) - nowMs
      const over = new AbortController()
      const either = AbortSignal.any([signal, over.signal])
      void clock.sleep(waitMs, either).then(
        () => over.abort(),
        () => undefined,
      )
      try {
        const others = { ...portion, except: [...except.keys()], exceptHistorical: [...exceptHistorical.keys()] }
        return await source.take(others, either)
      } catch (error) {
        if (signal.aborted || !over.signal.aborted) throw error
      } finally {
        over.abort()
      }
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>((resolve) => {
        this.#waiters.add(resolve)
      })
  }

  #wake(): void {
    const waiting = [...this.#waiters]
    this.#waiters.clear()
    for (const wake of waiting) wake()
  }

  #pump(): void {
    while (this.#inFlight < Math.floor(this.#window)) {
      const queued = this.#live.shift() ?? this.#late.shift()
      if (queued === undefined) return
      const { parcel, batch } = queued
      if (!this.#publish(parcel)) this.#spare(queued)
      if (--batch.left === 0) batch.through()
    }
  }

  #spare({ parcel, batch }: Queued): void {
    const line = parcel.historical === true ? this.#spared.historical : this.#spared.live
    line.set(parcel.release, this.#options.clock.monotonicMs() + sparedMs)
    batch.spared.push(parcel.ticket)
  }

  /** False: it may not go now. */
  #publish(parcel: Parcel): boolean {
    const { release } = parcel
    const held = this.#heldBack.get(release) ?? 0
    const late = parcel.kind === 'record' && (parcel.historical === true || parcel.seq <= held)
    const outgoing = this.#sendings.of(parcel, late)
    const { topic, cost } = outgoing
    if (!this.#options.affordable(release, cost)) {
      if (parcel.kind === 'record') this.#heldBack.set(release, Math.max(held, parcel.seq))
      return false
    }
    // What the budget held back comes among the live: it is paced all the same.
    if (late && parcel.historical !== true && this.#pace.waitMs() > 0) return false
    if (!this.#refusals.mayGo(topic, parcel.ticket)) return false
    if (parcel.kind === 'record' && parcel.seq === held) this.#heldBack.delete(release)
    if (late) this.#pace.sent(cost)
    this.#inFlight++
    outgoing.send((outcome) => {
      this.#inFlight--
      if (late) this.#pace.answered(cost)
      this.#settle(parcel, outcome, outgoing)
      this.#pump()
      this.#wake()
    })
    return true
  }

  #settle(parcel: Parcel, outcome: Outcome, { topic, bytes, places }: Outgoing): void {
    if (outcome === 'lost') return // the outbox hands it out again for the next connection
    const { source, on, connection } = this.#options
    const { ticket } = parcel
    if (outcome === 'acknowledged') {
      on.acknowledged(parcel, bytes, places)
      this.#refusals.acknowledged(topic, ticket)
      this.#window = Math.min(connection.window, this.#window + 1 / this.#window)
      return
    }
    source.putBack([ticket])
    on.refused(parcel, outcome)
    if (outcome.code === 'BROKER_QUOTA') this.#window = Math.max(1, this.#window / 2)
    this.#refusals.refused(topic, ticket)
  }
}

function stillIn(spared: ReadonlyMap<string, number>, nowMs: number): ReadonlyMap<string, number> {
  return new Map([...spared].filter(([, untilMs]) => untilMs > nowMs))
}

/** A gap is told with what it came along with. */
function isLate(parcel: Parcel, { historical }: Portion): boolean {
  return parcel.kind === 'record' ? parcel.historical === true : historical > 0
}
