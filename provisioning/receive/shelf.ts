/** Where a recipient keeps what it received: one SQLite file, in which each record stands once. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { makePrivate } from '../../gateway/private-file.ts'
import type { Range, Ranges } from './numbers.ts'

/** Names one numbering. */
export interface StreamName {
  readonly tenant: string
  readonly site: string
  readonly release: string
  readonly outbox: string
}

/** `payload`: the message as it came, JSON. */
export type Kept =
  | {
      readonly kind: 'record'
      readonly of: StreamName
      readonly boot: number
      readonly seq: number
      readonly payload: string
    }
  | {
      readonly kind: 'gap'
      readonly of: StreamName
      readonly boot: number
      readonly range: Range
      readonly why: string
    }

export interface StreamOnShelf {
  readonly name: StreamName
  readonly held: Ranges
  readonly declared: Ranges
}

export const shelfErrorCodes = ['SHELF_OPEN', 'SHELF_NOT_OURS', 'SHELF_WRITE'] as const
export type ShelfErrorCode = (typeof shelfErrorCodes)[number]

export class ShelfError extends Error {
  readonly code: ShelfErrorCode
  readonly file: string

  constructor(code: ShelfErrorCode, file: string, cause: unknown) {
    super(`${code}: ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'ShelfError'
    this.code = code
    this.file = file
  }
}

export interface Shelf extends Disposable {
  /** Every numbering on the shelf, the oldest first. */
  streams(): StreamOnShelf[]
  /** All of them or none; on flash when it returns. Throws SHELF_WRITE. */
  keep(batch: readonly Kept[]): void
}

/** In the file's header (SQLite's `application_id`), so that no other program's database is taken for a shelf. */
const applicationId = 0x46614e53 // FaNS
const version = 1

const schema = `
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, site TEXT NOT NULL, release TEXT NOT NULL, outbox TEXT NOT NULL,
    UNIQUE (tenant, site, release, outbox)
  ) STRICT;
  CREATE TABLE record (
    stream INTEGER NOT NULL REFERENCES stream, seq INTEGER NOT NULL, boot INTEGER NOT NULL, payload TEXT NOT NULL,
    PRIMARY KEY (stream, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE gap (
    stream INTEGER NOT NULL REFERENCES stream, first INTEGER NOT NULL, last INTEGER NOT NULL, boot INTEGER NOT NULL,
    why TEXT NOT NULL, PRIMARY KEY (stream, first, last)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${version};
`

/** Opens the file, or makes it. Throws SHELF_OPEN, or SHELF_NOT_OURS for a database of something else. */
export function openShelf(file: string): Shelf {
  const database = open(file)
  const streamOf = database.prepare(
    'INSERT INTO stream (tenant, site, release, outbox) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET site = site RETURNING id',
  )
  const keepRecord = database.prepare('INSERT OR IGNORE INTO record (stream, seq, boot, payload) VALUES (?, ?, ?, ?)')
  const keepGap = database.prepare('INSERT OR IGNORE INTO gap (stream, first, last, boot, why) VALUES (?, ?, ?, ?, ?)')
  const idOf = ({ tenant, site, release, outbox }: StreamName) =>
    Number(streamOf.get(tenant, site, release, outbox)?.['id'])

  return {
    streams: () => {
      const held = rangesOf(
        database.prepare(`
          SELECT stream, min(seq) AS first, max(seq) AS last
          FROM (SELECT stream, seq, seq - row_number() OVER (PARTITION BY stream ORDER BY seq) AS island FROM record)
          GROUP BY stream, island ORDER BY stream, first`),
      )
      const declared = rangesOf(database.prepare('SELECT stream, first, last FROM gap ORDER BY stream, first'))
      return database
        .prepare('SELECT id, tenant, site, release, outbox FROM stream ORDER BY id')
        .all()
        .map(({ id, tenant, site, release, outbox }) => ({
          name: { tenant: String(tenant), site: String(site), release: String(release), outbox: String(outbox) },
          held: held.get(Number(id)) ?? [],
          declared: declared.get(Number(id)) ?? [],
        }))
    },
    keep: (batch) => {
      try {
        database.exec('BEGIN IMMEDIATE')
        for (const kept of batch) {
          const stream = idOf(kept.of)
          if (kept.kind === 'record') keepRecord.run(stream, kept.seq, kept.boot, kept.payload)
          else keepGap.run(stream, kept.range[0], kept.range[1], kept.boot, kept.why)
        }
        database.exec('COMMIT')
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw new ShelfError('SHELF_WRITE', file, error)
      }
    },
    [Symbol.dispose]: () => database.close(),
  }
}

function open(file: string): DatabaseSync {
  let database: DatabaseSync
  try {
    if (file !== ':memory:') makePrivate(file)
    database = new DatabaseSync(file, { timeout: 5_000 })
    // FULL, since a receipt lets the gateway forget: with NORMAL a power cut takes commits back.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  } catch (error) {
    throw new ShelfError('SHELF_OPEN', file, error)
  }
  try {
    const owner = pragma(database, 'application_id')
    const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'])
    if (owner === 0 && tables === 0) database.exec(`BEGIN; ${schema} COMMIT`)
    else if (owner !== applicationId) throw new Error('the file is the database of another program')
    else if (pragma(database, 'user_version') !== version)
      throw new Error('the file was made by another version of Fanal')
    return database
  } catch (error) {
    database.close()
    throw new ShelfError('SHELF_NOT_OURS', file, error)
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}

function rangesOf(statement: StatementSync): Map<number, Range[]> {
  const ranges = new Map<number, Range[]>()
  for (const { stream, first, last } of statement.iterate()) {
    const known = ranges.get(Number(stream)) ?? []
    ranges.set(Number(stream), known)
    known.push([Number(first), Number(last)])
  }
  return ranges
}
