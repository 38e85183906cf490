/**
 * What happens when what waits has become too much for the disk: the mildest step that makes room, of the oldest segments
 * first and the lowest priority first.
 *
 * 1. Records lie together in larger blocks: nothing is lost.
 * 2. What the broker has, and a recipient that has never given a receipt will not confirm, goes.
 * 3. Telemetry that was not sent is told more coarsely (`thin.ts`).
 * 4. Telemetry goes.
 *
 * Events are only ever moved, unless they are too much by themselves: then the oldest of them go. Of whatever goes is kept
 * how many and which, and why.
 */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Group, Loss } from './frame.ts'
import type { Lane } from './lane.ts'
import { wantedOf, type Segment } from './log.ts'
import { Ranges } from './ranges.ts'
import type { Row } from './row.ts'
import type { Store } from './store.ts'
import { merged, mostMerged } from './thin.ts'

/** How much of the disk what waits may take, and what is to stay free; bytes. */
export interface Bounds {
  readonly telemetry: number
  readonly events: number
  readonly floor: number
}

/** Of a disk that is small: a tenth of it is to stay free at most. */
const mostFloorShare = 0.1
/** A step that does not free so much of a segment is not worth the writing. */
const leastGain = 0.25
/** in one block */
const together = 64
/** Blocks of fewer records are worth being joined, where they are at least half of a segment; so are holes of a quarter. */
const fewTogether = 16

type Level = 'pack' | 'sent' | 'thin' | 'evict' | 'evict-events'

interface Plan {
  readonly groups: readonly Group[]
  readonly gone: readonly (readonly [lane: Lane, loss: Loss])[]
}

export class Relief {
  readonly #store: Store
  readonly #bounds: Bounds
  readonly #freeBytes: () => { free: number; size: number }
  /** what has been tried, and was not worth it; and of how many records that were wanted then */
  readonly #tried = new Map<string, number>()
  /** while this segment is written there is nothing more to gain */
  #inVain = -1

  constructor(store: Store, file: string, bounds: Bounds, freeBytes = () => freeOn(dirname(file))) {
    this.#store = store
    this.#bounds = bounds
    this.#freeBytes = freeBytes
  }

  /**
   * Before a new segment has to be made. `settle` writes what is over anyway (receipts, above all): it is called before
   * anything is given up. Throws what the store throws.
   */
  run(lanes: ReadonlyMap<number, Lane>, settle: () => void): void {
    const { log } = this.#store
    if (log.head.end < log.head.bytes / 2 || log.head.number === this.#inVain) return
    if (this.#levels().length > 0) settle()
    for (let steps = log.segments.length * 4; steps > 0; steps--) {
      const levels = this.#levels()
      if (levels.length === 0) return
      if (!this.#step(levels, lanes)) break
    }
    this.#inVain = log.head.number
  }

  #levels(): Level[] {
    const { segments, segmentBytes } = this.#store.log
    const { telemetry, events } = bytesOf(segments)
    const { free, size } = this.#freeBytes()
    const isShort =
      this.#store.log.spares === 0 && free - segmentBytes < Math.min(this.#bounds.floor, size * mostFloorShare)
    return [
      ...(isShort || telemetry + segmentBytes > this.#bounds.telemetry
        ? (['pack', 'sent', 'thin', 'evict'] as const)
        : []),
      ...(events > this.#bounds.events ? (['evict-events'] as const) : []),
    ]
  }

  #step(levels: readonly Level[], lanes: ReadonlyMap<number, Lane>): boolean {
    const { log } = this.#store
    const ranks = [...new Set([...lanes.values()].map(({ rank }) => rank))].toSorted((a, b) => b - a)
    const sealed = log.segments.filter(({ number }) => number !== log.head.number)
    for (const level of levels)
      for (const rank of level === 'pack' ? ranks.slice(0, 1) : ranks)
        for (const segment of oldestFirst(
          sealed,
          [...lanes.values()].filter((lane) => lane.rank === rank),
        )) {
          const key = `${segment.number} ${level} ${rank}`
          const goesAnyway = level === 'evict' || level === 'evict-events'
          const wanted = wantedOf(segment)
          if (wanted > (this.#tried.get(key) ?? Infinity) * (1 - leastGain) && !goesAnyway) continue
          this.#tried.set(key, wanted)
          if (this.#try(segment, level, rank, lanes)) return true
        }
    return false
  }

  #try(segment: Segment, level: Level, rank: number, lanes: ReadonlyMap<number, Lane>): boolean {
    const { log } = this.#store
    const isLoose = log.shareInSmallBlocks(segment, fewTogether) >= 0.5 || log.shareWanted(segment) <= 1 - leastGain
    if (level === 'pack' && !isLoose) return false
    const wanted = this.#store.log.wantedIn(segment)
    const damaged = [...segment.live].flatMap(([stream, live]) => {
      const unread = new Ranges(live)
      for (const group of wanted) if (group.stream === stream) for (const { seq } of group.rows) unread.remove(seq, seq)
      const lane = lanes.get(stream)
      return lane === undefined
        ? []
        : [...unread].map((range) => [lane, { ...range, why: 'damaged' } as const] as const)
    })
    const elsewhere = (stream: number) =>
      Math.min(
        ...this.#store.log.segments.flatMap((each) =>
          each === segment ? [] : [each.live.get(stream)?.first()?.from ?? Infinity],
        ),
      )
    const plan = planOf(wanted, level, elsewhere, (stream) => {
      const lane = lanes.get(stream)
      return level === 'pack' || lane?.rank === rank ? lane : undefined
    })
    if (level !== 'pack' && plan.gone.length === 0) return false
    const written = this.#store.sizeOf(plan.groups)
    if (level !== 'evict' && level !== 'evict-events' && written > segment.bytes * (1 - leastGain)) return false
    const settled = this.#store.transaction(() => {
      this.#store.move(plan.groups)
      return [...plan.gone, ...damaged].map(([lane, loss]) => lane.lose(loss))
    })
    for (const settle of settled) settle()
    this.#store.tidy()
    return true
  }
}

/** What stays of a segment, in larger blocks, and what does not. */
function planOf(
  wanted: readonly Group[],
  level: Level,
  elsewhere: (stream: number) => number,
  laneOf: (stream: number) => Lane | undefined,
): Plan {
  const gone: (readonly [Lane, Loss])[] = []
  const byKind = Map.groupBy(
    wanted.flatMap(({ stream, rows }) => rows.map((row) => ({ stream, row }))),
    ({ stream, row }) => `${stream} ${row.boot} ${String(row.durable)} ${String(row.event ?? false)}`,
  )
  const groups = [...byKind.values()].flatMap((kind) => {
    const stream = kind[0]?.stream ?? 0
    const rows = kind.map(({ row }) => row).toSorted((a, b) => a.seq - b.seq)
    const lane = laneOf(stream)
    const { stay, lost } = lane === undefined ? { stay: rows, lost: [] } : treated(rows, level, lane, elsewhere(stream))
    if (lane !== undefined) for (const loss of lost) gone.push([lane, loss])
    return Array.from({ length: Math.ceil(stay.length / together) }, (_, n) => ({
      ...{ stream, rows: stay.slice(n * together, (n + 1) * together) },
    }))
  })
  return { groups, gone }
}

/** `younger`: where the numbers of this release begin in the other segments. */
function treated(
  rows: readonly Row[],
  level: Level,
  lane: Lane,
  younger: number,
): { stay: readonly Row[]; lost: readonly Loss[] } {
  switch (level) {
    case 'pack':
      return { stay: rows, lost: [] }
    case 'sent':
      return without({
        rows,
        gone: rows.filter(({ seq, event }) => event !== true && !lane.isConfirmed && lane.isSent(seq)),
      })
    case 'evict':
      return without(oldestOf(rows, younger, (row) => row.event !== true && lane.isStill(row.seq)))
    case 'evict-events':
      return without(oldestOf(rows, younger, (row) => row.event === true && lane.isStill(row.seq)))
    case 'thin':
      return thinned(rows, lane)
  }
}

interface Parted {
  readonly rows: readonly Row[]
  readonly gone: readonly Row[]
}

/** Of those that may go, what is older than all that lies elsewhere, and half of them at least, so that there is an end. */
function oldestOf(rows: readonly Row[], younger: number, mayGo: (row: Row) => boolean): Parted {
  const all = rows.filter(mayGo)
  return { rows, gone: all.filter(({ seq }, index) => seq < younger || index < all.length / 2) }
}

function without({ rows, gone }: Parted): { stay: Row[]; lost: Loss[] } {
  const numbers = new Ranges()
  for (const { seq } of gone) numbers.add(seq, seq)
  return {
    stay: rows.filter(({ seq }) => numbers.count(seq, seq) === 0),
    lost: [...numbers].map((range): Loss => ({ ...range, why: 'evicted' })),
  }
}

/** By how old the oldest record of these releases is in each: what was packed lies behind what is younger. */
function oldestFirst(segments: readonly Segment[], lanes: readonly Lane[]): Segment[] {
  const ageOf = ({ live }: Segment) =>
    Math.min(...lanes.map(({ stream, last }) => (live.get(stream)?.first()?.from ?? Infinity) / Math.max(1, last)))
  return segments
    .map((segment) => ({ segment, age: ageOf(segment) }))
    .toSorted((a, b) => (a.age === b.age ? 0 : a.age - b.age))
    .map(({ segment }) => segment)
}

function thinned(rows: readonly Row[], lane: Lane): { stay: Row[]; lost: Loss[] } {
  const stay: Row[] = []
  const lost: Loss[] = []
  for (let at = 0; at < rows.length;) {
    let run = runFrom(rows, at, lane)
    let body: string | undefined
    while (run.length > 1 && (body = merged(run.map((row) => row.body))) === undefined)
      run = run.slice(0, run.length >> 1)
    const last = run.at(-1)
    const first = run[0] ?? rows[at]
    if (first === undefined) break
    if (body === undefined || last === undefined || run.length < 2) stay.push(first)
    else {
      stay.push({ ...last, body })
      lost.push({ from: first.seq, to: last.seq - 1, why: 'thinned' })
    }
    at += body === undefined ? 1 : run.length
  }
  return { stay, lost }
}

/** Neighbours, but for what is told by them already, that nobody has seen yet. */
function runFrom(rows: readonly Row[], at: number, lane: Lane): Row[] {
  const run: Row[] = []
  for (const row of rows.slice(at, at + mostMerged)) {
    const before = run.at(-1)
    const isNext = before === undefined || lane.isThinned({ from: before.seq + 1, to: row.seq - 1 })
    if (!isNext || row.event === true || !lane.isUnseen(row.seq)) break
    run.push(row)
  }
  return run
}

/** How telemetry and events share the segments. */
export function bytesOf(segments: readonly Segment[]): { telemetry: number; events: number } {
  const events = segments.reduce(
    (sum, { bytes, letters, eventLetters }) => sum + (letters === 0 ? 0 : (bytes * eventLetters) / letters),
    0,
  )
  return { telemetry: segments.reduce((sum, { bytes }) => sum + bytes, 0) - events, events }
}

function freeOn(folder: string): { free: number; size: number } {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { free: bavail * bsize, size: blocks * bsize }
  } catch {
    return { free: Infinity, size: Infinity } // who cannot say so is not full
  }
}
