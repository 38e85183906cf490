/** One release in the outbox: its numbers, what of it waits, and what of it is under way. */
import type { Delivery } from '../disclosure/policy.ts'
import { lossReasons } from './frame.ts'
import type { GapParcel, StreamState } from './parcel.ts'
import { Ranges, type Range } from './ranges.ts'
import type { Loss, Row, Store, Stream } from './store.ts'

/**
 * Best-effort numbers are reserved in blocks, so that most records cost no write. After a power cut the rest of a block
 * is skipped and reported as lost: larger blocks would overstate the loss.
 */
const reservation = 256

/** Best-effort records in memory; more are moved to the store before their window is over. */
const mostInMemory = 4096

/** A record of a release, encoded. */
export interface Made {
  readonly release: string
  readonly body: string
  /** alarms: nothing but another event takes its place on the disk */
  readonly event?: true
}

/** So many numbers above those that are known to have gone out an earlier run may have sent, without writing it down. */
const mostUnderWay = 256

interface Kept {
  readonly made: Made
  readonly sinceMs: number
}

/** Why and when a lane writes. */
export interface Occasion {
  /** the records in memory move to the store */
  readonly spill: boolean
  /** an orderly end: what was reserved is given back, so that the next start finds no gap */
  readonly isEnd: boolean
  readonly nowMs: number
}

/** A number, or several that will not come, on the way out. */
export type Next =
  | { readonly kind: 'record'; readonly lane: Lane; readonly isLate: boolean; readonly row: Row }
  | {
      readonly kind: 'gap'
      readonly lane: Lane
      readonly isLate: boolean
      readonly range: Range
      readonly why: GapParcel['why']
      readonly of?: Row
    }

/**
 * Each number up to `last` is in one of five places: in line and fresh, in line and late (made while there was no connection,
 * or asked for again), under way (taken, and the broker has not yet acknowledged it), acknowledged, or covered by the
 * receipt. Numbers leave either line in ascending order.
 */
export class Lane {
  readonly release: string
  /** 0 goes first */
  readonly rank: number
  readonly #stream: number
  readonly #boot: number
  readonly #store: Store
  /** undefined: the site no longer declares this release; what is left of it still goes out */
  readonly #delivery: Delivery | undefined

  #last: number
  #given: number
  #acked: number
  #receipt: number | undefined
  #savedReceipt: number
  #held: number
  /** up to it, numbers may have been on their way before */
  readonly #seen: number
  /** the highest that ever was on its way */
  #left: number
  #changed = false

  readonly #fresh: Ranges
  readonly #late = new Ranges()
  readonly #underWay = new Ranges()
  /** whose absence the recipient is to be told */
  readonly #asked: Ranges
  readonly #lost: ReadonlyMap<Loss['why'], Ranges>
  /** best-effort rows that the broker has acknowledged, to be deleted with the next commit */
  readonly #sentRows = new Ranges()
  /** best-effort records that are only here, in the order of their numbers, all above those in the store */
  readonly #memory = new Map<number, Kept>()

  constructor(store: Store, stream: Stream, delivery: Delivery | undefined, rank = 0) {
    this.#store = store
    this.rank = rank
    this.#boot = store.boot
    this.#stream = stream.id
    this.#delivery = delivery
    this.release = stream.release
    this.#last = stream.given
    this.#given = stream.given
    this.#acked = stream.acked
    this.#receipt = stream.receipt
    this.#savedReceipt = stream.receipt ?? 0
    this.#held = stream.held
    const losses = store.lost(stream.id)
    this.#left = stream.left
    this.#seen = Math.max(stream.acked, stream.left) + mostUnderWay
    this.#lost = new Map(lossReasons.map((why) => [why, new Ranges(losses.filter((loss) => loss.why === why))]))
    // What a broker acknowledged and lost, its recipient asks for: to send it anyway would cost the link all that waits
    // for a receipt, at each start.
    const done = Math.max(stream.acked, stream.receipt ?? 0)
    this.#fresh = new Ranges([{ from: done + 1, to: Infinity }])
    this.#asked = new Ranges(losses)
    this.#asked.remove(-Infinity, done)
  }

  /** Within a transaction: what the run before had given but neither sent nor kept is lost, by a power cut. */
  static begin(store: Store, stream: Stream): void {
    const { given, sure } = stream
    if (given === sure) return
    store.addLost(stream.id, { from: sure + 1, to: given, why: 'power-cut' })
    store.saveStream({ ...stream, sure: given })
  }

  get isDurable(): boolean {
    return this.#delivery?.kind === 'durable'
  }

  /** Something is to be written, though nobody waits for it. */
  get hasChanged(): boolean {
    return this.#changed
  }

  /** What changes here concerns records on flash. */
  get isOnFlash(): boolean {
    return this.#delivery?.kind !== 'best-effort' || this.#held > 0 || !this.#sentRows.isEmpty
  }

  /** Whether that many more records need a commit: durable, or the reservation is used up. */
  mustCommit(records: number): boolean {
    return records > 0 && (this.isDurable || this.#last + records > this.#given)
  }

  /** Whether the records in memory are to be moved to the store: their window ends before `byMs`, or they are too many. */
  mustSpill(byMs: number): boolean {
    const [oldest] = this.#memory.values()
    if (oldest === undefined) return false
    const windowMs = this.#delivery?.kind === 'best-effort' ? this.#delivery.windowMs : 0
    return oldest.sinceMs + windowMs <= byMs || this.#memory.size >= mostInMemory
  }

  /** Best-effort records, within the reservation: they stay in memory. */
  keep(records: readonly Made[], nowMs: number): void {
    for (const made of records) this.#memory.set(++this.#last, { made, sinceMs: nowMs })
    if (records.length > 0) this.#changed = true
  }

  /**
   * Within a transaction: writes all that this commit owes this lane. Returns what becomes true once the commit has
   * succeeded; until then nothing has changed here.
   */
  persist(records: readonly Made[], { spill, isEnd, nowMs }: Occasion): () => void {
    const { isDurable } = this
    const last = this.#last + records.length
    let held = this.#held
    if (isDurable) {
      records.forEach((made, index) => this.#add(this.#last + 1 + index, true, made))
      held += records.length
    }
    if (spill) {
      for (const [seq, { made }] of this.#memory) this.#add(seq, false, made)
      held += this.#memory.size
    }
    for (const range of this.#sentRows) this.#store.delete(this.#stream, range)
    const receipt = this.#receipt ?? 0
    if (receipt > this.#savedReceipt) {
      this.#store.delete(this.#stream, { from: this.#savedReceipt + 1, to: receipt })
    }

    const [firstInMemory] = spill ? [] : this.#memory.keys()
    const sure = firstInMemory === undefined ? (isDurable ? last : this.#last) : firstInMemory - 1
    const reserved = last > this.#given ? last + reservation : this.#given
    const given = isDurable || isEnd ? last : reserved
    const acked = Math.max(this.#acked, this.#lowestOpen() - 1)
    this.#store.saveStream({
      id: this.#stream,
      release: this.release,
      given,
      sure,
      acked,
      left: this.#left,
      receipt: this.#receipt,
      held,
    })

    return () => {
      this.#given = given
      this.#acked = acked
      this.#held = held
      this.#savedReceipt = receipt
      this.#sentRows.clear()
      if (spill) this.#memory.clear()
      this.#changed = false
      if (isDurable) this.#last = last
      else this.keep(records, nowMs)
    }
  }

  /** There is a connection again: all that waited for it is late. */
  connected(): void {
    for (const { from, to } of this.#fresh) this.#late.add(from, Math.min(to, this.#last))
    this.#fresh.remove(-Infinity, this.#last)
  }

  /** Takes what is next in one of the lines. Throws what the store throws; then nothing was taken. */
  next(isLate: boolean): Next | undefined {
    const line = isLate ? this.#late : this.#fresh
    for (;;) {
      const range = line.first()
      if (range === undefined || range.from > this.#last) return undefined
      const to = Math.min(range.to, this.#last)
      const row = this.#find({ from: range.from, to })
      const absent = { from: range.from, to: row === undefined ? to : row.seq - 1 }
      const gap = this.#gapIn(absent, isLate)
      line.remove(absent.from, gap === undefined ? absent.to : gap.range.from - 1)
      if (gap !== undefined) return this.#leave(gap.range, gap)
      if (row === undefined) continue
      const number = { from: row.seq, to: row.seq }
      // A rotten row stays where it is, so that whoever asks again is told again.
      return row.rotten === undefined
        ? this.#leave(number, { kind: 'record', lane: this, isLate, row })
        : this.#leave(number, { kind: 'gap', lane: this, isLate, range: number, why: 'damaged', of: row })
    }
  }

  /** The broker has acknowledged it. */
  acknowledge(taken: Next): void {
    this.#changed = true
    if (taken.kind === 'gap') {
      this.#underWay.remove(taken.range.from, taken.range.to)
      if (taken.of !== undefined) this.#done(taken.of)
      return
    }
    const { seq } = taken.row
    this.#underWay.remove(seq, seq)
    this.#done(taken.row)
  }

  /** What is not to last is kept no longer once it was acknowledged. */
  #done({ seq, durable }: Row): void {
    if (durable || seq <= (this.#receipt ?? 0) || this.#memory.delete(seq)) return
    this.#sentRows.add(seq, seq)
    this.#held--
  }

  /** Whether it has arrived is unknown: it is to go out again, with the same number. */
  putBack(taken: Next): void {
    if (taken.kind === 'gap') {
      this.#underWay.remove(taken.range.from, taken.range.to)
      this.ask(taken.range)
      return
    }
    const { seq } = taken.row
    this.#underWay.remove(seq, seq)
    if (seq > (this.#receipt ?? 0)) (taken.isLate ? this.#late : this.#fresh).add(seq, seq)
  }

  /** Whether the number was given here. */
  knows(seq: number): boolean {
    return seq <= this.#last
  }

  /** The recipient holds every number up to this one, which was given. One that goes backwards is ignored. */
  receipt(upto: number): void {
    const before = this.#receipt ?? 0
    if (!Number.isSafeInteger(upto) || upto < before || upto === this.#receipt) return
    const covered = { from: before + 1, to: upto }
    this.#held -= this.#store.count(this.#stream, covered) - this.#sentRows.count(covered.from, covered.to)
    for (const set of [this.#sentRows, this.#fresh, this.#late, this.#asked, ...this.#lost.values()])
      set.remove(-Infinity, upto)
    for (const seq of this.#memory.keys()) {
      if (seq > upto) break
      this.#memory.delete(seq)
    }
    this.#receipt = upto
    this.#changed = true
  }

  /** the last number given */
  get last(): number {
    return this.#last
  }

  get stream(): number {
    return this.#stream
  }

  /** The recipient has given a receipt once. */
  get isConfirmed(): boolean {
    return this.#receipt !== undefined
  }

  /** The broker has it. */
  isSent(seq: number): boolean {
    return [this.#fresh, this.#late, this.#underWay].every((set) => set.count(seq, seq) === 0)
  }

  /** It is not under way. */
  isStill(seq: number): boolean {
    return this.#underWay.count(seq, seq) === 0
  }

  /** Nobody can have it yet: under its number something else may go out. */
  isUnseen(seq: number): boolean {
    return seq > this.#seen && seq > this.#left
  }

  /** All of these are told by the record behind them. */
  isThinned({ from, to }: Range): boolean {
    return this.#lost.get('thinned')?.count(from, to) === to - from + 1
  }

  /**
   * Within a transaction: these, which are in the store, go. Returns what becomes true once the commit has succeeded. Who
   * waits for one of them is told; who has it already only if they ask.
   */
  lose(loss: Loss): () => void {
    const { from, to, why } = loss
    this.#store.delete(this.#stream, loss)
    this.#store.addLost(this.#stream, loss)
    const inLine = new Ranges()
    for (let seq = from; seq <= to; seq++) if (!this.isSent(seq)) inLine.add(seq, seq)
    // What a receipt covers is not counted any more, though it lies there until that is written.
    const first = Math.max(from, (this.#receipt ?? 0) + 1)
    const kept = this.#store.count(this.#stream, { from: first, to }) - this.#sentRows.count(first, to)
    return () => {
      this.#held -= kept
      this.#sentRows.remove(from, to)
      this.#lost.get(why)?.add(from, to)
      for (const range of inLine) this.#asked.add(range.from, range.to)
    }
  }

  /** Puts these numbers back in line, unless they are under way; of those that are not held the recipient is told why. */
  ask(range: Range): void {
    const from = Math.max(range.from, 1)
    const to = Math.min(range.to, this.#last)
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return
    this.#late.add(from, to)
    this.#asked.add(from, to)
    for (const { from: first, to: last } of this.#fresh) this.#late.remove(first, last)
    for (const flying of this.#underWay) {
      this.#late.remove(flying.from, flying.to)
      this.#asked.remove(flying.from, flying.to)
    }
  }

  state(): StreamState {
    const late = this.#late.count(1, this.#last)
    return {
      ...{ release: this.release, last: this.#last, waiting: this.#held + this.#memory.size },
      ...(late === 0 ? {} : { historical: late }),
      ...(this.#receipt === undefined ? {} : { receipt: this.#receipt }),
    }
  }

  /** The lowest number that still has to be acknowledged; those up to it need not go out again after a restart. */
  #lowestOpen(): number {
    return Math.min(...[this.#fresh, this.#late, this.#underWay].map((set) => set.first()?.from ?? Infinity))
  }

  #leave<T extends Next>({ from, to }: Range, taken: T): T {
    this.#fresh.remove(from, to)
    this.#late.remove(from, to)
    this.#asked.remove(from, to)
    this.#underWay.add(from, to)
    this.#left = Math.max(this.#left, to)
    return taken
  }

  #add(seq: number, durable: boolean, { body, event }: Made): void {
    this.#store.add(this.#stream, { ...{ seq, boot: this.#boot, durable, body }, ...(event ? { event } : {}) })
  }

  /** The record with the lowest number in the range that is held and not covered by the receipt. */
  #find(range: Range): Row | undefined {
    let from = Math.max(range.from, (this.#receipt ?? 0) + 1)
    while (this.#held > 0) {
      const row = this.#store.first(this.#stream, { from, to: range.to })
      if (row === undefined) break
      const sent = this.#sentRows.first(row.seq)
      if (sent === undefined || sent.from > row.seq) return row
      from = sent.to + 1
    }
    for (const [seq, { made }] of this.#memory) {
      if (seq > range.to) return undefined
      if (seq >= from) return { seq, boot: this.#boot, durable: false, body: made.body }
    }
    return undefined
  }

  /** The lowest of these absent numbers of which the recipient is to be told, with its neighbours of the same reason. */
  #gapIn(absent: Range, isLate: boolean): Extract<Next, { kind: 'gap' }> | undefined {
    const asked = this.#asked.first(absent.from)
    if (asked === undefined || asked.from > absent.to) return undefined
    const { from } = asked
    const most = Math.min(asked.to, absent.to)
    const gap = (why: GapParcel['why'], to: number) => ({
      kind: 'gap' as const,
      lane: this,
      isLate,
      range: { from, to: Math.min(to, most) },
      why,
    })
    const receipt = this.#receipt ?? 0
    if (from <= receipt) return gap('receipted', receipt)
    let next = most + 1
    for (const [why, numbers] of this.#lost) {
      const lost = numbers.first(from)
      if (lost?.from === from) return gap(why, lost.to)
      next = Math.min(next, lost?.from ?? next)
    }
    return gap('expired', next - 1)
  }
}
