/**
 * The history's tables, on flash. Synchronous: belongs into a thread that may wait.
 *
 * WAL with synchronous=NORMAL: a power cut may lose the last commits, but never leaves half of one. What comes is appended to
 * `recent`, a row for each series and commit, without an index: an index by series would rewrite a page for each of them each
 * time. Once a day or so it moves into `block`, a long row for each series, which is found by its series.
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import type { Sensitivity } from '../../drivers/quantities.ts'
import { makePrivate } from '../private-file.ts'
import { Unusable } from '../sqlite-error.ts'
import { decode, Garbled, type Visit } from './block.ts'
import { coded } from './coded.ts'
import { HistoryError } from './error.ts'
import { mostSpanMs, Runs, type Encoded } from './runs.ts'
import { grainMs, retention, timeGrainMs, type Series } from './series.ts'

/** `FANH`: tells a history from any other SQLite file. */
const applicationId = 0x46414e48
const formatVersion = 1
const pageBytes = 4_096

/**
 * `at`: the wall clock at the last commit; `ran`: how long the gateway had been at work by then, all its starts together.
 * Times are in ms. `ran` of a row is that of its oldest part: what a wrong clock has dated ages by it.
 */
const tables = `
  CREATE TABLE history (at INTEGER, ran INTEGER NOT NULL) STRICT;
  INSERT INTO history VALUES (NULL, 0);
  CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sensitivity TEXT NOT NULL, finest REAL) STRICT;
  CREATE TABLE recent (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, ran INTEGER NOT NULL,
    grain REAL NOT NULL, digits INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE block (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, ran INTEGER NOT NULL,
    grain REAL NOT NULL, digits INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX block_of ON block (series, last, first, ran, grain);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`
const bothTables = ['block', 'recent'] as const

/** Of the quota, for rows; the rest is for the log, and for what a move writes before it deletes. */
const rowShare = 3 / 4
/** So many rows go at once when room is needed. */
const droppedAtOnce = 32
/** What a row takes beyond its body: header, its share of the index and of the pages' ends. */
const rowBytes = 64
/** Of bodies in `recent`, at which they move. */
const mostRecentBytes = 2 * 2 ** 20

/** What a commit brings of one series. */
export interface Fresh extends Encoded {
  readonly series: Series
}

export interface Progress {
  readonly atMs: number
  readonly ranMs: number
}

export interface StoreOptions {
  readonly file: string
  readonly quotaBytes: number
  /** the guards, for tests that take one out */
  readonly without?: 'retention' | 'quota' | 'sync'
}

export class Store implements Disposable {
  readonly #options: StoreOptions
  readonly #db: DatabaseSync
  readonly #statements: ReturnType<typeof prepare>

  private constructor(options: StoreOptions) {
    this.#options = options
    makePrivate(options.file)
    this.#db = new DatabaseSync(options.file)
    try {
      prepareFile(this.#db, options)
      this.#statements = prepare(this.#db)
      this.progress()
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** Opens or makes the file. Throws a HistoryError; of a damaged file HISTORY_DAMAGED, and `setAside` makes room for a new one. */
  static open(options: StoreOptions): Store {
    try {
      return new Store(options)
    } catch (error) {
      throw coded(error, options.file)
    }
  }

  /** Of the last commit; undefined: there was none yet. */
  progress(): Progress | undefined {
    const row = this.#guard(() => this.#db.prepare('SELECT at, ran FROM history').get())
    if (row === undefined) throw new Unusable('a history without its first row')
    return row['at'] === null ? undefined : { atMs: integer(row['at']), ranMs: integer(row['ran']) }
  }

  /** What the site says of its series now; what may not be kept any more goes at once, and what a lower quota has no room for. */
  enroll(list: readonly Series[]): void {
    this.#transaction(() => {
      this.#makeRoom(0)
      for (const { name, sensitivity, finestMs } of list)
        this.#statements.enroll.run(name, sensitivity, finestMs ?? null)
      if (this.#options.without === 'retention') return
      for (const { id, ...series } of this.#known()) {
        const grain = grainMs(series)
        if (grain === timeGrainMs) continue
        for (const table of bothTables) this.#statements.finer[table].run(id, grain ?? Infinity)
      }
    })
    this.#guard(() => {
      if (pragma(this.#db, 'page_count') > this.#mostPages) this.#db.exec('PRAGMA incremental_vacuum')
    })
  }

  /** The names of series of which there is something. */
  names(): string[] {
    return this.#guard(() => this.#statements.names.all().map((row) => text(row['name'])))
  }

  /** All of it or nothing. */
  commit(fresh: readonly Fresh[], { atMs, ranMs }: Progress): void {
    this.#transaction(() => {
      this.#makeRoom(fresh.reduce((bytes, { body }) => bytes + body.length + rowBytes, 0))
      for (const { series, firstMs, lastMs, body } of fresh) {
        const id = integer(this.#statements.id.get(series.name)?.['id'])
        this.#statements.add.recent.run(id, firstMs, lastMs, ranMs, grainMs(series) ?? 0, series.digits, body)
      }
      this.#statements.progress.run(atMs, ranMs)
    })
  }

  /** Moves what came lately into blocks, when it is a day's or much. */
  moveIfDue({ ranMs }: Progress): void {
    const { bytes, ran } = this.#guard(() => this.#statements.recent.get()) ?? {}
    if (typeof bytes !== 'number' || typeof ran !== 'number') return
    if (bytes < Math.min(mostRecentBytes, this.#options.quotaBytes / 16) && ranMs - ran < mostSpanMs) return
    this.#transaction(() => {
      this.#makeRoom(bytes)
      this.#move()
    })
    this.#guard(() => {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    })
  }

  /** Deletes what is too old by the wall clock, or by the time that the gateway has been at work since. */
  sweep({ atMs, ranMs }: Progress): void {
    if (this.#options.without === 'retention') return
    this.#transaction(() => {
      for (const [sensitivity, keptMs] of Object.entries(retention)) {
        for (const table of bothTables) this.#statements.older[table].run(sensitivity, atMs - keptMs, ranMs - keptMs)
      }
    })
  }

  /** In the order in which they came, of each block that has to do with that time, all samples. */
  read(name: string, fromMs: number, untilMs: number, visit: (grainMs: number, digits: number) => Visit): void {
    this.#guard(() => {
      for (const table of bothTables) {
        for (const row of this.#statements.read[table].iterate(name, fromMs, untilMs)) {
          const grain = integer(row['grain'])
          readable(() => decode(bytes(row['body']), grain, visit(grain, integer(row['digits']))))
        }
      }
    })
  }

  /** Of the row that has been there for the longest. */
  oldestMs(): number | undefined {
    return this.#guard(() => {
      const row = this.#statements.oldest.block.get() ?? this.#statements.oldest.recent.get()
      return row && integer(row['first'])
    })
  }

  [Symbol.dispose](): void {
    if (this.#db.isOpen) this.#db.close()
  }

  get #mostPages(): number {
    return Math.floor((this.#options.quotaBytes * rowShare) / pageBytes)
  }

  #known() {
    return this.#statements.known.all().map((row) => ({
      id: integer(row['id']),
      sensitivity: sensitivity(row['sensitivity']),
      ...(row['finest'] === null ? {} : { finestMs: integer(row['finest']) }),
    }))
  }

  /** The oldest go. */
  #makeRoom(neededBytes: number): void {
    if (this.#options.without === 'quota') return
    const needed = Math.ceil(neededBytes / pageBytes)
    const used = () => pragma(this.#db, 'page_count') - pragma(this.#db, 'freelist_count')
    while (used() + needed > this.#mostPages) {
      const { changes } = this.#statements.drop.block.run()
      if (changes === 0 && this.#statements.drop.recent.run().changes === 0) return
    }
  }

  /** Series by series, so that little is in memory at a time. */
  #move(): void {
    let open: { series: number; grain: number; digits: number; ran: number; runs: Runs } | undefined
    const end = () => {
      if (open === undefined) return
      const { series, grain, digits, ran, runs } = open
      for (const { firstMs, lastMs, body } of runs.taken())
        this.#statements.add.block.run(series, firstMs, lastMs, ran, grain, digits, body)
    }
    for (const { id } of this.#statements.bySeries.all()) {
      const row = this.#statements.row.get(integer(id))
      const [series, grain, digits] = [integer(row?.['series']), integer(row?.['grain']), integer(row?.['digits'])]
      if (open === undefined || series !== open.series || grain !== open.grain || digits !== open.digits) {
        end()
        open = { series, grain, digits, ran: integer(row?.['ran']), runs: new Runs(grain) }
      }
      const { runs } = open
      readable(() => decode(bytes(row?.['body']), grain, (atMs, scaled) => runs.add(atMs, scaled)))
    }
    end()
    this.#db.exec('DELETE FROM recent')
  }

  #transaction(work: () => void): void {
    this.#guard(() => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        work()
        this.#db.exec('COMMIT')
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw coded(error, this.#options.file)
    }
  }
}

/** Makes room for a new file. One is kept for who wants to know; the one before it goes. */
export function setAside(file: string): void {
  try {
    for (const part of ['', '-wal']) {
      if (existsSync(file + part)) renameSync(file + part, `${aside(file)}${part}`)
      else rmSync(`${aside(file)}${part}`, { force: true })
    }
  } catch (error) {
    throw coded(error, file)
  }
}

/** What was set aside tells how people live, too. */
export function dropAside(file: string, olderThanMs: number): void {
  try {
    const seen = statSync(aside(file), { throwIfNoEntry: false })
    if (seen === undefined || seen.mtimeMs >= olderThanMs) return
    for (const part of ['', '-wal']) rmSync(`${aside(file)}${part}`, { force: true })
  } catch (error) {
    throw coded(error, file)
  }
}

/** What the history takes on the disk; what was set aside is not its own any more. */
export function bytesOf(file: string): number {
  return ['', '-wal'].reduce((sum, part) => sum + (statSync(file + part, { throwIfNoEntry: false })?.size ?? 0), 0)
}

function aside(file: string): string {
  return `${file}.damaged`
}

function prepareFile(db: DatabaseSync, { file, quotaBytes, without }: StoreOptions): void {
  const logPages = Math.max(8, Math.floor(Math.min(2 ** 20, quotaBytes / 16) / pageBytes))
  // Exclusive: two gateways started by mistake do not mix their samples; and no shared memory file.
  db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE`)
  const isNew = pragma(db, 'schema_version') === 0
  if (!isNew) {
    if (pragma(db, 'application_id') !== applicationId) throw new Unusable('another program made this file')
    if (pragma(db, 'user_version') > formatVersion) {
      const remedy = 'install that version again, or move the file away to begin a new history'
      throw new HistoryError('HISTORY_NEWER', `${file} was written by a newer Fanal; ${remedy}`)
    }
  }
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${without === 'sync' ? 'OFF' : 'NORMAL'};
    PRAGMA wal_autocheckpoint = ${logPages};
    PRAGMA journal_size_limit = ${logPages * pageBytes};
    PRAGMA cache_size = -512;
    PRAGMA temp_store = MEMORY;
  `)
  if (isNew) db.exec(`BEGIN IMMEDIATE; ${tables} COMMIT`)
}

function prepare(db: DatabaseSync) {
  const both = (sql: (table: string) => string): Record<(typeof bothTables)[number], StatementSync> => ({
    block: db.prepare(sql('block')),
    recent: db.prepare(sql('recent')),
  })
  return {
    enroll: db.prepare(
      `INSERT INTO series (name, sensitivity, finest) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET sensitivity = excluded.sensitivity, finest = excluded.finest
       WHERE sensitivity <> excluded.sensitivity OR finest IS NOT excluded.finest`,
    ),
    known: db.prepare('SELECT id, sensitivity, finest FROM series'),
    names: db.prepare(
      `SELECT name FROM series WHERE EXISTS (SELECT 1 FROM block WHERE series = series.id)
       OR id IN (SELECT series FROM recent)`,
    ),
    id: db.prepare('SELECT id FROM series WHERE name = ?'),
    add: both((table) => `INSERT INTO ${table} VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)`),
    progress: db.prepare('UPDATE history SET at = ?, ran = ?'),
    finer: both((table) => `DELETE FROM ${table} WHERE series = ? AND grain < ?`),
    older: both(
      (table) => `DELETE FROM ${table}
        WHERE series IN (SELECT id FROM series WHERE sensitivity = ?) AND (first < ? OR ran < ?)`,
    ),
    drop: both(
      (table) => `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ORDER BY id LIMIT ${droppedAtOnce})`,
    ),
    read: both(
      (table) => `SELECT grain, digits, body FROM ${table}
        WHERE series = (SELECT id FROM series WHERE name = ?) AND last >= ? AND first < ? ORDER BY id`,
    ),
    oldest: both((table) => `SELECT first FROM ${table} ORDER BY id LIMIT 1`),
    recent: db.prepare('SELECT sum(length(body)) AS bytes, min(ran) AS ran FROM recent'),
    bySeries: db.prepare('SELECT id FROM recent ORDER BY series, id'),
    row: db.prepare('SELECT series, grain, digits, ran, body FROM recent WHERE id = ?'),
  }
}

/** A block that makes no sense is left out: the rest is none the worse. */
function readable(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Garbled)) throw error
  }
}

function integer(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new Unusable('a column that is no number')
  return value
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new Unusable('a column that is no text')
  return value
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Unusable('a column that is no bytes')
  return value
}

function sensitivity(value: SQLOutputValue | undefined): Sensitivity {
  const known = Object.keys(retention).find((name): name is Sensitivity => name === value)
  if (known === undefined) throw new Unusable('a sensitivity that is not known')
  return known
}

function pragma(db: DatabaseSync, name: string): number {
  return integer(db.prepare(`PRAGMA ${name}`).get()?.[name])
}
