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
import { Store } from './store.ts'

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

/** An outbox with so many records of 1 kB in it, closed. */
function filled(records: number): { id: string; stream: number } {
  using store = Store.open({ file })
  const { id: stream } = store.transaction(() => store.addStream('energy'))
  store.transaction(() => {
    for (let seq = 1; seq <= records; seq++) store.add(stream, { seq, boot: 1, durable: true, body: 'x'.repeat(900) })
    store.saveStream({
      id: stream,
      release: 'energy',
      given: records,
      sure: records,
      acked: 0,
      receipt: undefined,
      held: records,
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

test('file and log are for their owner alone', () => {
  using store = Store.open({ file })
  store.transaction(() => store.addStream('energy'))
  expect([file, `${file}-wal`].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o600])
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
  expect(add).toThrow(/UNIQUE/)
})

const damages: Record<string, () => void> = {
  'is not SQLite': () => writeFileSync(file, 'Fanal '.repeat(1_000)),
  'is cut short': () => {
    filled(50)
    truncateSync(file, 10_000)
  },
  'ends within its first page': () => {
    filled(50)
    truncateSync(file, 700)
  },
  'has rotten pages': () => {
    filled(50)
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 8_192, 20_480)
    writeFileSync(file, bytes)
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
    expect(store.boot).toBe(1)
    expect(store.recovered).toMatchObject({ setAside, count: 1 })
    id = store.id
  }
  expect(readFileSync(setAside).equals(before)).toBe(true)
  using again = Store.open({ file })
  expect(again).toMatchObject({ id, boot: 2, recovered: undefined })
})

test('records that can still be read go on in the new outbox, in their order, and the others are counted', () => {
  filled(200)
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 102_400, 104_448) // two pages somewhere in the middle
  writeFileSync(file, bytes)
  using store = Store.open({ file })
  const [stream] = store.streams()
  const { kept = 0, lost } = store.recovered ?? {}
  expect(kept).toBeGreaterThan(190)
  expect(kept).toBeLessThan(200)
  expect(stream).toMatchObject({ release: 'energy', given: kept, sure: kept, held: kept })
  expect(lost).toBe(200 - kept)
  expect(store.count(stream!.id, { from: 1, to: 200 })).toBe(kept)
})

test('a bit that rots within a record is noticed', () => {
  const { stream } = filled(50)
  const bytes = readFileSync(file)
  const place = bytes.indexOf('x'.repeat(100), 20_480)
  bytes[place + 10] = 'y'.charCodeAt(0)
  writeFileSync(file, bytes)
  using store = Store.open({ file })
  expect(store.recovered).toBeUndefined()
  const rows = Array.from({ length: 50 }, (_, n) => store.first(stream, { from: n + 1, to: n + 1 }))
  expect(rows.filter((row) => row?.rotten)).toHaveLength(1)
  expect(rows.every((row) => row?.rotten ?? row?.body === 'x'.repeat(900))).toBe(true)
})

test('a file from before there were sums is taken over, and its records count as they are', () => {
  const { stream } = filled(3)
  const db = new DatabaseSync(file)
  db.exec('ALTER TABLE record DROP COLUMN sum; ALTER TABLE stream DROP COLUMN sum; PRAGMA user_version = 1')
  db.close()
  {
    using store = Store.open({ file })
    expect(store.first(stream, { from: 1, to: 3 })).toMatchObject({ seq: 1, body: 'x'.repeat(900) })
    store.transaction(() => {
      store.add(stream, { seq: 4, boot: 2, durable: true, body: '{}' })
      store.saveStream({ ...store.streams()[0]!, given: 4, held: 4 })
    })
  }
  using again = Store.open({ file })
  expect(again.recovered).toBeUndefined()
  expect(again.first(stream, { from: 4, to: 4 })).toEqual({ seq: 4, boot: 2, durable: true, body: '{}' })
})

test('each damaged file is kept', () => {
  for (const count of [1, 2, 3]) {
    writeFileSync(file, 'nonsense'.repeat(200))
    using store = Store.open({ file })
    expect(store.recovered?.count).toBe(count)
  }
})

test('a damaged page met in use is told, and remembered for the next start', () => {
  const { stream } = filled(200)
  // Larger than what a start reads through: the rot lies where only use finds it.
  const db = new DatabaseSync(file)
  db.exec(`CREATE TABLE padding (bytes); INSERT INTO padding VALUES (zeroblob(${65 * 2 ** 20}))`)
  db.close()
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 100_000, 110_000)
  writeFileSync(file, bytes)
  {
    using store = Store.open({ file })
    expect(store.recovered).toBeUndefined()
    expect(codeOf(() => store.count(stream, { from: 1, to: 200 }))).toBe('OUTBOX_DAMAGED')
  }
  using store = Store.open({ file })
  expect(store.recovered).toMatchObject({ setAside: `${file}.damaged-1` })
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
