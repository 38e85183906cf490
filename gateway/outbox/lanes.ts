/**
 * All releases of the outbox, side by side. Synchronous, and without a clock: the time comes with each event.
 *
 * Only records that are to last, and reservations of numbers, are committed before anybody goes on. Acknowledgements,
 * receipts and the ledger ride along with those commits, at the latest after `lazyMs`; a power cut that takes some of
 * them makes the gateway send a record twice (same number), and never lose one.
 */
import type { Delivery } from '../disclosure/policy.ts'
import { Lane, type Next } from './lane.ts'
import type { GapParcel, LedgerLine, Parcel, RecordParcel, StreamState } from './parcel.ts'
import type { Range } from './ranges.ts'
import type { Store } from './store.ts'

const lazyMs = 5_000

/** A record of a release, encoded. */
export interface Made {
  readonly release: string
  readonly body: string
}

export interface LanesOptions {
  readonly store: Store
  readonly deliveries: ReadonlyMap<string, Delivery>
  /** how often `write` is called at least: what would be due before the next call is done now */
  readonly tickMs: number
}

export class Lanes {
  readonly #store: Store
  readonly #deliveries: ReadonlyMap<string, Delivery>
  readonly #tickMs: number
  #lanes: readonly Lane[]
  #byRelease: ReadonlyMap<string, Lane>
  readonly #underWay = new Map<number, Next>()
  /** what the ledger on flash does not count yet, by day and release */
  readonly #counts = new Map<string, LedgerLine>()
  #tickets = 0
  #turn = 0
  #committedMs = -Infinity

  /** Opens a lane for each release that is declared, or of which the store knows. Throws what the store throws. */
  constructor({ store, deliveries, tickMs }: LanesOptions) {
    this.#store = store
    this.#deliveries = deliveries
    this.#tickMs = tickMs
    this.#lanes = store.transaction(() => {
      const known = store.streams()
      const names = new Set(known.map(({ release }) => release))
      const added = [...deliveries.keys()].filter((name) => !names.has(name)).map((name) => store.addStream(name))
      return [...known, ...added].map((stream) => Lane.open(store, stream, deliveries.get(stream.release)))
    })
    this.#byRelease = byRelease(this.#lanes)
  }

  /**
   * Takes records in, and writes what is due; at an orderly end, everything. Throws an OutboxError; then none of the
   * records was taken, and what was due is due again next time.
   */
  write(records: readonly Made[], nowMs: number, isEnd = false): void {
    const bodies = new Map<Lane, string[]>()
    for (const { release, body } of records) {
      const lane = this.#byRelease.get(release)
      if (lane === undefined) throw new RangeError(`no lane for release ${release}`)
      const list = bodies.get(lane)
      if (list) list.push(body)
      else bodies.set(lane, [body])
    }
    const spilling = new Set(this.#lanes.filter((lane) => lane.mustSpill(isEnd ? Infinity : nowMs + this.#tickMs)))
    const isLate =
      nowMs >= this.#committedMs + lazyMs && (this.#counts.size > 0 || this.#lanes.some((lane) => lane.hasChanged))
    const mustCommit = [...bodies].some(([lane, { length }]) => lane.mustCommit(length))
    if (!mustCommit && !isLate && !isEnd && spilling.size === 0) {
      for (const [lane, list] of bodies) lane.keep(list, nowMs)
      return
    }
    const settle = this.#store.transaction(() => {
      for (const line of this.#counts.values()) this.#store.addToLedger(line)
      return this.#lanes
        .filter((lane) => isEnd || lane.hasChanged || bodies.has(lane) || spilling.has(lane))
        .map((lane) => lane.persist(bodies.get(lane) ?? [], { spill: spilling.has(lane), isEnd, nowMs }))
    })
    for (const done of settle) done()
    this.#counts.clear()
    this.#committedMs = nowMs
  }

  /** Up to so many parcels, one of each release in turn, so that no backlog starves another release. */
  take(most: number): Parcel[] {
    const parcels: Parcel[] = []
    let empty = 0
    while (parcels.length < most && empty < this.#lanes.length) {
      const taken = this.#takeFrom(this.#lanes[this.#turn], parcels.length > 0)
      this.#turn = (this.#turn + 1) % this.#lanes.length
      if (taken === undefined) empty++
      else {
        empty = 0
        this.#underWay.set(++this.#tickets, taken)
        parcels.push({ outbox: this.#store.id, ...parcel(taken, this.#tickets, this.#store.boot) })
      }
    }
    return parcels
  }

  /** A ticket that is no longer under way (the connection was lost since) changes nothing. */
  sent(ticket: number, bytes: number, day: string): void {
    const taken = this.#underWay.get(ticket)
    if (taken === undefined) return
    this.#underWay.delete(ticket)
    taken.lane.acknowledge(taken)
    this.count(taken.lane.release, bytes, day)
  }

  putBack(tickets: readonly number[]): void {
    for (const ticket of tickets) {
      const taken = this.#underWay.get(ticket)
      this.#underWay.delete(ticket)
      taken?.lane.putBack(taken)
    }
  }

  disconnected(): void {
    this.putBack([...this.#underWay.keys()])
  }

  /**
   * A receipt for another outbox's numbers says nothing about ours. `rolled-back`: it is for a number of ours that was never
   * given, so this file is a copy from before it was, and would give it to another record.
   */
  receipt(release: string, outbox: string, upto: number): 'taken' | 'rolled-back' {
    const lane = this.#byRelease.get(release)
    if (lane === undefined || outbox !== this.#store.id || !Number.isSafeInteger(upto)) return 'taken'
    if (!lane.knows(upto)) return 'rolled-back'
    lane.receipt(upto)
    return 'taken'
  }

  /**
   * Under a new id, what is kept is numbered from 1 and goes out again; what is under way is forgotten. Throws an
   * OutboxError; then the numbers are the old ones.
   */
  renumber(nowMs: number): void {
    this.write([], nowMs, true)
    const streams = this.#store.renumber()
    this.#lanes = streams.map((stream) => new Lane(this.#store, stream, this.#deliveries.get(stream.release)))
    this.#byRelease = byRelease(this.#lanes)
    this.#underWay.clear()
  }

  replay(release: string, outbox: string, ranges: readonly Range[]): void {
    if (outbox !== this.#store.id) return
    for (const range of ranges) this.#byRelease.get(release)?.ask(range)
  }

  /** One message in the ledger. */
  count(release: string, bytes: number, day: string): void {
    const key = `${day} ${release}`
    const { messages, bytes: before } = this.#counts.get(key) ?? { messages: 0, bytes: 0 }
    this.#counts.set(key, { day, release, messages: messages + 1, bytes: before + bytes })
  }

  streams(): StreamState[] {
    return this.#lanes.map((lane) => lane.state())
  }

  ledger(): LedgerLine[] {
    const lines = new Map(this.#store.ledger().map((line) => [`${line.day} ${line.release}`, line]))
    for (const [key, { day, release, messages, bytes }] of this.#counts) {
      const line = lines.get(key)
      lines.set(key, { day, release, messages: messages + (line?.messages ?? 0), bytes: bytes + (line?.bytes ?? 0) })
    }
    return [...lines.values()].sort((a, b) => compare(a.day, b.day) || compare(a.release, b.release))
  }

  /** With parcels in hand an error waits: those are under way already, and the next call meets it again. */
  #takeFrom(lane: Lane | undefined, inHand: boolean): Next | undefined {
    try {
      return lane?.next()
    } catch (error) {
      if (inHand) return undefined
      throw error
    }
  }
}

function byRelease(lanes: readonly Lane[]): ReadonlyMap<string, Lane> {
  return new Map(lanes.map((lane) => [lane.release, lane]))
}

function parcel(taken: Next, ticket: number, boot: number): RecordParcel | GapParcel {
  const { release } = taken.lane
  switch (taken.kind) {
    case 'record':
      return { kind: 'record', ticket, release, seq: taken.row.seq, boot: taken.row.boot, body: taken.row.body }
    case 'gap':
      return { kind: 'gap', ticket, release, boot, from: taken.range.from, to: taken.range.to, why: taken.why }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
