/**
 * All releases of the outbox, side by side. Synchronous, and without a clock: the time comes with each event.
 *
 * Only records that are to last, and reservations of numbers, are committed before anybody goes on. Acknowledgements,
 * receipts and the ledger ride along with those commits, at the latest after `lazyMs` (`laziestMs`); a power cut that takes some of
 * them makes the gateway send a record twice (same number), and never lose one.
 */
import type { Delivery, Release } from '../disclosure/policy.ts'
import { Lane, type Made, type Next } from './lane.ts'
import type { GapParcel, LedgerLine, Parcel, Portion, RecordParcel, Room, StreamState } from './parcel.ts'
import type { Range } from './ranges.ts'
import { bytesOf, type Bounds, type Relief } from './relief.ts'
import type { Store, Stream } from './store.ts'

const lazyMs = 5_000
/**
 * What best-effort releases alone have changed, and their lines of the ledger, may wait so long: a card is not to be written
 * each 5 s for what is in memory, and a power cut takes that anyway.
 */
const laziestMs = 600_000
const dayMs = 86_400_000
/** Of less, nothing is said of a day. */
const leastForRateMs = 600_000

export interface LanesOptions {
  readonly store: Store
  readonly deliveries: ReadonlyMap<string, Delivery>
  /** of each release who goes first; `normal` unless it is named */
  readonly priorities: ReadonlyMap<string, Release['priority']>
  /** what makes room where the disk gets short; absent: nothing is given up before the disk is full */
  readonly relief?: Pick<Relief, 'run'>
  /** for `room` */
  readonly bounds?: Bounds
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
  /** the lanes whose turn it is next stand first */
  #turns: Lane[] = []
  readonly #rankOf: (release: string) => number
  readonly #relief: Pick<Relief, 'run'> | undefined
  readonly #bounds: Bounds | undefined
  /** what this run has written, and since when: the rate */
  #written: { readonly sinceMs: number; bytes: number } | undefined
  #isConnected = false
  #committedMs = -Infinity

  /** Opens a lane for each release that is declared, or of which the store knows. Throws what the store throws. */
  constructor({ store, deliveries, priorities, relief, bounds, tickMs }: LanesOptions) {
    this.#store = store
    this.#deliveries = deliveries
    this.#tickMs = tickMs
    this.#relief = relief
    this.#bounds = bounds
    this.#rankOf = (release) => ranks[priorities.get(release) ?? 'normal']
    store.transaction(() => {
      const known = store.streams()
      const names = new Set(known.map(({ release }) => release))
      for (const name of deliveries.keys()) if (!names.has(name)) store.addStream(name)
      for (const stream of known) Lane.begin(store, stream)
    })
    this.#lanes = store.streams().map((stream) => this.#laneOf(stream))
    this.#byRelease = byRelease(this.#lanes)
    this.#turns = this.#inRank()
  }

  /**
   * Takes records in, and writes what is due; at an orderly end, everything. Throws an OutboxError; then none of the
   * records was taken, and what was due is due again next time.
   */
  write(records: readonly Made[], nowMs: number, isEnd = false): void {
    const bodies = Map.groupBy(records, ({ release }) => {
      const lane = this.#byRelease.get(release)
      if (lane === undefined) throw new RangeError(`no lane for release ${release}`)
      return lane
    })
    const spilling = new Set(this.#lanes.filter((lane) => lane.mustSpill(isEnd ? Infinity : nowMs + this.#tickMs)))
    const sinceMs = nowMs - this.#committedMs
    const isLate =
      (sinceMs >= lazyMs && this.#lanes.some((lane) => lane.hasChanged && lane.isOnFlash)) ||
      (sinceMs >= laziestMs && (this.#counts.size > 0 || this.#lanes.some((lane) => lane.hasChanged)))
    const mustCommit = [...bodies].some(([lane, { length }]) => lane.mustCommit(length))
    if (!mustCommit && !isLate && !isEnd && spilling.size === 0) {
      for (const [lane, list] of bodies) lane.keep(list, nowMs)
      return
    }
    this.#relief?.run(new Map(this.#lanes.map((lane) => [lane.stream, lane])), () => this.#settle(nowMs))
    const settle = this.#store.transaction(() => {
      for (const line of this.#counts.values()) this.#store.addToLedger(line)
      return this.#lanes
        .filter((lane) => isEnd || lane.hasChanged || bodies.has(lane) || spilling.has(lane))
        .map((lane) => lane.persist(bodies.get(lane) ?? [], { spill: spilling.has(lane), isEnd, nowMs }))
    })
    for (const done of settle) done()
    this.#written ??= { sinceMs: nowMs, bytes: 0 }
    this.#written.bytes += this.#store.log.lastCommitBytes
    this.#counts.clear()
    this.#committedMs = nowMs
  }

  /**
   * Who asks is connected. What is fresh goes first; then what is late, up to so much of it. Of each, the urgent releases
   * first, and among equals one of each in turn, so that no backlog starves another release; those that cannot go now are
   * left out by who asks.
   */
  take({ most, historical, except, exceptHistorical }: Portion): Parcel[] {
    if (!this.#isConnected) for (const lane of this.#lanes) lane.connected()
    this.#isConnected = true
    const parcels = this.#takeUpTo(most, false, false, except)
    const late = Math.min(most - parcels.length, historical)
    return late > 0 ? [...parcels, ...this.#takeUpTo(late, true, parcels.length > 0, exceptHistorical)] : parcels
  }

  /** Writes what has become of records that are here already: what receipts cover leaves the disk. */
  #settle(nowMs: number): void {
    const settled = this.#store.transaction(() =>
      this.#lanes
        .filter((lane) => lane.hasChanged)
        .map((lane) => lane.persist([], { spill: false, isEnd: false, nowMs })),
    )
    for (const done of settled) done()
    this.#store.tidy()
  }

  #takeUpTo(most: number, isLate: boolean, inHand: boolean, except: readonly string[] = []): Parcel[] {
    const parcels: Parcel[] = []
    let waiting = this.#turns.filter(({ release }) => !except.includes(release))
    while (parcels.length < most) {
      const lane = waiting[0]
      if (lane === undefined) break
      const taken = this.#takeFrom(lane, isLate, inHand || parcels.length > 0)
      if (taken === undefined) {
        waiting = waiting.slice(1)
        continue
      }
      this.#turns = behindEquals(this.#turns, lane)
      waiting = behindEquals(waiting, lane)
      this.#underWay.set(++this.#tickets, taken)
      parcels.push({ outbox: this.#store.id, ...parcel(taken, this.#tickets, this.#store.boot) })
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
    this.#isConnected = false
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
    this.#lanes = streams.map((stream) => this.#laneOf(stream))
    this.#isConnected = false
    this.#byRelease = byRelease(this.#lanes)
    this.#turns = this.#inRank()
    this.#underWay.clear()
  }

  replay(release: string, outbox: string, ranges: readonly Range[]): void {
    if (outbox !== this.#store.id) return
    for (const range of ranges) this.#byRelease.get(release)?.ask(range)
  }

  room(nowMs: number): Room {
    const { telemetry, events } = bytesOf(this.#store.log.segments)
    const { sinceMs, bytes } = this.#written ?? { sinceMs: nowMs, bytes: 0 }
    const passedMs = nowMs - sinceMs
    const bytesPerDay = passedMs < leastForRateMs || bytes === 0 ? undefined : (bytes / passedMs) * dayMs
    const quotas = this.#bounds && { telemetryQuota: this.#bounds.telemetry, eventQuota: this.#bounds.events }
    return {
      ...{ telemetryBytes: Math.round(telemetry), eventBytes: Math.round(events), ...quotas },
      ...(bytesPerDay === undefined ? {} : { bytesPerDay: Math.round(bytesPerDay) }),
      ...(bytesPerDay === undefined || quotas === undefined ? {} : { days: quotas.telemetryQuota / bytesPerDay }),
    }
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

  #inRank(): Lane[] {
    return this.#lanes.toSorted((a, b) => a.rank - b.rank)
  }

  #laneOf(stream: Stream): Lane {
    const { release } = stream
    return new Lane(this.#store, stream, this.#deliveries.get(release), this.#rankOf(release))
  }

  /** With parcels in hand an error waits: those are under way already, and the next call meets it again. */
  #takeFrom(lane: Lane, isLate: boolean, inHand: boolean): Next | undefined {
    try {
      return lane.next(isLate)
    } catch (error) {
      if (inHand) return undefined
      throw error
    }
  }
}

const ranks: Readonly<Record<Release['priority'], number>> = { urgent: 0, normal: 1, low: 2 }

/** The lane has had its turn: behind those of its rank, before those of the next. */
function behindEquals(lanes: readonly Lane[], lane: Lane): Lane[] {
  const others = lanes.filter((each) => each !== lane)
  const at = others.findIndex(({ rank }) => rank > lane.rank)
  return others.toSpliced(at < 0 ? others.length : at, 0, lane)
}

function byRelease(lanes: readonly Lane[]): ReadonlyMap<string, Lane> {
  return new Map(lanes.map((lane) => [lane.release, lane]))
}

function parcel(taken: Next, ticket: number, boot: number): RecordParcel | GapParcel {
  const { release } = taken.lane
  const lateness = taken.isLate ? { historical: true as const } : {}
  switch (taken.kind) {
    case 'record': {
      const { seq, boot, body } = taken.row
      return { kind: 'record', ticket, release, seq, boot, body, ...lateness }
    }
    case 'gap': {
      const { from, to } = taken.range
      return { kind: 'gap', ticket, release, boot, from, to, why: taken.why, ...lateness }
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
