import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Folder } from '../testing/surroundings.ts'
import { keptIn, tail } from './files.ts'

test('what is kept is counted by its kind', () => {
  using folder = new Folder()
  const files = { 'outbox.db': 10, 'outbox.db-wal': 5, 'audit.ndjson': 7, 'audit.1.ndjson': 1, 'gateway.log': 3 }
  const all = { ...files, 'gateway.1.log': 2, 'history.db': 4, 'control.json': 6, 'last-good.yaml': 1 }
  for (const [name, bytes] of Object.entries(all)) writeFileSync(folder.file(name), 'x'.repeat(bytes))
  const kept = Object.fromEntries(keptIn(folder.path).map(({ what, bytes }) => [what, bytes]))
  expect(kept).toEqual({ outbox: 15, history: 4, audit: 8, log: 5, other: 7 })
  expect(keptIn(folder.file('none')).every(({ bytes }) => bytes === 0)).toBe(true)
})

test('of a long file the last whole lines are told', () => {
  using folder = new Folder()
  writeFileSync(folder.file('log'), Array.from({ length: 1_000 }, (_, n) => `line ${n}\n`).join(''))
  expect(tail(folder.file('log'), 25)).toEqual(['line 998', 'line 999'])
  expect(tail(folder.file('log'), 1e9)).toHaveLength(1_000)
  expect(tail(folder.file('none'), 25)).toEqual([])
})
