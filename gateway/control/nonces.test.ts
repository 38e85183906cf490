import { expect, test } from 'vitest'
import { Nonces } from './nonces.ts'

const dayMs = 86_400_000

test('a nonce is used once, for as long as its order could come again', () => {
  const nonces = new Nonces()
  expect([nonces.use('a', 0), nonces.use('a', dayMs - 1), nonces.use('b', 10)]).toEqual(['fresh', 'replayed', 'fresh'])
  expect([nonces.use('a', dayMs), nonces.use('b', dayMs)]).toEqual(['fresh', 'replayed'])
})

test('survives a restart, with the time that has passed', () => {
  const before = new Nonces()
  before.use('a', 0)
  before.use('b', 1_000)
  const after = new Nonces()
  after.restore(before.entries(2_000), 50)
  expect([after.use('a', 60), after.use('b', 60), after.use('c', 60)]).toEqual(['replayed', 'replayed', 'fresh'])
  expect(after.use('a', 50 + dayMs - 2_000)).toBe('fresh')
})

test('remembers so many and no more: the next are turned away, none is forgotten', () => {
  const nonces = new Nonces()
  for (let n = 0; n < 10_000; n++) expect(nonces.use(`n${n}`, 0)).toBe('fresh')
  expect([nonces.use('one more', 0), nonces.use('n0', 0), nonces.use('one more', dayMs)]).toEqual([
    'too-many',
    'replayed',
    'fresh',
  ])
})
