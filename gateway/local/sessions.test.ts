import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { hashOf } from './codes.ts'
import { longestIdleMs, Sessions } from './sessions.ts'

const opened = () => {
  const clock = fakeClock()
  return { clock, sessions: new Sessions(clock, (count) => randomBytes(count)) }
}

test('looking whether a session goes on is no use of it', async () => {
  const { clock, sessions } = opened()
  const { token, session } = sessions.begin('m')
  await clock.advance(longestIdleMs - 1)
  expect(sessions.goesOn(session)).toBe(true)
  await clock.advance(1)
  expect(sessions.goesOn(session)).toBe(false)
  expect(sessions.use(token)).toBeUndefined()
})

test('no token stays here, and each is another', () => {
  const { sessions } = opened()
  const tokens = Array.from({ length: 8 }, () => sessions.begin('m').token)
  expect(new Set(tokens).size).toBe(8)
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  const kept = JSON.stringify(sessions.kept())
  for (const token of tokens) expect(kept).not.toContain(token)
  expect(kept).toContain(hashOf(tokens[0]!))
})

test('one account has ten at most: the one that is unused for longest ends', async () => {
  const { clock, sessions } = opened()
  const other = sessions.begin('other')
  const first = sessions.begin('m')
  await clock.advance(1)
  const second = sessions.begin('m')
  await clock.advance(1)
  sessions.use(first.token)
  for (let n = 0; n < 9; n++) sessions.begin('m')
  expect(sessions.goesOn(second.session)).toBe(false)
  expect(sessions.goesOn(first.session)).toBe(true)
  expect(sessions.goesOn(other.session)).toBe(true)
  expect(sessions.kept().filter(({ name }) => name === 'm')).toHaveLength(10)
})
