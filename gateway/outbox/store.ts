/**
 * The outbox's tables, on flash. Synchronous: belongs into a thread that may wait.
 *
 * What a transaction has committed survives a power cut (WAL with synchronous=FULL: SQLite syncs the log at each commit).
 * After a commit that failed the connection is kept and not reopened: SQLite then writes the same place of the log anew,
 * whereas a reopened file could show, from the kernel's cache, a commit that never reached the flash.
 */
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { makePrivate } from '../private-file.ts'
import { damage, damageAtStart, Unusable } from '../sqlite-error.ts'
import { OutboxError } from './error.ts'
import type { LedgerLine } from './parcel.ts'
import type { Range } from './ranges.ts'
import { rowOf, streamOf, streamShare, streamSumOf, sumOf, type Row, type Stream } from './row.ts'
import { salvage } from './salvage.ts'
import { coded } from './sqlite-error.ts'

/** `FANL`: tells an outbox from any other SQLite file. */
const applicationId = 0x46414e4c
/** Of the tables below; raised with each change of theirs, which then migrates what the last one left. */
const formatVersion = 2

/**
 * A file up to this size is read through at the start (some 3 s from a slow SD card). A larger one is so only after a
 * damaged page was met in use.
 */
const checkedBytes = 64 * 2 ** 20

/** Pages of 1 KiB in the log before they are moved into the file: few, so that a start has little to recover. */
const logPages = 256

/**
 * `record.key` is stream × 2^40 + number: one B-tree, no second index, rows within the page. Names of releases stand once.
 * `given`: no number above it has ever been given. `sure`: every number up to it was sent or is in `record`. `acked`:
 * every number up to it was acknowledged by the broker once. `held`: rows in `record`, less those that a receipt covers.
 */
const tables = `
  CREATE TABLE outbox (id TEXT NOT NULL, boot INTEGER NOT NULL) STRICT;
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY, release TEXT NOT NULL UNIQUE,
    given INTEGER NOT NULL, sure INTEGER NOT NULL, acked INTEGER NOT NULL, receipt INTEGER, held INTEGER NOT NULL,
    sum INTEGER
  ) STRICT;
  CREATE TABLE record (key INTEGER PRIMARY KEY, boot INTEGER NOT NULL, durable INTEGER NOT NULL, body TEXT NOT NULL, sum INTEGER) STRICT;
  CREATE TABLE lost (
    stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (stream, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE ledger (
    day TEXT NOT NULL, release TEXT NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (day, release)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO outbox VALUES (lower(hex(randomblob(8))), 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`

/** A format that is further ahead than any release will be is none: its number has rotten. */
const mostAhead = 100

/** From each format to the next. */
const migrations: Readonly<Record<number, string>> = {
  1: `
    ALTER TABLE record ADD COLUMN sum INTEGER;
    ALTER TABLE stream ADD COLUMN sum INTEGER;
    PRAGMA user_version = 2;
  `,
}

/** By way of negative keys, since a number may be another record's until that one has moved. */
const renumbering = `
  UPDATE outbox SET id = lower(hex(randomblob(8)));
  UPDATE record SET key = -kept.key
  FROM (
    SELECT key AS old, key / ${streamShare} * ${streamShare} + row_number() OVER (PARTITION BY key / ${streamShare} ORDER BY key) AS key
    FROM record
  ) AS kept
  WHERE record.key = kept.old;
  UPDATE record SET key = -key;
  UPDATE stream SET acked = 0, receipt = NULL, held = (SELECT count(*) FROM record WHERE key / ${streamShare} = stream.id);
  UPDATE stream SET given = held, sure = held, sum = NULL;
  DELETE FROM lost;
`

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

export interface StoreOptions {
  readonly file: string
  /** `OFF` loses what the kernel had not written yet: for tests that must lose something */
  readonly synchronous?: 'FULL' | 'OFF'
}

export class Store implements Disposable {
  #id: string
  /** Of this start: 1, 2, 3 …; on flash before anybody sees it. */
  readonly boot: number
  readonly recovered: Recovered | undefined
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #statements: ReturnType<typeof prepare>

  private constructor(options: StoreOptions, aside: Aside | undefined) {
    this.#file = options.file
    makePrivate(options.file)
    this.#db = new DatabaseSync(options.file)
    try {
      prepareFile(this.#db, options)
      const outbox = this.#db.prepare('SELECT id, boot FROM outbox').get()
      this.#id = text(outbox?.['id'])
      this.boot = integer(outbox?.['boot']) + 1
      this.#statements = prepare(this.#db)
      checkStreams(this.#db, options)
      this.#db.exec(`UPDATE outbox SET boot = ${this.boot}`)
      this.recovered = aside && { ...aside, ...this.#takeOver(aside.setAside) }
    } catch (error) {
      this.#db.close()
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

  /** All that `work` writes is committed and on flash, or nothing is and an OutboxError tells why. */
  transaction<T>(work: () => T): T {
    return this.#guard(() => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        this.#db.exec('COMMIT')
        return result
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }

  streams(): Stream[] {
    return this.#guard(() => allStreams(this.#db))
  }

  addStream(release: string): Stream {
    const { lastInsertRowid } = this.#statements.addStream.run(release)
    return { id: Number(lastInsertRowid), release, given: 0, sure: 0, acked: 0, receipt: undefined, held: 0 }
  }

  saveStream(stream: Stream): void {
    const { id, given, sure, acked, receipt, held } = stream
    this.#statements.saveStream.run(given, sure, acked, receipt ?? null, held, streamSumOf(stream), id)
  }

  add(stream: number, row: Row): void {
    this.#statements.add.run(stream * streamShare + row.seq, row.boot, row.durable ? 1 : 0, row.body, sumOf(row))
  }

  /** The record with the lowest number from `from` to `to`; it may be rotten. */
  first(stream: number, { from, to }: Range): Row | undefined {
    return this.#guard(() => {
      const row = this.#statements.first.get(stream * streamShare + from, stream * streamShare + to)
      return row && rowOf(row, stream * streamShare)
    })
  }

  count(stream: number, { from, to }: Range): number {
    return this.#guard(() =>
      integer(this.#statements.count.get(stream * streamShare + from, stream * streamShare + to)?.['count']),
    )
  }

  delete(stream: number, { from, to }: Range): void {
    this.#statements.delete.run(stream * streamShare + from, stream * streamShare + to)
  }

  /** Numbers lost in power cuts, and not yet covered by a receipt. */
  lost(stream: number): Range[] {
    return this.#guard(() =>
      this.#statements.lost.all(stream).map((row) => ({ from: integer(row['first']), to: integer(row['last']) })),
    )
  }

  addLost(stream: number, { from, to }: Range): void {
    this.#statements.addLost.run(stream, from, to)
  }

  deleteLost(stream: number, upto: number): void {
    this.#statements.deleteLost.run(stream, upto)
  }

  /** Makes a new id, under which the records of each stream have the numbers from 1, in their order: all or nothing. */
  renumber(): Stream[] {
    const { id, streams } = this.transaction(() => {
      this.#db.exec(renumbering)
      return { id: text(this.#db.prepare('SELECT id FROM outbox').get()?.['id']), streams: this.streams() }
    })
    this.#id = id
    return streams
  }

  ledger(): LedgerLine[] {
    return this.#guard(() =>
      this.#db
        .prepare('SELECT * FROM ledger ORDER BY day, release')
        .all()
        .map((row) => ({
          day: text(row['day']),
          release: text(row['release']),
          messages: integer(row['messages']),
          bytes: integer(row['bytes']),
        })),
    )
  }

  addToLedger({ day, release, messages, bytes }: LedgerLine): void {
    this.#statements.addToLedger.run(day, release, messages, bytes)
  }

  [Symbol.dispose](): void {
    if (this.#db.isOpen) this.#db.close()
  }

  /** The records that a damaged file still gives, numbered from 1: all of them or none. */
  #takeOver(aside: string): Pick<Recovered, 'kept' | 'lost'> {
    const { records, lost } = salvage(aside)
    let kept = 0
    this.transaction(() => {
      for (const [release, rows] of records) {
        const stream = this.addStream(release)
        rows.forEach((row, index) => this.add(stream.id, { ...row, seq: index + 1 }))
        this.saveStream({ ...stream, given: rows.length, sure: rows.length, held: rows.length })
        kept += rows.length
      }
    })
    return { kept, lost }
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (damage(error) !== undefined) this.#suspect()
      throw coded(error, this.#file)
    }
  }

  /** The next start reads the whole file: this may be damage, or a disk that was gone for a while (SQLite says the same). */
  #suspect(): void {
    try {
      writeFileSync(suspect(this.#file), '', { mode: 0o600 })
    } catch {
      // A disk that takes no empty file either: the error that brought us here is the one to report.
    }
  }
}

function prepareFile(db: DatabaseSync, { file, synchronous = 'FULL' }: StoreOptions): void {
  // Exclusive: no second writer, so that two gateways started by mistake do not share numbers; and no shared memory file.
  db.exec('PRAGMA page_size = 1024; PRAGMA locking_mode = EXCLUSIVE')
  const isNew = pragma(db, 'schema_version') === 0
  if (!isNew) checkFile(db, file)
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous};
    PRAGMA wal_autocheckpoint = ${logPages};
  `)
  if (isNew) db.exec(`BEGIN IMMEDIATE; ${tables} COMMIT`)
  for (let version = pragma(db, 'user_version'); version < formatVersion; version++)
    db.exec(`BEGIN IMMEDIATE; ${migrations[version] ?? ''} COMMIT`)
}

function checkFile(db: DatabaseSync, file: string): void {
  if (pragma(db, 'application_id') !== applicationId) throw new Unusable('another program made this file')
  const version = pragma(db, 'user_version')
  if (version > formatVersion + mostAhead || version < 1) throw new Unusable(`there is no format ${version}`)
  if (version > formatVersion) {
    throw new OutboxError(
      'OUTBOX_NEWER',
      `${file} was written by a newer Fanal; install that version again, or move the file away to begin a new outbox`,
    )
  }
  const isSuspect = existsSync(suspect(file))
  if (statSync(file).size > checkedBytes && !isSuspect) return
  const verdict = text(db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'])
  if (verdict !== 'ok') throw new Unusable(verdict)
  rmSync(suspect(file), { force: true })
}

function prepare(db: DatabaseSync) {
  return {
    addStream: db.prepare('INSERT INTO stream VALUES (NULL, ?, 0, 0, 0, NULL, 0, NULL)'),
    saveStream: db.prepare(
      'UPDATE stream SET given = ?, sure = ?, acked = ?, receipt = ?, held = ?, sum = ? WHERE id = ?',
    ),
    add: db.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?)'),
    first: db.prepare('SELECT * FROM record WHERE key BETWEEN ? AND ? ORDER BY key LIMIT 1'),
    count: db.prepare('SELECT count(*) AS count FROM record WHERE key BETWEEN ? AND ?'),
    delete: db.prepare('DELETE FROM record WHERE key BETWEEN ? AND ?'),
    lost: db.prepare('SELECT first, last FROM lost WHERE stream = ? ORDER BY first'),
    addLost: db.prepare('INSERT INTO lost VALUES (?, ?, ?)'),
    deleteLost: db.prepare('DELETE FROM lost WHERE stream = ? AND last <= ?'),
    addToLedger: db.prepare(
      `INSERT INTO ledger VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, bytes = bytes + excluded.bytes`,
    ),
  } satisfies Record<string, StatementSync>
}

function allStreams(db: DatabaseSync): Stream[] {
  const rows = db.prepare('SELECT * FROM stream ORDER BY id').all()
  return rows.map((row) => {
    const stream = streamOf(row)
    if (stream === undefined) throw new Unusable('where a release stands is not what was written')
    return stream
  })
}

/** A release that has vanished would be begun anew, under numbers that are taken; records that have, nobody would miss. */
function checkStreams(db: DatabaseSync, { file }: StoreOptions): void {
  const streams = allStreams(db)
  const ids = new Set(streams.map(({ id }) => id))
  const last = db.prepare('SELECT max(key) AS last FROM record').get()?.['last']
  if (typeof last === 'number' && !ids.has(Math.floor(last / streamShare)))
    throw new Unusable('records of a release that is not there')
  if (statSync(file).size > checkedBytes) return
  const rows = integer(db.prepare('SELECT count(*) AS rows FROM record').get()?.['rows'])
  const held = streams.reduce((sum, stream) => sum + stream.held, 0)
  if (rows !== held) throw new Unusable(`${rows} records, where ${held} were kept`)
}

function integer(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new Unusable('a column that is no number')
  return value
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new Unusable('a column that is no text')
  return value
}

function pragma(db: DatabaseSync, name: string): number {
  return integer(db.prepare(`PRAGMA ${name}`).get()?.[name])
}

function suspect(file: string): string {
  return `${file}.suspect`
}

type Aside = Omit<Recovered, 'kept' | 'lost'>

function setAside(file: string, reason: string): Aside {
  let count = 1
  while (existsSync(`${file}.damaged-${count}`)) count++
  const target = `${file}.damaged-${count}`
  // The log last: SQLite deletes a log without its file, but would take a file without its log for an older outbox.
  for (const part of ['', '-wal']) if (existsSync(file + part)) renameSync(file + part, target + part)
  rmSync(suspect(file), { force: true })
  return { setAside: target, count, reason }
}
