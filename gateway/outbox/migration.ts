/** Format 2 had its records in a table: they move into the log, and the table goes when all of them are there. */
import type { DatabaseSync } from 'node:sqlite'
import type { Change, Group, Loss } from './frame.ts'
import { rowOf, streamShare, type Row } from './row.ts'

/** in one commit */
const together = 64

interface Mover {
  readonly commit: (change: Change) => void
  /** closes the books, and does this with it */
  readonly close: (also: string) => void
}

/** A start that is cut in the middle begins anew: until the table is gone, the log says nothing. */
export function moveRecords(db: DatabaseSync, { commit, close }: Mover): void {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'record'").get() === undefined) return
  let key = -1
  for (;;) {
    const columns = db.prepare('SELECT * FROM record WHERE key > ? ORDER BY key LIMIT ?').all(key, together)
    if (columns.length === 0) break
    const groups: Group[] = []
    const lost: [number, Loss][] = []
    for (const each of columns) {
      key = Number(each['key'])
      const stream = Math.floor(key / streamShare)
      const row = rowOf(each, stream * streamShare)
      if (row.rotten) lost.push([stream, { from: row.seq, to: row.seq, why: 'damaged' }])
      else join(groups, stream, row)
    }
    commit({ streams: [], deleted: [], lost, ledger: [], groups })
  }
  close('DROP TABLE record')
}

function join(groups: Group[], stream: number, row: Row): void {
  const last = groups.at(-1)
  const first = last?.rows[0]
  if (last?.stream === stream && first?.boot === row.boot && first.durable === row.durable)
    groups.splice(-1, 1, { stream, rows: [...last.rows, row] })
  else groups.push({ stream, rows: [row] })
}
