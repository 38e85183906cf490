import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Access } from './access.ts'
import type { WhyTold } from './answers.ts'
import { ask, follow, NotDone, remove, tell } from './client.ts'
import type { LocalCommand, LocalRelease } from './orders.ts'
import { serve } from './server.ts'
import { scriptedPresence, scriptedTold, scriptedVerdict as verdict } from './testing/scripted.ts'
import { surroundings, type Surroundings } from './testing/doors.ts'

const why: WhyTold = { at: '2026-12-21T22:00:00Z', timeZone: 'Europe/Paris', trust: 'synced' }

let around: Surroundings
let socket: string
let access: Access
let server: AsyncDisposable
let commands: LocalCommand[]
let releases: LocalRelease[]
let asked: [string, string | undefined][]

beforeEach(async () => {
  around = surroundings()
  socket = join(around.folder, 'gateway.sock')
  commands = []
  releases = []
  asked = []
  const told = scriptedTold({
    command: (order, door) => {
      expect(door).toBe('socket')
      commands.push(order)
      return Promise.resolve(verdict)
    },
    release: (order) => {
      releases.push(order)
      return Promise.resolve(verdict)
    },
    why: (setpoint, at) => {
      asked.push([setpoint, at?.toString()])
      return setpoint === 'north.level' ? why : undefined
    },
    data: () => Promise.reject(new Error('the disk says /etc/secret')),
    presence: scriptedPresence(),
  })
  access = await around.access()
  server = await serve(socket, { told, access, clock: around.clock, log: around.log })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await access[Symbol.asyncDispose]()
  around.end()
})

const order = { setpoint: 'north.level', value: 60, lease_ms: 60_000, reason: 'market', who: 'm' }

test('a command goes in, its verdict comes out', async () => {
  expect(await tell(socket, '/api/command', order)).toEqual(verdict)
  expect(await tell(socket, '/api/command', { ...order, value: true })).toEqual(verdict)
  const common = { setpoint: 'north.level', leaseMs: 60_000, reason: 'market', who: 'm' }
  expect(commands).toEqual([
    { ...common, value: 60 },
    { ...common, value: true },
  ])
})

test('so does a release', async () => {
  expect(await tell(socket, '/api/release', { setpoint: 'north.level', reason: '', who: 'm' })).toEqual(verdict)
  expect(releases).toEqual([{ setpoint: 'north.level', reason: '', who: 'm' }])
})

test.each([
  { ...order, value: 'half' },
  { ...order, lease_ms: 0 },
  { ...order, lease_ms: undefined },
  { ...order, reason: ' ' },
  { ...order, who: '' },
  { ...order, reason: 'x'.repeat(10_000) },
])('%o is no order, and reaches nobody', async (body) => {
  await expect(tell(socket, '/api/command', body)).rejects.toThrow(/HTTP 4\d\d/)
  expect(commands).toEqual([])
})

test('what is much larger than an order is not even read', async () => {
  await expect(tell(socket, '/api/command', { ...order, padding: 'x'.repeat(5_000) })).rejects.toThrow('HTTP 413')
  expect(commands).toEqual([])
})

test('why is asked of a moment, or of now', async () => {
  expect(await ask(socket, '/api/why?setpoint=north.level')).toEqual(why)
  expect(await ask(socket, '/api/why?setpoint=north.level&at=2026-12-21T02:10:00%2B01:00')).toEqual(why)
  expect(asked).toEqual([
    ['north.level', undefined],
    ['north.level', '2026-12-21T01:10:00Z'],
  ])
  await expect(ask(socket, '/api/why?setpoint=west.level')).rejects.toThrow('HTTP 404')
  await expect(ask(socket, '/api/why?setpoint=north.level&at=soon')).rejects.toThrow('HTTP 400')
})

test('whoever is not of the gateway’s group has no socket', () => {
  expect(statSync(socket).mode & 0o777).toBe(0o660)
})

test('a failure inside is told as such, and its words stay in the log', async () => {
  await expect(ask(socket, '/api/data')).rejects.toThrow('/api/data: HTTP 500')
  expect(around.logged).toMatchObject([{ level: 'error', what: { err: { message: 'the disk says /etc/secret' } } }])
})

test('what a page cannot have asked for is not answered here', async () => {
  for (const path of ['/', '/api/session', '/api/setup', '/api/login', '/status'])
    await expect(ask(socket, path)).rejects.toThrow('HTTP 404')
})

test('the presence lock is another’s as long as it is', async () => {
  expect(await tell(socket, '/api/presence', { minutes: 120, who: 'm.durand' })).toMatchObject({ who: 'm.durand' })
  const refused = await tell(socket, '/api/presence', { minutes: 5, who: 'a.petit' }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(NotDone)
  expect(refused).toMatchObject({ refusal: { error: 'SOMEBODY_WORKS_HERE', words: { who: 'm.durand' } } })
  expect(await remove(socket, '/api/presence?who=a.petit')).toBeUndefined()
  expect(await tell(socket, '/api/presence', { minutes: 5, who: 'a.petit' })).toMatchObject({ who: 'a.petit' })
})

test('a password that was forgotten is set here, an account that is not there is made', async () => {
  const password = 'a long enough one'
  expect(await ask(socket, '/api/accounts')).toEqual([])
  expect(await tell(socket, '/api/accounts/password', { name: 'm', password })).toEqual({
    name: 'm',
    role: 'administrator',
  })
  expect(await tell(socket, '/api/accounts/password', { name: 'n', password })).toMatchObject({ role: 'viewer' })
  expect(await tell(socket, '/api/accounts', { name: 'n', role: 'technician' })).toMatchObject({ role: 'technician' })
  await expect(tell(socket, '/api/accounts/password', { name: 'm', password, role: 'viewer' })).rejects.toMatchObject({
    refusal: { error: 'LAST_ADMINISTRATOR' },
  })
  await expect(tell(socket, '/api/accounts/password', { name: 'm', password: 'short' })).rejects.toThrow('HTTP 400')
  expect(await remove(socket, '/api/accounts?name=n')).toBeUndefined()
  expect(await ask(socket, '/api/accounts')).toEqual([{ name: 'm', role: 'administrator' }])
})

test('watch tells each point as it is, one a line', async () => {
  const stop = new AbortController()
  const lines = follow(socket, '/api/watch', stop.signal)
  expect((await lines.next()).value).toMatchObject({ point: 'feeder.frequency' })
  stop.abort()
  await lines.return(undefined)
})
