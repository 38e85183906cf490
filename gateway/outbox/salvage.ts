/** What can still be read of an outbox that was set aside: its records, each of them as it was written by its own sum. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { framesIn, rowsOf, type Frame } from './frame.ts'
import { Ranges } from './ranges.ts'
import { rowOf, streamOf, streamShare, type Row, type Stream } from './row.ts'

export interface Salvaged {
  /** by release, in the order of their numbers; none that a receipt covered */
  readonly records: ReadonlyMap<string, readonly Row[]>
  /** so many were kept, and cannot be read; undefined: not even that can be said */
  readonly lost: number | undefined
}

/** Never throws, and leaves file and log as they are. */
export function salvage(file: string, folder: string): Salvaged {
  const fromLog = existsSync(folder) ? salvageLog(folder) : undefined
  return fromLog !== undefined && fromLog.records.size > 0 ? fromLog : salvageTable(file)
}

/** The log says by itself whose records these are, and what of them is no longer wanted. */
function salvageLog(folder: string): Salvaged {
  const records = new Map<string, readonly Row[]>()
  let lost = 0
  try {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'))
    const found = files.map((name) => framesIn(readFileSync(join(folder, name))))
    const frames = found.flatMap(({ frames }) => frames).toSorted((a, b) => a.commit - b.commit)
    const damaged = found.reduce((sum, each) => sum + each.damaged, 0)
    const streams = new Map<number, Stream>()
    const rows = new Map<number, Map<number, Row>>()
    for (const frame of frames) {
      for (const stream of frame.change.streams) streams.set(stream.id, stream)
      for (const [stream, { from, to }] of frame.change.deleted)
        for (const seq of rows.get(stream)?.keys() ?? []) if (from <= seq && seq <= to) rows.get(stream)?.delete(seq)
      for (const { stream, rows: told } of readable(frame)) {
        const known = rows.get(stream) ?? new Map<number, Row>()
        rows.set(stream, known)
        for (const row of told) known.set(row.seq, row)
      }
    }
    for (const [id, { release, receipt = 0, acked, sure }] of streams) {
      const known = [...(rows.get(id)?.values() ?? [])].filter(({ seq }) => seq > receipt)
      records.set(
        release,
        known.toSorted((a, b) => a.seq - b.seq),
      )
      if (damaged === 0) continue
      const missing = new Ranges([{ from: Math.max(receipt, acked) + 1, to: sure }])
      for (const { seq } of known) missing.remove(seq, seq)
      lost += missing.count(1, sure)
    }
    return { records, lost }
  } catch {
    return { records, lost: undefined }
  }
}

function readable(frame: Frame) {
  try {
    return rowsOf(frame)
  } catch {
    return []
  }
}

/** Format 2 had its records in a table. */
function salvageTable(file: string): Salvaged {
  const records = new Map<string, readonly Row[]>()
  let lost = 0
  /** where nothing at all can be read, what the file says of itself is not believed either */
  let isKnown = false
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { readOnly: true })
    const after = db.prepare('SELECT * FROM record WHERE key > ? AND key < ? ORDER BY key LIMIT 1')
    const before = db.prepare('SELECT * FROM record WHERE key > ? AND key < ? ORDER BY key DESC LIMIT 1')
    for (const columns of db.prepare('SELECT * FROM stream').all()) {
      const { id, release } = columns
      if (typeof id !== 'number' || typeof release !== 'string') continue
      // What a rotten row says of receipts is not believed: rather twice than never.
      const stream = streamOf(columns)
      const rows = rowsBetween(id * streamShare, stream?.receipt ?? 0, after, before)
      const sound = rows.filter(({ rotten }) => rotten === undefined)
      records.set(release, sound)
      isKnown ||= rows.length > 0
      lost += Math.max(0, (stream?.held ?? numbersIn(rows)) - sound.length)
    }
    return { records, lost: isKnown ? lost : undefined }
  } catch {
    return { records, lost: undefined }
  } finally {
    if (db?.isOpen === true) db.close()
    rmSync(`${file}-shm`, { force: true })
  }
}

/** From the first to the last. */
function numbersIn(rows: readonly Row[]): number {
  const [first, last] = [rows[0], rows.at(-1)]
  return first === undefined || last === undefined ? 0 : last.seq - first.seq + 1
}

/** From the front as far as it can be read, and then from the back: what lies between is lost. */
function rowsBetween(base: number, receipt: number, after: StatementSync, before: StatementSync): Row[] {
  const [from, to] = [base + receipt, base + streamShare]
  const front: Row[] = []
  let last = from
  try {
    for (let row = after.get(last, to); row !== undefined; row = after.get(last, to)) {
      if (Number(row['key']) <= last) throw new RangeError('keys out of order')
      last = Number(row['key'])
      front.push(rowOf(row, base))
    }
    return front
  } catch {
    // A page that makes no sense: the rest is asked for from its end.
  }
  const back: Row[] = []
  let first = to
  try {
    for (let row = before.get(last, first); row !== undefined; row = before.get(last, first)) {
      if (Number(row['key']) >= first) break
      first = Number(row['key'])
      back.push(rowOf(row, base))
    }
  } catch {
    // The same page, from its other side.
  }
  return [...front, ...back.reverse()]
}
