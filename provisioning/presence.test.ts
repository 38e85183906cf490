/** `fanal presence` against a gateway's own door, behind which a script answers. */
import { userInfo } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Access } from '../gateway/local/access.ts'
import { serve } from '../gateway/local/server.ts'
import type { PresenceTold } from '../gateway/local/session.ts'
import { surroundings, type Surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedStatus, scriptedTold } from '../gateway/local/testing/scripted.ts'
import { statePaths } from '../gateway/state.ts'
import type { Context } from './context.ts'
import { presence } from './presence.ts'
import { typed } from './testing/typed.ts'

const now = '2026-12-21T16:00:00Z'

let around: Surroundings
let access: Access
let server: AsyncDisposable
let held: PresenceTold | undefined
let asked: [who: string, minutes: number][]

beforeEach(async () => {
  around = surroundings()
  held = undefined
  asked = []
  const told = scriptedTold({
    status: () => Promise.resolve({ ...scriptedStatus, ...(held === undefined ? {} : { presence: held }) }),
    presence: {
      held: () => held,
      hold: (who, minutes) => {
        asked.push([who, minutes])
        if (held !== undefined && held.who !== who) return { held }
        const until = Temporal.Instant.from(now).add({ minutes })
        held = { who, since: now, until: until.toString() }
        return held
      },
      leave: () => {
        held = undefined
      },
    },
  })
  access = await around.access()
  server = await serve(statePaths(around.folder).socket, { told, access, clock: around.clock, log: around.log })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await access[Symbol.asyncDispose]()
  around.end()
})

const verb = (options: object) => (context: Context) => presence(context, { state: around.folder, ...options })

test('is held for a while, told, and released', async () => {
  expect((await typed(verb({}))).err).toEqual(['Nobody works at this cabinet.'])
  expect(await typed(verb({ for: '2h', who: 'm.durand' }))).toEqual({
    exit: 0,
    out: [],
    err: ['m.durand works at this cabinet until 19:00: nobody commands from elsewhere. The program goes on.'],
  })
  expect((await typed(verb({}), 'fr')).err).toEqual([
    'm.durand travaille à cette armoire jusqu’à 19 h 00 : personne ne commande d’ailleurs. Le programme continue.',
  ])
  expect((await typed(verb({}), 'en', true)).out.map((line) => JSON.parse(line) as unknown)).toEqual([held])
  expect((await typed(verb({ release: true, who: 'm.durand' }))).err).toEqual(['Nobody works at this cabinet.'])
  expect(asked).toEqual([['m.durand', 120]])
})

test('is the user’s where nobody else is named', async () => {
  await typed(verb({ for: '90m' }))
  expect(asked).toEqual([[userInfo().username, 90]])
})

test('of another is not taken over', async () => {
  await typed(verb({ for: '2h', who: 'm.durand' }))
  const { exit, err } = await typed(verb({ for: '1h', who: 'a.petit' }))
  expect([exit, err]).toEqual([
    1,
    ['m.durand works at this cabinet until 19:00. Only they say that they have gone: ask them.'],
  ])
})

test.each([{ for: '9h' }, { for: '30s' }, { for: 'long' }, { for: '2h', release: true }, { for: '2h', who: ' ' }])(
  '%o is a mistake of the command line, and nothing is asked',
  async (options) => {
    const { exit, out } = await typed(verb(options), 'en', true)
    expect([exit, JSON.parse(out[0] ?? '')]).toMatchObject([3, { event: 'refused', code: 'NOT_A_PRESENCE' }])
    expect(asked).toEqual([])
  },
)
