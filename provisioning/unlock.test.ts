/** `fanal unlock` and `fanal lock` against a gateway's own door, behind which a script answers. */
import { userInfo } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../gateway/local/server.ts'
import type { PresenceTold } from '../gateway/local/session.ts'
import { surroundings, type Surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedTold } from '../gateway/local/testing/scripted.ts'
import { statePaths } from '../gateway/state.ts'
import type { Context } from './context.ts'
import { typed } from './testing/typed.ts'
import { lock, unlock } from './unlock.ts'

const until = '2026-12-21T16:15:00Z'

let around: Surroundings
let ends: AsyncDisposableStack
let held: PresenceTold | undefined
let asked: unknown[]
let isUnlocked: boolean

beforeEach(async () => {
  around = surroundings()
  ends = new AsyncDisposableStack()
  held = undefined
  asked = []
  isUnlocked = false
  const told = scriptedTold({
    passThrough: {
      told: () => [
        { line: 'yard', listen: '127.0.0.1:1602', connections: 0, reads: 0, writes: 0, refused: 0, busy: 0 },
      ],
      unlock: ({ line, who, reason, minutes }, door) => {
        asked.push([line, who, reason, minutes, door])
        if (held !== undefined) return { held }
        isUnlocked = true
        return { line, who, reason, until }
      },
      lock: (line, by) => {
        asked.push([line, by])
        const was = isUnlocked
        isUnlocked = false
        return was
      },
    },
  })
  const access = ends.use(await around.access())
  ends.use(await serve(statePaths(around.folder).socket, { told, access, clock: around.clock, log: around.log }))
})
afterEach(async () => {
  await ends.disposeAsync()
  around.end()
})

const state = () => ({ state: around.folder })
const unlocking =
  (options: object, line = 'yard') =>
  (context: Context) =>
    unlock(context, line, { ...state(), because: 'ratio of the meter', ...options })
const locking =
  (options: object = {}, line = 'yard') =>
  (context: Context) =>
    lock(context, line, { ...state(), ...options })

test('is unlocked for a while, told, and locked again', async () => {
  expect(await typed(unlocking({ for: '1h', who: 'm.durand' }))).toEqual({
    exit: 0,
    out: [],
    err: [
      'Tools may write to yard at 127.0.0.1:1602 until 17:15, past all limits of control. m.durand works at this cabinet until then: nobody commands from elsewhere. To end it: fanal lock yard',
    ],
  })
  expect((await typed(locking({ who: 'm.durand' }))).err).toEqual([
    'Tools write to yard no more. What control owns there is written again.',
  ])
  expect((await typed(locking({ who: 'm.durand' }))).err).toEqual(['yard was not unlocked.'])
  expect(asked).toEqual([
    ['yard', 'm.durand', 'ratio of the meter', 60, 'socket'],
    ['yard', 'm.durand'],
    ['yard', 'm.durand'],
  ])
})

test('is the user’s, for a quarter of an hour, where nothing else is said', async () => {
  const { out } = await typed(unlocking({}), 'fr', true)
  expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
    { line: 'yard', who: userInfo().username, reason: 'ratio of the meter', until },
  ])
  expect(asked).toMatchObject([[expect.anything(), expect.anything(), expect.anything(), 15, 'socket']])
  expect((await typed(locking(), 'en', true)).out).toEqual(['{"line":"yard","was":"unlocked"}'])
})

test('while another works here, is not', async () => {
  held = { who: 'a.petit', since: until, until }
  expect(await typed(unlocking({}))).toMatchObject({
    exit: 1,
    err: ['a.petit works at this cabinet until 17:15. Only they say that they have gone: ask them.'],
  })
})

test('of a line that tools do not reach, says which they do', async () => {
  const sentence =
    'Tools have no way to a line “feeder”. Those that they reach: yard. Another: `pass_through` in the site file.'
  expect(await typed(unlocking({}, 'feeder'))).toMatchObject({ exit: 1, err: [sentence] })
  expect(await typed(locking({}, 'feeder'))).toMatchObject({ exit: 1, err: [sentence] })
  expect(asked).toEqual([])
})

test.each([{ for: '9h' }, { for: '30s' }, { because: ' ' }, { because: 'x'.repeat(201) }, { who: ' ' }])(
  '%o is a mistake of the command line, and nothing is asked',
  async (options) => {
    const { exit, out } = await typed(unlocking(options), 'en', true)
    expect([exit, JSON.parse(out[0] ?? '')]).toMatchObject([3, { event: 'refused', code: 'NOT_AN_UNLOCK' }])
    expect(asked).toEqual([])
  },
)
