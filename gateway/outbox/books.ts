/**
 * The outbox's books, in SQLite: whose numbers these are, where each release stands, what each has let out, and where in the
 * log (`log.ts`) which record lies. They are closed when a segment of the log is full and at each start; what came since is
 * in the log.
 *
 * Exclusive: no second process shares the numbers, and there is no shared memory file.
 */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { makePrivate } from '../private-file.ts'
import { Unusable } from '../sqlite-error.ts'
import { OutboxError } from './error.ts'
import { lossReasons, type Loss } from './frame.ts'
import { emptySegment, type Segment } from './log.ts'
import type { LedgerLine } from './parcel.ts'
import { Ranges } from './ranges.ts'
import { streamOf, streamSumOf, type Stream } from './row.ts'

/** `FANL`: tells an outbox from any other SQLite file. */
const applicationId = 0x46414e4c
/** Of the tables below; raised with each change of theirs, which then migrates what the last one left. */
export const formatVersion = 3
/** A format that is further ahead than any release will be is none: its number has rotten. */
const mostAhead = 100
/** Pages of 1 KiB in SQLite's own log before they are moved into the file: few, so that a start has little to recover. */
const logPages = 64
/** Larger books are read through at the start only after a damaged page was met in use. */
const checkedBytes = 64 * 2 ** 20

/**
 * `given`: no number above it has ever been given. `sure`: every number up to it was sent or is in the log. `acked`: every
 * number up to it was acknowledged by the broker once. `left`: the highest that ever went out (not in the sum: one that rots
 * costs a finer record at worst). `commits`: all commits of the log up to this one are in the books.
 */
const tables = `
  CREATE TABLE outbox (
    id TEXT NOT NULL, boot INTEGER NOT NULL, commits INTEGER NOT NULL DEFAULT 0, head TEXT
  ) STRICT;
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY, release TEXT NOT NULL UNIQUE,
    given INTEGER NOT NULL, sure INTEGER NOT NULL, acked INTEGER NOT NULL, receipt INTEGER, held INTEGER NOT NULL,
    sum INTEGER, left INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE lost (
    stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, why INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (stream, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE segment (number INTEGER PRIMARY KEY, told TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  CREATE TABLE ledger (
    day TEXT NOT NULL, release TEXT NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (day, release)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO outbox VALUES (lower(hex(randomblob(8))), 0, 0, NULL);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`

/** From each format to the next. The records of format 2 stay in their table until they are in the log (`store.ts`). */
const migrations: Readonly<Record<number, string>> = {
  1: `
    ALTER TABLE record ADD COLUMN sum INTEGER;
    ALTER TABLE stream ADD COLUMN sum INTEGER;
    PRAGMA user_version = 2;
  `,
  2: `
    ALTER TABLE outbox ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE outbox ADD COLUMN head TEXT;
    ALTER TABLE stream ADD COLUMN left INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE lost ADD COLUMN why INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE segment (number INTEGER PRIMARY KEY, told TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
    PRAGMA user_version = 3;
  `,
}

/** All that the books say. */
export interface Books {
  readonly streams: readonly Stream[]
  readonly lost: ReadonlyMap<number, readonly Loss[]>
  readonly segments: Segment[]
  readonly head: Segment | undefined
  readonly commits: number
}

export interface BooksOptions {
  readonly file: string
  /** called before and after each write and sync of the log, and around each closing of the books: for tests that cut there */
  readonly onBoundary?: () => void
  readonly synchronous?: 'FULL' | 'OFF'
}

export class BooksFile implements Disposable {
  readonly db: DatabaseSync
  readonly #file: string

  /** Throws what SQLite throws, `Unusable`, or an OutboxError. */
  constructor({ file, synchronous = 'FULL' }: BooksOptions) {
    this.#file = file
    makePrivate(file)
    this.db = new DatabaseSync(file)
    try {
      this.db.exec('PRAGMA page_size = 1024; PRAGMA locking_mode = EXCLUSIVE')
      const isNew = this.#pragma('schema_version') === 0
      if (!isNew) this.#check()
      this.db.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = ${synchronous};
        PRAGMA wal_autocheckpoint = ${logPages};
      `)
      if (isNew) this.db.exec(`BEGIN IMMEDIATE; ${tables} COMMIT`)
      for (let version = this.#pragma('user_version'); version < formatVersion; version++)
        this.db.exec(`BEGIN IMMEDIATE; ${migrations[version] ?? ''} COMMIT`)
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  /** Random: names the numbering. */
  get id(): string {
    return text(this.db.prepare('SELECT id FROM outbox').get()?.['id'])
  }

  get boot(): number {
    return integer(this.db.prepare('SELECT boot FROM outbox').get()?.['boot'])
  }

  /** On flash before anybody sees it. */
  begin(boot: number): void {
    this.db.exec(`UPDATE outbox SET boot = ${boot}`)
  }

  read(): Books {
    const { commits, head } = this.db.prepare('SELECT commits, head FROM outbox').get() ?? {}
    const streams = this.db
      .prepare('SELECT * FROM stream ORDER BY id')
      .all()
      .map((row) => {
        const stream = streamOf(row)
        if (stream === undefined) throw new Unusable('where a release stands is not what was written')
        return stream
      })
    const lost = new Map<number, Loss[]>()
    for (const { stream, first, last, why } of this.db.prepare('SELECT * FROM lost ORDER BY stream, first').all()) {
      const losses = lost.get(integer(stream)) ?? []
      lost.set(integer(stream), losses)
      losses.push({ from: integer(first), to: integer(last), why: lossReasons[integer(why)] ?? 'damaged' })
    }
    const segments = this.db
      .prepare('SELECT number, told, sum FROM segment ORDER BY number')
      .all()
      .map(({ number, told, sum }) => {
        if (sum !== crc32(text(told))) throw new Unusable('where records lie is not what was written')
        return segmentOf(integer(number), text(told))
      })
    return {
      streams,
      lost,
      segments,
      head: typeof head === 'string' ? headOf(head, `${this.id} ${integer(commits)}`) : undefined,
      commits: integer(commits),
    }
  }

  /**
   * All that came up to a commit of the log, at once, and on flash. `segments`: what is told of each; of others nothing is
   * known any more. `id`: from now on these are other numbers.
   */
  close(
    books: Books & { readonly ledger: readonly LedgerLine[]; readonly id?: string | undefined; readonly also?: string },
  ): void {
    const { streams, lost, segments, head, commits, ledger, id, also = '' } = books
    const { db } = this
    db.exec('BEGIN IMMEDIATE')
    try {
      for (const stream of streams) {
        const { given, sure, acked, receipt, held, release, left } = stream
        db.prepare(
          `INSERT INTO stream VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET given = excluded.given, sure = excluded.sure, acked = excluded.acked,
             receipt = excluded.receipt, held = excluded.held, sum = excluded.sum, left = excluded.left`,
        ).run(stream.id, release, given, sure, acked, receipt ?? null, held, streamSumOf(stream), left)
      }
      db.exec('DELETE FROM lost')
      const addLost = db.prepare('INSERT INTO lost VALUES (?, ?, ?, ?)')
      for (const [stream, losses] of lost)
        for (const { from, to, why } of losses) addLost.run(stream, from, to, lossReasons.indexOf(why))
      const wanted = new Set(segments.map(({ number }) => number))
      for (const { number } of db.prepare('SELECT number FROM segment').all())
        if (!wanted.has(integer(number))) db.prepare('DELETE FROM segment WHERE number = ?').run(integer(number))
      for (const segment of segments.filter(({ changed }) => changed)) {
        const told = toldOf(segment)
        db.prepare('INSERT OR REPLACE INTO segment VALUES (?, ?, ?)').run(segment.number, told, crc32(told))
      }
      for (const { day, release, messages, bytes } of ledger) {
        db.prepare(
          `INSERT INTO ledger VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, bytes = bytes + excluded.bytes`,
        ).run(day, release, messages, bytes)
      }
      db.prepare('UPDATE outbox SET commits = ?, head = ?').run(
        commits,
        head === undefined ? null : headTold(head, `${id ?? this.id} ${commits}`),
      )
      if (id !== undefined) db.prepare('UPDATE outbox SET id = ?').run(id)
      db.exec(`${also}; COMMIT`)
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  ledger(): LedgerLine[] {
    return this.db
      .prepare('SELECT * FROM ledger ORDER BY day, release')
      .all()
      .map((row) => ({
        day: text(row['day']),
        release: text(row['release']),
        messages: integer(row['messages']),
        bytes: integer(row['bytes']),
      }))
  }

  /** The next start reads the whole file: this may be damage, or a disk that was gone for a while (SQLite says the same). */
  suspect(): void {
    try {
      writeFileSync(suspectOf(this.#file), '', { mode: 0o600 })
    } catch {
      // A disk that takes no empty file either: the error that brought us here is the one to report.
    }
  }

  [Symbol.dispose](): void {
    if (this.db.isOpen) this.db.close()
  }

  #check(): void {
    if (this.#pragma('application_id') !== applicationId) throw new Unusable('another program made this file')
    const version = this.#pragma('user_version')
    if (version > formatVersion + mostAhead || version < 1) throw new Unusable(`there is no format ${version}`)
    if (version > formatVersion) {
      throw new OutboxError(
        'OUTBOX_NEWER',
        `${this.#file} was written by a newer Fanal; install that version again, or move the file away to begin a new outbox`,
      )
    }
    if (statSync(this.#file).size > checkedBytes && !existsSync(suspectOf(this.#file))) return
    const verdict = text(this.db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'])
    if (verdict !== 'ok') throw new Unusable(verdict)
    rmSync(suspectOf(this.#file), { force: true })
  }

  #pragma(name: string): number {
    return integer(this.db.prepare(`PRAGMA ${name}`).get()?.[name])
  }
}

export function suspectOf(file: string): string {
  return `${file}.suspect`
}

/** `[slot, bytes, end, letters, letters of events, [stream, from, to, from, to …] …]` */
function toldOf({ slot, bytes, end, letters, eventLetters, live }: Segment): string {
  const numbers = [...live].map(([stream, ranges]) => [stream, ...[...ranges].flatMap(({ from, to }) => [from, to])])
  return JSON.stringify([slot, bytes, end, letters, eventLetters, ...numbers])
}

function segmentOf(number: number, told: string): Segment {
  const [slot, bytes, end, letters, eventLetters, ...numbers] = JSON.parse(told) as [
    ...[number, number, number, number, number],
    ...number[][],
  ]
  const segment = { ...emptySegment(number, slot, bytes), end, letters, eventLetters, changed: false }
  for (const [stream = 0, ...bounds] of numbers) {
    const ranges = new Ranges()
    for (let at = 0; at < bounds.length; at += 2) ranges.add(bounds[at] ?? 0, bounds[at + 1] ?? 0)
    segment.live.set(stream, ranges)
  }
  return segment
}

/** `[number, slot, bytes, end, sum]`; the sum is of all that the table of one row says. */
function headTold({ number, slot, bytes, end }: Segment, besides: string): string {
  const told = [number, slot, bytes, end]
  return JSON.stringify([...told, crc32(`${besides} ${told.join(' ')}`)])
}

/** One from before there was a sum has none. */
function headOf(text: string, besides: string): Segment {
  const told = /^\[\d+(,-?\d+){3,4}\]$/.test(text) ? (JSON.parse(text) as number[]) : []
  const [number = 0, slot = 0, bytes = 0, end = 0, sum] = told
  const isWhole = sum === undefined || sum === crc32(`${besides} ${told.slice(0, 4).join(' ')}`)
  if (told.length === 0 || !isWhole) throw new Unusable('where the log ends is not what was written')
  return { ...emptySegment(number, slot, bytes), end }
}

function integer(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new Unusable('a column that is no number')
  return value
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new Unusable('a column that is no text')
  return value
}
