/** Server-sent events over real connections, with a clock that stands still until it is moved. */
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KnownPoint } from './answers.ts'
import { openConsole } from './console.ts'
import { Browser } from './testing/browser.ts'
import { scriptedPoint, scriptedStatus } from './testing/scripted.ts'
import { openStage, type Stage } from './testing/stage.ts'

let stage: Stage
let browser: Browser
let watchers: Set<(points: KnownPoint[]) => void>
let asked: number
let answerStatus: () => Promise<typeof scriptedStatus>

beforeEach(async () => {
  watchers = new Set()
  asked = 0
  answerStatus = () => Promise.resolve(scriptedStatus)
  stage = await openStage({
    status: () => {
      asked++
      return answerStatus()
    },
    watch: (send, signal) => {
      watchers.add(send)
      signal.addEventListener('abort', () => watchers.delete(send))
    },
  })
  browser = await stage.begin()
})
afterEach(() => stage[Symbol.asyncDispose]())

interface Heard {
  readonly events: { event: string; data: unknown }[]
  /** comments */
  readonly heartbeats: string[]
  readonly stream: IncomingMessage
  readonly ended: Promise<void>
}

async function listen(as = browser): Promise<Heard> {
  const stream = await as.open('GET', '/api/live')
  expect(stream.statusCode).toBe(200)
  const events: Heard['events'] = []
  const heartbeats: string[] = []
  let rest = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? []
      if (event === undefined || data === undefined) heartbeats.push(block)
      else events.push({ event, data: JSON.parse(data) as unknown })
    }
  })
  const ended = new Promise<void>((resolve) => stream.on('close', resolve).on('error', () => undefined))
  return { events, heartbeats, stream, ended }
}

const kinds = ({ events }: Heard) => events.map(({ event }) => event)
const reading = (point: string, value: number): KnownPoint => ({ ...scriptedPoint, point, value })
const read = (...points: KnownPoint[]) => {
  for (const watcher of watchers) watcher(points)
}

test('begins with who tells, all points and the status', async () => {
  const heard = await listen()
  await expect.poll(() => heard.events.length).toBe(3)
  expect(heard.events).toEqual([
    { event: 'hello', data: { started: scriptedStatus.started, pid: 1 } },
    { event: 'points', data: [scriptedPoint] },
    { event: 'status', data: scriptedStatus },
  ])
  expect(heard.stream.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  })
})

test('what changes is gathered for half a second, the last of each point', async () => {
  const heard = await listen()
  await expect.poll(() => heard.events.length).toBe(3)
  read(reading('a.x', 1), reading('a.y', 1))
  read(reading('a.x', 2))
  await stage.around.clock.advance(499)
  expect(heard.events).toHaveLength(3)
  await stage.around.clock.advance(1)
  await expect.poll(() => heard.events.length).toBe(4)
  expect(heard.events[3]).toEqual({ event: 'points', data: [reading('a.x', 2), reading('a.y', 1)] })
  await stage.around.clock.advance(1_000)
  expect(heard.events).toHaveLength(4)
})

test('the status comes each 2 s, asked for once for all; a heartbeat each 15 s', async () => {
  const all = [await listen(), await listen(), await listen()]
  await expect.poll(() => all.map(({ events }) => events.length)).toEqual([3, 3, 3])
  const before = asked
  await stage.around.clock.advance(16_000)
  for (const heard of all) {
    await expect.poll(() => kinds(heard).filter((kind) => kind === 'status').length).toBe(9)
    await expect.poll(() => heard.heartbeats.length).toBe(1)
  }
  expect(asked - before).toBe(8)
})

test('a status that takes its time, or fails, holds up no readings', async () => {
  const heard = await listen()
  await expect.poll(() => heard.events.length).toBe(3)
  const { promise, reject } = Promise.withResolvers<typeof scriptedStatus>()
  answerStatus = () => promise
  await stage.around.clock.advance(4_000)
  read(reading('a.x', 1))
  await stage.around.clock.advance(500)
  await expect.poll(() => kinds(heard)).toEqual(['hello', 'points', 'status', 'points'])
  reject(new Error('the worker is gone'))
  answerStatus = () => Promise.resolve(scriptedStatus)
  await stage.around.clock.advance(2_000)
  await expect.poll(() => kinds(heard).at(-1)).toBe('status')
  expect(stage.around.logged).toMatchObject([{ level: 'warn' }])
})

test('ends when its session does: at a logout, or with the account', async () => {
  const copy = new Browser(stage.url)
  copy.cookie = browser.cookie
  const loggedOut = await listen(copy)
  const removed = await listen(await stage.logIn('viewer', { role: 'viewer' }))
  const stays = await listen(await stage.logIn('other', { role: 'viewer' }))
  await browser.post('/api/logout', {})
  await stage.access.remove('viewer', 'a test')
  await stage.around.clock.advance(500)
  await Promise.all([loggedOut.ended, removed.ended])
  expect(stays.stream.closed).toBe(false)
})

test('nothing is gathered for nobody', async () => {
  const heard = await listen()
  expect(watchers.size).toBe(1)
  heard.stream.destroy()
  await expect.poll(() => watchers.size).toBe(0)
  const before = asked
  await stage.around.clock.advance(10_000)
  expect(asked).toBe(before)
  const again = await listen()
  await expect.poll(() => again.events.length).toBe(3)
})

test('whoever does not read misses what comes, and hears again once it reads', async () => {
  const asleep = await browser.open('GET', '/api/live')
  let bytes = 0
  asleep.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('error', () => undefined)
  asleep.pause()
  const awake = await listen()
  await expect.poll(() => awake.events.length).toBe(3)
  const large = Array.from({ length: 2_000 }, (_, n) => reading(`device-${n}.power_active`, n))
  const round = JSON.stringify(large).length
  for (let n = 0; n < 60; n++) {
    read(...large)
    await stage.around.clock.advance(500)
  }
  await expect.poll(() => kinds(awake).filter((kind) => kind === 'points').length).toBe(61)

  // What the system's buffers held, and some.
  asleep.resume()
  let last = -1
  await expect.poll(() => bytes === last || ((last = bytes), false), { interval: 200 }).toBe(true)
  expect(bytes).toBeLessThan(45 * round)
  read(...large)
  await stage.around.clock.advance(500)
  await expect.poll(() => bytes - last).toBeGreaterThan(round)
})

test('only so many watch at once', async () => {
  const all: Heard[] = []
  for (let n = 0; n < 16; n++) all.push(await listen())
  expect(await browser.get('/api/live')).toMatchObject({ status: 503, json: { error: 'FAILED' } })
  all[0]!.stream.destroy()
  await expect
    .poll(async () => {
      const stream = await browser.open('GET', '/api/live')
      stream.on('error', () => undefined).destroy()
      return stream.statusCode
    })
    .toBe(200)
})

test('ends with the gateway', async () => {
  const heard = await listen()
  await using other = await openConsole(stage.options())
  expect(other.port).not.toBe(stage.console.port)
  await stage.console[Symbol.asyncDispose]()
  await heard.ended
  expect(watchers.size).toBe(0)
})
