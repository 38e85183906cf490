import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { VerdictTold, WhyTold } from './answers.ts'
import { ask, tell } from './client.ts'
import type { LocalCommand, LocalRelease } from './orders.ts'
import { serve, type Told } from './server.ts'

const verdict: VerdictTold = {
  verdict: 'refused',
  setpoint: 'north.level',
  code: 'COMMAND_BELOW_FLOOR',
  words: { floor: 30 },
}
const why: WhyTold = { at: '2026-12-21T22:00:00Z', timeZone: 'Europe/Paris', trust: 'synced' }

let folder: string
let socket: string
let server: AsyncDisposable
let commands: LocalCommand[]
let releases: LocalRelease[]
let asked: [string, string | undefined][]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-'))
  socket = join(folder, 'gateway.sock')
  commands = []
  releases = []
  asked = []
  const told: Told = {
    status: () => Promise.reject(new Error('not asked for here')),
    points: () => [],
    watch: () => undefined,
    command: (order) => {
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
  }
  server = await serve(socket, told)
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const order = { setpoint: 'north.level', value: 60, lease_ms: 60_000, reason: 'market', who: 'm' }

test('a command goes in, its verdict comes out', async () => {
  expect(await tell(socket, '/command', order)).toEqual(verdict)
  expect(await tell(socket, '/command', { ...order, value: true })).toEqual(verdict)
  const common = { setpoint: 'north.level', leaseMs: 60_000, reason: 'market', who: 'm' }
  expect(commands).toEqual([
    { ...common, value: 60 },
    { ...common, value: true },
  ])
})

test('so does a release', async () => {
  expect(await tell(socket, '/release', { setpoint: 'north.level', reason: '', who: 'm' })).toEqual(verdict)
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
  await expect(tell(socket, '/command', body)).rejects.toThrow(/HTTP 4\d\d/)
  expect(commands).toEqual([])
})

test('what is much larger than an order is not even read', async () => {
  await expect(tell(socket, '/command', { ...order, padding: 'x'.repeat(5_000) })).rejects.toThrow('HTTP 413')
  expect(commands).toEqual([])
})

test('why is asked of a moment, or of now', async () => {
  expect(await ask(socket, '/why?setpoint=north.level')).toEqual(why)
  expect(await ask(socket, '/why?setpoint=north.level&at=2026-12-21T02:10:00%2B01:00')).toEqual(why)
  expect(asked).toEqual([
    ['north.level', undefined],
    ['north.level', '2026-12-21T01:10:00Z'],
  ])
  await expect(ask(socket, '/why?setpoint=west.level')).rejects.toThrow('HTTP 404')
  await expect(ask(socket, '/why?setpoint=north.level&at=soon')).rejects.toThrow('HTTP 400')
})
