import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OutboxError, type OutboxErrorCode } from './error.ts'
import { rowOf, streamSumOf, sumOf } from './row.ts'
import { logFolder, Store } from './store.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'))
  file = join(folder, 'outbox.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

function codeOf(work: () => unknown): OutboxErrorCode | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof OutboxError) return error.code
    throw error
  }
  return undefined
}

const bodyOf = (seq: number) => `${seq} `.repeat(200)

/** The first file of its log. */
const segmentOf = (id: string) => join(logFolder(file), id, '0000.log')

/** Changes what lies there. */
function rot(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path)
  change(bytes)
  writeFileSync(path, bytes)
}

/** An outbox with so many records of 1 kB in it, each a commit, closed. */
function filled(records: number): { id: string; stream: number } {
  using store = Store.open({ file })
  const { id: stream } = store.transaction(() => store.addStream('energy'))
  for (let seq = 1; seq <= records; seq++)
    store.transaction(() => {
      store.add(stream, { seq, boot: 1, durable: true, body: bodyOf(seq) })
      store.saveStream({
        id: stream,
        release: 'energy',
        given: seq,
        sure: seq,
        acked: 0,
        left: 0,
        receipt: undefined,
        held: seq,
      })
    })
  return { id: store.id, stream }
}

test('a start keeps the id and counts the boot', () => {
  const { id } = filled(1)
  for (const boot of [2, 3, 4]) {
    using store = Store.open({ file })
    expect(store).toMatchObject({ id, boot, recovered: undefined })
  }
  expect(id).toMatch(/^[0-9a-f]{16}$/)
})

test('file and logs are for their owner alone', () => {
  using store = Store.open({ file })
  store.transaction(() => store.addStream('energy'))
  const { id } = store
  expect([file, `${file}-wal`, segmentOf(id)].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o600, 0o600])
})

test('the file is as small flash wants it', () => {
  filled(1)
  const db = new DatabaseSync(file)
  expect(db.prepare('PRAGMA page_size').get()).toMatchObject({ page_size: 1024 })
  expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
  expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%'").get()).toMatchObject({
    n: 0,
  })
  db.close()
})

test('a transaction that fails leaves nothing behind', () => {
  using store = Store.open({ file })
  const { id } = store.transaction(() => store.addStream('energy'))
  const row = { seq: 1, boot: 1, durable: true, body: '{}' }
  expect(() =>
    store.transaction(() => {
      store.add(id, row)
      throw new RangeError('no')
    }),
  ).toThrow(RangeError)
  expect(store.first(id, { from: 1, to: 10 })).toBeUndefined()
  store.transaction(() => store.add(id, row))
  expect(store.first(id, { from: 1, to: 10 })).toEqual(row)
})

test('a number is never written twice', () => {
  using store = Store.open({ file })
  const { id } = store.transaction(() => store.addStream('energy'))
  const add = () => store.transaction(() => store.add(id, { seq: 1, boot: 1, durable: true, body: '{}' }))
  add()
  expect(add).toThrow(/in the log/)
})

const damages: Record<string, () => void> = {
  'is not SQLite': () => writeFileSync(file, 'Fanal '.repeat(1_000)),
  'is cut short': () => {
    filled(50)
    truncateSync(file, 5_000)
  },
  'ends within its first page': () => {
    filled(50)
    truncateSync(file, 700)
  },
  'has rotten pages': () => {
    filled(50)
    rot(file, (bytes) => bytes.fill(0xa5, 1_024, 5_000))
  },
  "is another program's": () => {
    const db = new DatabaseSync(file)
    db.exec('CREATE TABLE t (n)')
    db.close()
  },
}

test.each(Object.entries(damages))('a file that %s is set aside, and a new outbox begins', (_, damage) => {
  damage()
  const before = readFileSync(file)
  const setAside = `${file}.damaged-1`
  let id: string
  {
    using store = Store.open({ file })
    expect(store.recovered).toMatchObject({ setAside, count: 1 })
    id = store.id
  }
  expect(readFileSync(setAside).equals(before)).toBe(true)
  using again = Store.open({ file })
  expect(again).toMatchObject({ id, recovered: undefined })
})

test('where the books are damaged, the log gives all records, in their order, to a new outbox', () => {
  filled(200)
  rot(file, (bytes) => bytes.fill(0xa5, 0, 2_048))
  using store = Store.open({ file })
  const [stream] = store.streams()
  expect(store.recovered).toMatchObject({ kept: 200, lost: 0 })
  expect(stream).toMatchObject({ release: 'energy', given: 200, sure: 200, held: 200 })
  expect(store.first(stream!.id, { from: 7, to: 7 })).toMatchObject({ body: bodyOf(7) })
})

test('where books and log are damaged, what can still be read goes on, and the rest is counted', () => {
  const { id } = filled(200)
  rot(file, (bytes) => bytes.fill(0xa5, 0, 2_048))
  rot(segmentOf(id), (bytes) => bytes.fill(0xa5, 20_480, 22_528))
  using store = Store.open({ file })
  const { kept = 0, lost } = store.recovered ?? {}
  expect(kept).toBeGreaterThan(190)
  expect(lost).toBe(200 - kept)
  expect(lost).toBeGreaterThan(0)
})

test('what rots in the log costs its own records, whose numbers are told; those before and after are there', () => {
  const { id, stream } = filled(200)
  rot(segmentOf(id), (bytes) => (bytes[20_500] = (bytes[20_500] ?? 0) ^ 4))
  using store = Store.open({ file })
  expect(store).toMatchObject({ id, recovered: undefined })
  const lost = store.lost(stream)
  expect(lost).toMatchObject([{ why: 'damaged' }])
  const { from = 0, to = 0 } = lost[0] ?? {}
  expect(to).toBe(from)
  expect(store.count(stream, { from: 1, to: 200 })).toBe(199)
  expect(store.first(stream, { from: from + 1, to: 200 })).toMatchObject({ seq: from + 1, body: bodyOf(from + 1) })
})

test('an end of the log that has rotten is not taken for one that was never written', () => {
  const { id, stream } = filled(3)
  rot(segmentOf(id), (bytes) => bytes.fill(0, 1_536, 2_048))
  using store = Store.open({ file })
  expect(store.lost(stream)).toEqual([{ from: 3, to: 3, why: 'damaged' }])
})

test('a torn end is cut off, and written over', () => {
  const { id, stream } = filled(2)
  rot(segmentOf(id), (bytes) => bytes.write('FANF and then nothing', 1_536))
  {
    using store = Store.open({ file })
    expect(store.lost(stream)).toEqual([])
    store.transaction(() => {
      store.add(stream, { seq: 3, boot: 2, durable: true, body: '{}' })
      store.saveStream({ ...store.streams()[0]!, given: 3, sure: 3 })
    })
  }
  using again = Store.open({ file })
  expect(again.count(stream, { from: 1, to: 9 })).toBe(3)
})

test('rot in a segment that is full is met by who reads it, and told', () => {
  using store = Store.open({ file, segmentBytes: 4_096 })
  const { id: stream } = store.transaction(() => store.addStream('energy'))
  for (let seq = 1; seq <= 40; seq++)
    store.transaction(() => store.add(stream, { seq, boot: 1, durable: true, body: bodyOf(seq * 7_919) }))
  const { id } = store
  store[Symbol.dispose]()
  rot(segmentOf(id), (bytes) => bytes.fill(0xa5, 1_024, 1_100))
  using again = Store.open({ file, segmentBytes: 4_096 })
  const rows = Array.from({ length: 40 }, (_, n) => again.first(stream, { from: n + 1, to: n + 1 }))
  expect(rows.filter((row) => row?.rotten)).toHaveLength(1)
  expect(rows.every((row, n) => row?.rotten ?? row?.body === bodyOf((n + 1) * 7_919))).toBe(true)
})

/** As format 2 had it: records in a table. */
function formatTwo(records: number, options: { sums: boolean }): string {
  const db = new DatabaseSync(file)
  const id = '0123456789abcdef'
  const stream = {
    id: 1,
    release: 'energy',
    given: records,
    sure: records,
    acked: 2,
    receipt: 1,
    held: records - 1,
    left: 2,
  }
  db.exec(`
    PRAGMA page_size = 1024; PRAGMA journal_mode = WAL;
    CREATE TABLE outbox (id TEXT NOT NULL, boot INTEGER NOT NULL) STRICT;
    CREATE TABLE stream (
      id INTEGER PRIMARY KEY, release TEXT NOT NULL UNIQUE,
      given INTEGER NOT NULL, sure INTEGER NOT NULL, acked INTEGER NOT NULL, receipt INTEGER, held INTEGER NOT NULL
      ${options.sums ? ', sum INTEGER' : ''}
    ) STRICT;
    CREATE TABLE record (
      key INTEGER PRIMARY KEY, boot INTEGER NOT NULL, durable INTEGER NOT NULL, body TEXT NOT NULL
      ${options.sums ? ', sum INTEGER' : ''}
    ) STRICT;
    CREATE TABLE lost (
      stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (stream, first)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger (
      day TEXT NOT NULL, release TEXT NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (day, release)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO outbox VALUES ('${id}', 4);
    INSERT INTO ledger VALUES ('2026-12-20', 'energy', 7, 700);
    PRAGMA application_id = 1178685004; PRAGMA user_version = ${options.sums ? 2 : 1};
  `)
  const sums = (sum: number) => (options.sums ? [sum] : [])
  const marks = options.sums ? ', ?' : ''
  db.prepare(`INSERT INTO stream VALUES (1, 'energy', ?, ?, 2, 1, ?${marks})`).run(
    ...[records, records, records - 1, ...sums(streamSumOf(stream))],
  )
  const add = db.prepare(`INSERT INTO record VALUES (?, 3, 1, ?${marks})`)
  for (let seq = 2; seq <= records; seq++) {
    const row = { boot: 3, durable: true, body: bodyOf(seq) }
    add.run(2 ** 40 + seq, row.body, ...sums(sumOf(row)))
  }
  db.close()
  return id
}

test.each([{ sums: true }, { sums: false }])('an older file is taken over with all its records: %o', (options) => {
  const id = formatTwo(300, options)
  for (const boot of [5, 6]) {
    using store = Store.open({ file })
    expect(store).toMatchObject({ id, boot, recovered: undefined })
    expect(store.streams()).toMatchObject([
      { release: 'energy', given: 300, sure: 300, acked: 2, receipt: 1, held: 299 },
    ])
    expect(store.first(1, { from: 1, to: 300 })).toEqual({ seq: 2, boot: 3, durable: true, body: bodyOf(2) })
    expect(store.first(1, { from: 300, to: 300 })).toMatchObject({ body: bodyOf(300) })
    expect(store.ledger()).toEqual([{ day: '2026-12-20', release: 'energy', messages: 7, bytes: 700 }])
  }
})

test('a record of an older file that has rotten is told, and the others move', () => {
  formatTwo(20, { sums: true })
  const db = new DatabaseSync(file)
  db.exec(`UPDATE record SET body = 'other' WHERE key = ${2 ** 40 + 9}`)
  expect(rowOf(db.prepare('SELECT * FROM record WHERE key % 16 = 9').get() ?? {}, 2 ** 40).rotten).toBe(true)
  db.close()
  using store = Store.open({ file })
  expect(store.lost(1)).toEqual([{ from: 9, to: 9, why: 'damaged' }])
  expect(store.count(1, { from: 1, to: 20 })).toBe(18)
})

test.each([
  ['where its last segment lies', `UPDATE outbox SET head = replace(head, ',', ';')`],
  ['which segment is the last', `UPDATE outbox SET head = replace(head, '[1,0,', '[1,4,')`],
  ['whose numbers these are', `UPDATE outbox SET id = 'x' || substr(id, 2)`],
  ['how far the books go', 'UPDATE outbox SET commits = commits + 64'],
])('a bit that rots in what the books say of %s stops no start and costs no record', (_, rots) => {
  filled(9)
  const db = new DatabaseSync(file)
  expect(db.prepare(rots).run().changes).toBe(1)
  db.close()
  using store = Store.open({ file })
  expect(store.recovered).toMatchObject({ setAside: `${file}.damaged-1`, kept: 9 })
  const [stream] = store.streams()
  expect(stream).toMatchObject({ release: 'energy', given: 9, held: 9 })
  expect(store.first(stream?.id ?? 0, { from: 9, to: 9 })?.body).toBe(bodyOf(9))
})

test('a log that is gone is told, number by number', () => {
  const { id, stream } = filled(9)
  rmSync(join(logFolder(file), id), { recursive: true })
  using store = Store.open({ file })
  expect(store.lost(stream)).toEqual([{ from: 1, to: 9, why: 'damaged' }])
})

test('a new numbering with nothing in it is read by the next start', () => {
  const { stream } = filled(1)
  {
    using store = Store.open({ file })
    store.transaction(() => store.delete(stream, { from: 1, to: 1 }))
    store.renumber()
  }
  using store = Store.open({ file })
  expect(store.recovered).toBeUndefined()
})

test('each damaged file is kept', () => {
  for (const count of [1, 2, 3]) {
    writeFileSync(file, 'nonsense'.repeat(200))
    using store = Store.open({ file })
    expect(store.recovered?.count).toBe(count)
  }
})

test('a page that could not be read for a while costs nothing', () => {
  const { id } = filled(1)
  writeFileSync(`${file}.suspect`, '')
  using store = Store.open({ file })
  expect(store).toMatchObject({ id, boot: 2, recovered: undefined })
  expect(existsSync(`${file}.suspect`)).toBe(false)
})

test('an empty file, or a log without its file, is a new outbox', () => {
  writeFileSync(file, '')
  {
    using store = Store.open({ file })
    expect(store).toMatchObject({ boot: 1, recovered: undefined })
    copyFileSync(`${file}-wal`, `${file}-kept`)
  }
  rmSync(file)
  copyFileSync(`${file}-kept`, `${file}-wal`)
  using store = Store.open({ file })
  expect(store).toMatchObject({ boot: 1, recovered: undefined })
})

test('a file of a newer Fanal is refused, and left alone', () => {
  filled(1)
  const db = new DatabaseSync(file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  expect(codeOf(() => Store.open({ file }))).toBe('OUTBOX_NEWER')
  expect(existsSync(file)).toBe(true)
})

test('a folder that is not there is told', () => {
  expect(codeOf(() => Store.open({ file: join(folder, 'missing', 'outbox.db') }))).toBe('OUTBOX_OPEN')
})

test('two processes cannot share an outbox', () => {
  using store = Store.open({ file })
  expect(store.boot).toBe(1)
  expect(codeOf(() => Store.open({ file }))).toBe('OUTBOX_BUSY')
  const script = `import { Store } from '${join(import.meta.dirname, 'store.ts')}'
    try { Store.open({ file: '${file}' }) } catch (error) { console.log(error.code) }`
  const other = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(other.stdout.trim()).toBe('OUTBOX_BUSY')
})
