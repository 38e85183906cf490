import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openShelf, ShelfError, type Kept } from './shelf.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-shelf-'))
  file = join(folder, 'shelf.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

const of = { tenant: 'ville', site: 'rue-haute', release: 'energy', outbox: 'b0x' }
const record = (seq: number, name = of): Kept => ({ kind: 'record', of: name, boot: 1, seq, payload: `{"seq":${seq}}` })

test('what was kept is there when it is opened again, each record once', () => {
  {
    using shelf = openShelf(file)
    shelf.keep([1, 2, 3, 3, 7].map((seq) => record(seq)))
    shelf.keep([record(2), { kind: 'gap', of, boot: 1, range: [4, 5], why: 'power-cut' }])
    shelf.keep([record(9, { ...of, outbox: 'another' })])
  }
  using shelf = openShelf(file)
  expect(shelf.streams()).toEqual([
    {
      name: of,
      held: [
        [1, 3],
        [7, 7],
      ],
      declared: [[4, 5]],
    },
    { name: { ...of, outbox: 'another' }, held: [[9, 9]], declared: [] },
  ])
  const reader = new DatabaseSync(file, { readOnly: true })
  expect(reader.prepare('SELECT count(*) AS n FROM record').get()).toMatchObject({ n: 5 })
  expect(reader.prepare('SELECT payload FROM record WHERE seq = 7').get()).toMatchObject({ payload: '{"seq":7}' })
  reader.close()
})

test('file and log are for their owner alone; what is in memory makes no file', () => {
  using shelf = openShelf(file)
  shelf.keep([record(1)])
  expect([file, `${file}-wal`].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o600])
  using memory = openShelf(':memory:')
  expect(memory.streams()).toEqual([])
  expect(existsSync(':memory:')).toBe(false)
})

test('a batch is kept whole or not at all', () => {
  using shelf = openShelf(file)
  const broken = { ...record(2), seq: 1.5 }
  expect(() => shelf.keep([record(1), broken])).toThrow(ShelfError)
  expect(shelf.streams()).toEqual([])
  shelf.keep([record(1)])
  expect(shelf.streams()).toHaveLength(1)
})

const codeOf = (open: () => unknown) => {
  try {
    open()
  } catch (error) {
    return error instanceof ShelfError ? error.code : error
  }
  return undefined
}

test('another program’s file is left alone', () => {
  writeFileSync(file, 'no database at all, but long enough to be taken for the header of one; '.repeat(20))
  expect(codeOf(() => openShelf(file))).toBe('SHELF_OPEN')
  expect(codeOf(() => openShelf(join(folder, 'no', 'such', 'folder')))).toBe('SHELF_OPEN')

  const theirs = join(folder, 'theirs.db')
  const database = new DatabaseSync(theirs)
  database.exec('CREATE TABLE accounts (id INTEGER)')
  database.close()
  expect(codeOf(() => openShelf(theirs))).toBe('SHELF_NOT_OURS')
})
