/**
 * What the outbox keeps, on flash: the log of its records and the books over it. Synchronous: belongs into a thread that may
 * wait.
 *
 * What a transaction has committed survives a power cut: it is one frame of the log, and synced before anybody goes on. A
 * write that failed is written anew at the same place, with what comes next: a sync that succeeds after one that failed says
 * nothing of what the failed one should have written.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { damage, damageAtStart } from '../sqlite-error.ts'
import { BooksFile, suspectOf, type BooksOptions } from './books.ts'
import { encodeFrame, type Change, type Group, type Loss } from './frame.ts'
import { emptySegment, Log, type Segment } from './log.ts'
import { moveRecords } from './migration.ts'
import type { LedgerLine } from './parcel.ts'
import { Ranges, type Range } from './ranges.ts'
import type { Row, Stream } from './row.ts'
import { salvage } from './salvage.ts'
import { coded } from './sqlite-error.ts'

export type { Loss } from './frame.ts'
export type { Row, Stream } from './row.ts'

/** A file that could not be used, and where it now lies. */
export interface Recovered {
  readonly setAside: string
  /** files set aside so far, this one included */
  readonly count: number
  /** SQLite's words */
  readonly reason: string
  /** records that could still be read: they go out again, under the new outbox's numbers */
  readonly kept: number
  /** records that could not; undefined: nobody knows */
  readonly lost: number | undefined
}

export interface StoreOptions extends BooksOptions {
  /** for tests that want many of them */
  readonly segmentBytes?: number
}

/** so many records in one commit, where many are moved */
const together = 64

type Pending = { -readonly [Part in keyof Omit<Change, 'groups'>]: Change[Part][number][] } & {
  groups: { stream: number; rows: Row[] }[]
}

export class Store implements Disposable {
  #id: string
  /** Of this start: 1, 2, 3 …; on flash before anybody sees it. */
  readonly boot: number
  readonly recovered: Recovered | undefined
  readonly #options: StoreOptions
  readonly #books: BooksFile
  #log: Log
  #streams = new Map<number, Stream>()
  readonly #lost = new Map<number, Map<Loss['why'], Ranges>>()
  /** what the books do not count yet */
  readonly #counts = new Map<string, LedgerLine>()
  #pending: Pending | undefined
  #closedAt: number

  private constructor(options: StoreOptions, aside: Aside | undefined) {
    this.#options = options
    this.#books = new BooksFile(options)
    try {
      this.#id = this.#books.id
      const { streams, lost, segments, head = emptySegment(0, -1, 0), commits } = this.#books.read()
      this.boot = this.#books.boot + 1
      this.#books.begin(this.boot)
      for (const stream of streams) this.#streams.set(stream.id, stream)
      for (const [stream, losses] of lost) for (const loss of losses) this.#lose(stream, loss)
      this.#log = this.#openLog(this.#id, segments, head, commits)
      this.#closedAt = commits
      this.#redo(commits)
      moveRecords(this.#books.db, {
        commit: (change) => this.#commit(change),
        close: (also) => this.#close(also),
      })
      this.recovered = aside && { ...aside, ...this.#takeOver(aside.setAside) }
      for (const name of readdirSync(logFolder(options.file)))
        if (name !== this.#id) rmSync(join(logFolder(options.file), name), { recursive: true, force: true })
    } catch (error) {
      this.#books[Symbol.dispose]()
      throw error
    }
  }

  /**
   * Opens or makes the file. One that is damaged, or no outbox, is set aside as `<file>.damaged-<n>`, and a new outbox
   * begins, with the records that can still be read. Throws OUTBOX_OPEN, OUTBOX_BUSY, OUTBOX_NEWER, OUTBOX_FULL or OUTBOX_IO.
   */
  static open(options: StoreOptions): Store {
    const { file } = options
    try {
      try {
        return new Store(options, undefined)
      } catch (error) {
        const reason = damageAtStart(error)
        if (reason === undefined) throw error
        return new Store(options, setAside(file, reason))
      }
    } catch (error) {
      throw coded(error, file)
    }
  }

  /** Random: names the numbering. */
  get id(): string {
    return this.#id
  }

  get log(): Log {
    return this.#log
  }

  /** All that `work` writes is committed and on flash, or nothing is and an OutboxError tells why. */
  transaction<T>(work: () => T): T {
    return this.#guard(() => {
      this.#pending = { streams: [], deleted: [], lost: [], ledger: [], groups: [] }
      try {
        const result = work()
        this.#commit(this.#pending)
        return result
      } finally {
        this.#pending = undefined
      }
    })
  }

  streams(): Stream[] {
    return [...this.#streams.values()].map((stream) => ({
      ...stream,
      held: this.#log.count(stream.id, { from: 1, to: Infinity }),
    }))
  }

  addStream(release: string): Stream {
    const ids = [...this.#streams.keys(), ...this.#open().streams.map(({ id }) => id)]
    const id = Math.max(0, ...ids) + 1
    const stream = { id, release, given: 0, sure: 0, acked: 0, receipt: undefined, held: 0, left: 0 }
    this.#open().streams.push(stream)
    return stream
  }

  saveStream(stream: Stream): void {
    this.#open().streams.push(stream)
  }

  add(stream: number, row: Row): void {
    if (this.#log.count(stream, { from: row.seq, to: row.seq }) > 0)
      throw new RangeError(`number ${row.seq} is in the log`)
    const { groups } = this.#open()
    const last = groups.at(-1)
    const first = last?.rows[0]
    const isSame =
      last?.stream === stream && first?.boot === row.boot && first.durable === row.durable && first.event === row.event
    if (isSame) last.rows.push(row)
    else groups.push({ stream, rows: [row] })
  }

  /** Within a transaction: these lie elsewhere from now on, as they are here. */
  move(groups: readonly Group[]): void {
    this.#open().groups.push(...groups.map(({ stream, rows }) => ({ stream, rows: [...rows] })))
  }

  /** What these would take in the log. */
  sizeOf(groups: readonly Group[]): number {
    return encodeFrame({ streams: [], deleted: [], lost: [], ledger: [], groups }, 0, 0).length
  }

  /** Closes the books, so that segments of which nothing is wanted any more can be used again. */
  tidy(): void {
    this.#guard(() => {
      if (this.#log.isUntidy) this.#close()
      this.#log.tidy()
    })
  }

  /** The record with the lowest number from `from` to `to`; it may be rotten. */
  first(stream: number, range: Range): Row | undefined {
    return this.#guard(() => this.#log.first(stream, range))
  }

  count(stream: number, range: Range): number {
    return this.#log.count(stream, range)
  }

  delete(stream: number, range: Range): void {
    this.#open().deleted.push([stream, range])
  }

  /** Numbers that will not come, and are not yet covered by a receipt. */
  lost(stream: number): readonly Loss[] {
    return [...(this.#lost.get(stream) ?? [])].flatMap(([why, ranges]) =>
      [...ranges].map((range) => ({ ...range, why })),
    )
  }

  addLost(stream: number, loss: Loss): void {
    this.#open().lost.push([stream, loss])
  }

  /** Makes a new id, under which the records of each stream have the numbers from 1, in their order: all or nothing. */
  renumber(): Stream[] {
    return this.#guard(() => {
      const id = randomBytes(8).toString('hex')
      const log = this.#openLog(id, [], emptySegment(0, -1, 0), 0)
      try {
        const streams = this.streams().map((stream) => this.#copied(stream, log))
        const segments = log.segments.filter(({ number }) => number !== log.head.number)
        this.#books.close({
          ...{ streams, lost: new Map(), segments, head: log.head, commits: log.commits },
          ...{ ledger: [...this.#counts.values()], id },
        })
        this.#streams = new Map(streams.map((stream) => [stream.id, stream]))
      } catch (error) {
        log[Symbol.dispose]()
        rmSync(join(logFolder(this.#options.file), id), { recursive: true, force: true })
        throw error
      }
      this.#counts.clear()
      this.#lost.clear()
      this.#log[Symbol.dispose]()
      rmSync(join(logFolder(this.#options.file), this.#id), { recursive: true, force: true })
      this.#id = id
      this.#log = log
      this.#closedAt = log.commits
      return this.streams()
    })
  }

  ledger(): LedgerLine[] {
    const lines = new Map(this.#guard(() => this.#books.ledger()).map((line) => [keyOf(line), line]))
    for (const [key, line] of this.#counts) lines.set(key, sumOf(lines.get(key), line))
    return [...lines.values()]
  }

  addToLedger({ day, release, messages, bytes }: LedgerLine): void {
    this.#open().ledger.push([day, release, messages, bytes])
  }

  [Symbol.dispose](): void {
    try {
      if (this.#books.db.isOpen && this.#log.commits > this.#closedAt) this.#close()
    } catch {
      // What the books do not say, the log does.
    }
    this.#log[Symbol.dispose]()
    this.#books[Symbol.dispose]()
  }

  #open(): Pending {
    if (this.#pending === undefined) throw new RangeError('outside of a transaction')
    return this.#pending
  }

  #openLog(id: string, sealed: Segment[], head: Segment, commits: number): Log {
    const { file, synchronous, segmentBytes = 2 ** 20, onBoundary = () => undefined } = this.#options
    return new Log(join(logFolder(file), id), {
      sealed,
      head,
      commits,
      segmentBytes,
      syncs: synchronous !== 'OFF',
      onBoundary,
    })
  }

  #commit(change: Change): void {
    if (Object.values(change).every(({ length }: { length: number }) => length === 0)) return
    this.#log.commit(change, (next) => this.#seal(next))
    this.#apply(change)
  }

  /** The head is full: it is told in the books, as all that it says. */
  #seal(next: Segment): void {
    const segments = this.#log.segments.filter(({ live }) => live.size > 0)
    this.#closeOver(segments, next)
  }

  #close(also?: string): void {
    const { head } = this.#log
    const segments = this.#log.segments.filter((each) => each !== head && each.live.size > 0)
    this.#closeOver(segments, head.number === 0 ? undefined : head, also)
    for (const segment of segments) segment.changed = false
  }

  #closeOver(segments: Segment[], head: Segment | undefined, also = ''): void {
    const { commits } = this.#log
    const ledger = [...this.#counts.values()]
    const lost = new Map([...this.#lost.keys()].map((stream) => [stream, this.lost(stream)]))
    this.#options.onBoundary?.()
    this.#books.close({ streams: this.streams(), lost, segments, head, commits, ledger, also })
    this.#options.onBoundary?.()
    this.#counts.clear()
    this.#closedAt = commits
  }

  #apply({ streams, deleted, lost, ledger }: Omit<Change, 'groups'>): void {
    for (const stream of streams) {
      this.#streams.set(stream.id, stream)
      for (const ranges of this.#lost.get(stream.id)?.values() ?? []) ranges.remove(-Infinity, stream.receipt ?? 0)
    }
    for (const [stream, range] of deleted) this.#log.delete(stream, range)
    for (const [stream, loss] of lost) this.#lose(stream, loss)
    for (const [day, release, messages, bytes] of ledger) {
      const line = { day, release, messages, bytes }
      this.#counts.set(keyOf(line), sumOf(this.#counts.get(keyOf(line)), line))
    }
  }

  #lose(stream: number, { from, to, why }: Loss): void {
    const losses = this.#lost.get(stream) ?? new Map<Loss['why'], Ranges>()
    this.#lost.set(stream, losses)
    const ranges = losses.get(why) ?? new Ranges()
    losses.set(why, ranges)
    ranges.add(from, to)
  }

  /** What came after the books were closed; numbers that are neither there nor accounted for were in a place that has rotten. */
  #redo(commits: number): void {
    const { changes, damaged } = this.#log.redo()
    for (const { change, frame, segment } of changes) {
      if (frame.commit > commits) this.#apply(change)
      else for (const [stream, range] of change.deleted) this.#log.delete(stream, range)
      this.#log.index(frame, segment)
    }
    if (damaged > 0) for (const stream of this.#streams.values()) this.#missing(stream)
  }

  #missing({ id, sure, receipt = 0 }: Stream): void {
    const missing = new Ranges([{ from: receipt + 1, to: sure }])
    for (const { live } of this.#log.segments) for (const { from, to } of live.get(id) ?? []) missing.remove(from, to)
    for (const { from, to } of this.lost(id)) missing.remove(from, to)
    for (const range of missing) this.#lose(id, { ...range, why: 'damaged' })
  }

  /** The stream's records, with the numbers from 1, in that log. */
  #copied(stream: Stream, log: Log): Stream {
    let count = 0
    let rows: Row[] = []
    const flush = () => {
      const lots = Map.groupBy(
        rows,
        ({ boot, durable, event = false }) => `${boot} ${String(durable)} ${String(event)}`,
      )
      const groups = [...lots.values()].map((lot) => ({ stream: stream.id, rows: lot }))
      if (rows.length > 0) log.commit({ streams: [], deleted: [], lost: [], ledger: [], groups }, () => undefined)
      rows = []
    }
    let from = 1
    for (let row = this.first(stream.id, { from, to: Infinity }); row !== undefined;) {
      if (row.rotten === undefined) rows.push({ ...row, seq: ++count })
      if (rows.length === together) flush()
      from = row.seq + 1
      row = this.first(stream.id, { from, to: Infinity })
    }
    flush()
    return { ...stream, given: count, sure: count, acked: 0, receipt: undefined, held: count, left: 0 }
  }

  /** The records that a damaged file still gives, numbered from 1: all of them or none. */
  #takeOver(aside: string): Pick<Recovered, 'kept' | 'lost'> {
    const { records, lost } = salvage(aside, logFolder(aside))
    let kept = 0
    for (const [release, rows] of records) {
      this.transaction(() => {
        const stream = this.addStream(release)
        rows.forEach((row, index) => this.add(stream.id, { ...row, seq: index + 1 }))
        this.saveStream({ ...stream, given: rows.length, sure: rows.length, held: rows.length })
      })
      kept += rows.length
    }
    return { kept, lost }
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (damage(error) !== undefined) this.#books.suspect()
      throw coded(error, this.#options.file)
    }
  }
}

/** In it, the log of each numbering has a folder: one, but for the moment in which another begins. */
export function logFolder(file: string): string {
  return `${file}-log`
}

function keyOf({ day, release }: LedgerLine): string {
  return `${day} ${release}`
}

function sumOf(before: LedgerLine | undefined, line: LedgerLine): LedgerLine {
  const { messages, bytes } = before ?? { messages: 0, bytes: 0 }
  return { ...line, messages: messages + line.messages, bytes: bytes + line.bytes }
}

type Aside = Omit<Recovered, 'kept' | 'lost'>

function setAside(file: string, reason: string): Aside {
  let count = 1
  while (existsSync(`${file}.damaged-${count}`)) count++
  const target = `${file}.damaged-${count}`
  // Its own log last: SQLite deletes a log without its file, but would take a file without its log for an older outbox.
  for (const part of ['', '-log', '-wal']) if (existsSync(file + part)) renameSync(file + part, target + part)
  rmSync(suspectOf(file), { force: true })
  return { setAside: target, count, reason }
}
