/**
 * The records on flash: an append-only log in segments, each a file of full size from its beginning, which is used again
 * when nothing in it is wanted any more. What was committed is never written over before that.
 *
 * Where which number lies is kept in memory as ranges by segment; the books (`books.ts`) have it of all segments but the
 * last, which a start reads through.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { encodeFrame, frameAt, framesIn, rowsOf, type Change, type Frame, type Group } from './frame.ts'
import { Ranges, type Range } from './ranges.ts'
import type { Row } from './row.ts'
import {
  makeSegmentFile,
  openSegmentFile,
  readSegment,
  syncFolder,
  type SegmentFile,
  type Syncing,
} from './segment-file.ts'

/** Segments that are kept for later use; more are given back to the disk. */
const mostSpare = 2
/** Segments in memory, for those who read one record after the other. */
const mostRead = 2
/** frames of which the records are in memory */
const mostDecoded = 8
/** The youngest records need not be read again when the broker answers. */
const mostRecent = 256

export interface Segment {
  readonly number: number
  /** names its file */
  readonly slot: number
  readonly bytes: number
  /** where the next commit goes */
  end: number
  /** by stream: what is wanted of it */
  readonly live: Map<number, Ranges>
  /** letters of bodies in it, and of events among them: how the two share its bytes */
  letters: number
  eventLetters: number
  /** the books have another idea of it */
  changed: boolean
}

/** So many records of it are wanted. */
export function wantedOf({ live }: Segment): number {
  return [...live.values()].reduce((sum, ranges) => sum + ranges.count(-Infinity, Infinity), 0)
}

export class Log implements Disposable {
  /** of each segment, unless one commit is larger */
  readonly segmentBytes: number
  readonly #folder: string
  readonly #syncing: Syncing
  readonly #sealed = new Map<number, Segment>()
  #head: Segment
  #file: SegmentFile | undefined
  #commits: number
  #lastCommitBytes = 0
  #spare: { slot: number; bytes: number }[] = []
  readonly #read = new Map<number, Frame[]>()
  /** the frames that were read last, one for each release that is sent in turn */
  readonly #decoded = new Map<Frame, ReadonlyMap<string, Row>>()
  readonly #recent = new Map<string, Row>()

  constructor(
    folder: string,
    {
      sealed,
      head,
      commits,
      segmentBytes,
      ...syncing
    }: { sealed: Segment[]; head: Segment; commits: number; segmentBytes: number } & Syncing,
  ) {
    this.#folder = folder
    this.segmentBytes = segmentBytes
    this.#syncing = syncing
    this.#head = head
    this.#commits = commits
    for (const segment of sealed) this.#sealed.set(segment.number, segment)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const used = new Set(this.segments.map(({ slot }) => slot))
    for (const name of readdirSync(folder)) {
      const slot = slotOf(name)
      if (slot === undefined || used.has(slot)) continue
      rmSync(this.#path(slot))
    }
  }

  get segments(): Segment[] {
    return [...this.#sealed.values(), this.#head]
  }

  get head(): Segment {
    return this.#head
  }

  get commits(): number {
    return this.#commits
  }

  /** segments that can be used at once */
  get spares(): number {
    return this.#spare.length
  }

  /** what the last commit has written */
  get lastCommitBytes(): number {
    return this.#lastCommitBytes
  }

  /** on flash, spare segments included */
  get bytes(): number {
    return [...this.segments, ...this.#spare].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** What was written after the books were closed, in its order; `damaged`: places where something else is. */
  redo(): { changes: { change: Omit<Change, 'groups'>; frame: Frame; segment: Segment }[]; damaged: number } {
    // The books may have been closed, and their writer told otherwise: then it went on in the segment before.
    const before = [...this.#sealed.values()].toSorted((a, b) => a.number - b.number).at(-1)
    const from = this.#commits
    let damaged = 0
    const changes = [before, this.#head].flatMap((segment) => {
      if (segment === undefined) return []
      if (!existsSync(this.#path(segment.slot))) {
        if (segment === this.#head && segment.end > 0) damaged++
        return []
      }
      const found = framesIn(readSegment(this.#path(segment.slot), segment.bytes), segment.number)
      if (segment === this.#head) {
        // The books know of more: its end is not what was written.
        damaged += found.damaged + (found.end < segment.end ? 1 : 0)
        segment.end = Math.max(segment.end, found.end)
      }
      return found.frames
        .filter(({ commit }) => commit > from || segment === this.#head)
        .map((frame) => ({ change: frame.change, frame, segment }))
    })
    for (const { frame } of changes) this.#commits = Math.max(this.#commits, frame.commit)
    return { changes, damaged }
  }

  /**
   * Brings a change to flash. `close` closes the books over all that came before, where a new segment begins. Throws what
   * the disk says; then nothing has changed.
   */
  commit(change: Change, close: (next: Segment) => void): void {
    let frame = encodeFrame(change, this.#commits + 1, this.#head.number)
    if (this.#head.end + frame.length > this.#head.bytes || !existsSync(this.#path(this.#head.slot))) {
      this.#begin(frame.length, close)
      frame = encodeFrame(change, this.#commits + 1, this.#head.number)
    }
    const head = this.#head
    this.#file ??= openSegmentFile(this.#path(head.slot), this.#syncing)
    try {
      this.#file.write(frame, head.end)
    } catch (error) {
      this.#forget(head, frame.length)
      throw error
    }
    this.#commits++
    const told = frameAt(frame, 0)
    if (told === undefined) throw new RangeError('a frame that cannot be read back')
    this.#read.get(head.number)?.push(told)
    head.end += frame.length
    this.#lastCommitBytes = frame.length
    this.index(told, head)
    for (const { stream, rows } of change.groups) for (const row of rows) this.#remember(stream, row)
  }

  /** The frame's numbers are wanted, there and nowhere else. */
  index(frame: Frame, segment: Segment): void {
    for (const group of frame.groups) {
      const letters = group.lengths.reduce((sum, each) => sum + each, 0)
      segment.letters += letters
      if (group.event) segment.eventLetters += letters
      for (const { from, to } of group.numbers) {
        this.delete(group.stream, { from, to })
        const live = segment.live.get(group.stream) ?? new Ranges()
        segment.live.set(group.stream, live)
        live.add(from, to)
        segment.changed = true
      }
    }
  }

  delete(stream: number, { from, to }: Range): void {
    for (const segment of this.segments) {
      const live = segment.live.get(stream)
      const first = live?.first(from)
      if (live === undefined || first === undefined || first.from > to) continue
      live.remove(from, to)
      if (live.isEmpty) segment.live.delete(stream)
      segment.changed = true
    }
    if (this.#recent.size > 0 && to - from < mostRecent)
      for (let seq = from; seq <= to; seq++) this.#recent.delete(keyOf(stream, seq))
  }

  count(stream: number, { from, to }: Range): number {
    return this.segments.reduce((sum, { live }) => sum + (live.get(stream)?.count(from, to) ?? 0), 0)
  }

  /** The record with the lowest number from `from` to `to`; it may be rotten. */
  first(stream: number, { from, to }: Range): Row | undefined {
    let least = Infinity
    let where: Segment | undefined
    for (const segment of this.segments) {
      const first = segment.live.get(stream)?.first(from)?.from ?? Infinity
      if (first < least) [least, where] = [first, segment]
    }
    if (where === undefined || least > to) return undefined
    return this.#recent.get(keyOf(stream, least)) ?? this.#rowIn(where, stream, least)
  }

  /** All that is wanted of a segment, group by group, as far as it can be read. */
  wantedIn(segment: Segment): Group[] {
    return this.#framesOf(segment).flatMap((frame) =>
      rowsOf(frame).flatMap(({ stream, rows }) => {
        const wanted = rows.filter(({ seq }) => segment.live.get(stream)?.count(seq, seq) === 1)
        return wanted.length > 0 ? [{ stream, rows: wanted }] : []
      }),
    )
  }

  /** How much of what was written to a segment lies in blocks of fewer records. */
  shareInSmallBlocks(segment: Segment, fewer: number): number {
    const bytesOf = (frames: readonly Frame[]) => frames.reduce((sum, { bytes }) => sum + bytes, 0)
    const frames = this.#framesOf(segment)
    const rowsIn = ({ groups }: Frame) => groups.reduce((sum, { lengths }) => sum + lengths.length, 0)
    return bytesOf(frames.filter((frame) => rowsIn(frame) < fewer)) / Math.max(1, bytesOf(frames))
  }

  /** How much of what was written to a segment is still wanted, by records. */
  shareWanted(segment: Segment): number {
    const rows = this.#framesOf(segment).flatMap(({ groups }) => groups.map(({ lengths }) => lengths.length))
    return (
      wantedOf(segment) /
      Math.max(
        1,
        rows.reduce((sum, each) => sum + each, 0),
      )
    )
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]()
    this.#file = undefined
  }

  #begin(least: number, close: (next: Segment) => void): void {
    const { slot, bytes } = this.#room(Math.max(this.segmentBytes, least))
    const next = emptySegment(this.#head.number + 1, slot, bytes)
    const isFirst = this.#head.end === 0 && this.#head.live.size === 0
    try {
      close(next)
    } catch (error) {
      this.#spare.push({ slot, bytes })
      throw error
    }
    this.#file?.[Symbol.dispose]()
    this.#file = undefined
    if (!isFirst) this.#sealed.set(this.#head.number, this.#head)
    this.#head = next
    this.tidy()
  }

  /** Segments that are ready to be used again, but for the books. */
  get isUntidy(): boolean {
    return [...this.#sealed.values()].some(({ live }) => live.size === 0)
  }

  /** The books are closed: what they no longer name can be used again. */
  tidy(): void {
    for (const segment of this.#sealed.values()) {
      segment.changed = false
      if (segment.live.size > 0) continue
      this.#sealed.delete(segment.number)
      this.#release(segment)
    }
  }

  #room(bytes: number): { slot: number; bytes: number } {
    const at = this.#spare.findIndex((each) => each.bytes >= bytes)
    const [spare] = at < 0 ? [] : this.#spare.splice(at, 1)
    if (spare !== undefined) return spare
    const used = new Set([...this.segments, ...this.#spare].map(({ slot }) => slot))
    let slot = 0
    while (used.has(slot)) slot++
    const path = this.#path(slot)
    const whole = Math.ceil(bytes / this.segmentBytes) * this.segmentBytes
    try {
      makeSegmentFile(path, whole)
    } catch (error) {
      rmSync(path, { force: true })
      throw error
    }
    return { slot, bytes: whole }
  }

  /** Its file may be written over: the books no longer name it. */
  #release({ number, slot, bytes }: Segment): void {
    this.#read.delete(number)
    for (const [frame] of this.#decoded) if (frame.segment === number) this.#decoded.delete(frame)
    if (!existsSync(this.#path(slot))) return
    if (bytes === this.segmentBytes && this.#spare.length < mostSpare) this.#spare.push({ slot, bytes })
    else {
      rmSync(this.#path(slot))
      syncFolder(this.#folder)
    }
  }

  /** What a write that failed may have left must not be found by the next start: it was refused. */
  #forget({ end }: Segment, bytes: number): void {
    try {
      this.#file?.write(Buffer.alloc(bytes), end)
    } catch {
      // The next commit is written there.
    }
  }

  #rowIn(segment: Segment, stream: number, seq: number): Row {
    const rotten = { seq, boot: 0, durable: true, body: '', rotten: true } as const
    const key = keyOf(stream, seq)
    const frame = this.#framesOf(segment).findLast(({ groups }) =>
      groups.some((group) => group.stream === stream && group.numbers.some(({ from, to }) => from <= seq && seq <= to)),
    )
    if (frame === undefined) return rotten
    const rows = this.#decoded.get(frame) ?? this.#decode(frame)
    const row = rows.get(key)
    // A copy: a part of a string would keep the whole block in memory, for as long as it is under way.
    return row === undefined ? rotten : { ...row, body: Buffer.from(row.body).toString() }
  }

  #decode(frame: Frame): ReadonlyMap<string, Row> {
    for (const [oldest] of this.#decoded) if (this.#decoded.size >= mostDecoded) this.#decoded.delete(oldest)
    const rows = rowsOf(frame).flatMap((group) => group.rows.map((row) => [keyOf(group.stream, row.seq), row] as const))
    const decoded = new Map(rows)
    this.#decoded.set(frame, decoded)
    return decoded
  }

  #framesOf(segment: Segment): Frame[] {
    const read = this.#read.get(segment.number)
    if (read !== undefined) return read
    const path = this.#path(segment.slot)
    const frames = existsSync(path) ? framesIn(readSegment(path, segment.bytes), segment.number).frames : []
    for (const [oldest] of this.#read) if (this.#read.size >= mostRead) this.#read.delete(oldest)
    this.#read.set(segment.number, frames)
    return frames
  }

  #remember(stream: number, row: Row): void {
    this.#recent.set(keyOf(stream, row.seq), row)
    for (const [oldest] of this.#recent) {
      if (this.#recent.size <= mostRecent) break
      this.#recent.delete(oldest)
    }
  }

  #path(slot: number): string {
    return slotPath(this.#folder, slot)
  }
}

export function emptySegment(number: number, slot: number, bytes: number): Segment {
  return { number, slot, bytes, end: 0, live: new Map(), letters: 0, eventLetters: 0, changed: true }
}

export function slotPath(folder: string, slot: number): string {
  return join(folder, `${String(slot).padStart(4, '0')}.log`)
}

export function slotOf(name: string): number | undefined {
  return /^\d{4,}\.log$/.test(name) ? Number.parseInt(name, 10) : undefined
}

function keyOf(stream: number, seq: number): string {
  return `${stream} ${seq}`
}
