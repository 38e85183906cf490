/** The doors of tools, over real sockets; behind them a line without a wire, and a clock that stands still. */
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WriteOutcome } from '../../drivers/line.ts'
import { LineError } from '../../drivers/line-error.ts'
import type { ReadRequest, WriteRequest } from '../../drivers/modbus/request.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { fakeLine } from '../../drivers/testing/fake-line.ts'
import { Control } from '../control/control.ts'
import { familiar } from '../control/testing/fake-driver.ts'
import { envelope } from '../control/envelope.ts'
import type { AuditEntry } from '../control/keeping.ts'
import type { GatewayEvent } from '../events.ts'
import { planSite } from '../plan.ts'
import { lampProfiles, lampSite } from '../testing/lamps.ts'
import { freePort } from '../testing/surroundings.ts'
import { openDoor } from './door.ts'
import { openPassThrough, type PassThrough } from './pass-through.ts'
import { Tool } from './testing/tool.ts'

const minute = 60_000
const write = [6, 0, 5, 0, 7]
const read = [3, 0, 5, 0, 2]

let ends: AsyncDisposableStack
let clock: FakeClock
let control: Control
let passThrough: PassThrough
let port: number
let told: GatewayEvent[]
let audited: AuditEntry[]
let faults: unknown[]
let asked: (ReadRequest | WriteRequest)[]
let outcome: WriteOutcome
/** devices that control was told are not as it left them */
let behind: string[]
/** what happens before the line has its turn, and before the unit answers */
let waits: { turn: () => void; answer: () => void }

beforeEach(async () => {
  ends = new AsyncDisposableStack()
  clock = fakeClock()
  port = await freePort()
  ;[told, audited, faults, asked, behind] = [[], [], [], [], []]
  outcome = { state: 'answered' }
  waits = { turn: () => undefined, answer: () => undefined }
  control = new Control({
    segments: [],
    drivers: new Map(),
    acquaintance: familiar,
    points: new Set(),
    clock,
    envelope: envelope(),
    trust: () => 'synced',
    on: {
      audit: (entry) => audited.push(entry),
      ruling: () => undefined,
      armed: () => undefined,
      changed: () => undefined,
      fault: (error) => faults.push(error),
    },
  })
  passThrough = await open()
})
afterEach(async () => {
  await ends.disposeAsync()
  expect(faults).toEqual([])
})

async function open(): Promise<PassThrough> {
  const text = lampSite.replace('host: 10.0.0.7', `host: 10.0.0.7, pass_through: { listen: 127.0.0.1:${port} }`)
  const planned = planSite(text, 'site.yaml', lampProfiles)
  if (!planned.ok) throw new Error(planned.mistakes.map(({ code }) => code).join(' '))
  const line = fakeLine({
    read: (request, into) => {
      asked.push(request)
      for (let index = 0; index < request.count; index++) into[index] = request.address + index
      if (outcome.state === 'contended' || outcome.state === 'not-identified') throw new Error('no read is')
      return Promise.resolve(outcome)
    },
    write: (request, _signal, isKnown) => {
      waits.turn()
      if (isKnown?.() === false) return Promise.resolve({ state: 'not-identified' })
      asked.push(request)
      waits.answer()
      return Promise.resolve(outcome)
    },
  })
  return ends.use(
    await openPassThrough({
      plan: planned.plan,
      lines: new Map([['net', { line, poller: { figures: { polls: 0, missed: 0 } } }]]),
      control: {
        get presence() {
          return control.presence
        },
        arrive: (who, forMs) => control.arrive(who, forMs),
        writtenBehind: (device) => behind.push(device),
      },
      clock,
      tell: (event) => told.push(event),
      audit: (entry) => audited.push(entry),
      log: { error: (what) => faults.push(what) },
    }),
  )
}

const tool = async () => ends.use(await Tool.connect(port))

/** What comes back, while time passes as it must. */
async function answer(from: Tool, unit: number, ...pdu: number[]): Promise<number[]> {
  const transaction = from.send(unit, ...pdu)
  for (let turn = 0; turn < 2_000; turn++) {
    const found = from.answerTo(transaction)
    if (found !== undefined) return found
    await clock.advance(5)
  }
  throw new Error('no answer')
}

/** Until something is so that needs no time of the test's clock. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000 && !isSo(); turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(isSo()).toBe(true)
}

const unlock = (who = 'm.durand', minutes = 15) =>
  passThrough.unlock({ line: 'net', who, reason: 'ratio of the meter', forMs: minutes * minute, door: 'socket' })
const kinds = () => audited.map(({ kind }) => kind)

describe('reading', () => {
  test('is asked of the line as the unit wants it', async () => {
    const mine = await tool()
    expect(await answer(mine, 3, ...read)).toEqual([3, 4, 0, 5, 0, 6])
    expect(await answer(mine, 77, 1, 0, 0, 0, 3)).toEqual([1, 1, 0b110])
    expect(asked).toMatchObject([
      { unit: 3, function: 3, address: 5, count: 2, timeoutMs: 1_000, worstResponseMs: 1_000 },
      { unit: 77, function: 1, address: 0, count: 3, timeoutMs: 500 },
    ])
    expect(passThrough.told()).toEqual([
      { line: 'net', listen: `127.0.0.1:${port}`, connections: 1, reads: 2, writes: 0, refused: 0, busy: 0 },
    ])
    expect(told).toEqual([{ event: 'pass-through', line: 'net', listen: `127.0.0.1:${port}` }])
  })

  test.each<[WriteOutcome, number]>([
    [{ state: 'exception', exception: 2 }, 2],
    [{ state: 'no-answer' }, 0x0b],
    [{ state: 'garbled' }, 0x0b],
    [{ state: 'resting' }, 0x0b],
    [{ state: 'line-down', error: new LineError('LINE_LOST', 'x'), sent: true }, 0x0b],
    [{ state: 'line-down', error: new LineError('LINE_REFUSED', 'x'), sent: false }, 0x0a],
  ])('that ends with %o is answered as a gateway does', async (comes, exception) => {
    outcome = comes
    expect(await answer(await tool(), 1, ...read)).toEqual([0x83, exception])
  })

  test('of a unit that none can have is not asked', async () => {
    expect(await answer(await tool(), 248, ...read)).toEqual([0x83, 0x0a])
    expect(asked).toEqual([])
  })
})

describe('writing', () => {
  test('is refused while nobody has unlocked the line, and told once a minute', async () => {
    const mine = await tool()
    for (let times = 0; times < 3; times++) expect(await answer(mine, 1, ...write)).toEqual([0x86, 1])
    expect(asked).toEqual([])
    const refused = { event: 'write-refused', line: 'net', unit: 1, function: 6 }
    expect(told.slice(1)).toEqual([refused])
    await clock.advance(minute)
    using another = await Tool.connect(port)
    expect(await answer(another, 2, 5, 0, 0, 0xff, 0)).toEqual([0x85, 1])
    expect(told.slice(1)).toEqual([refused, { ...refused, unit: 2, function: 5 }])
    expect(passThrough.told()).toMatchObject([{ refused: 4 }])
  })

  test('goes to the line once it is unlocked, is audited, and is refused again once it is locked', async () => {
    const mine = await tool()
    expect(unlock()).toEqual({
      line: 'net',
      who: 'm.durand',
      reason: 'ratio of the meter',
      until: '2026-12-21T16:15:00Z',
    })
    expect(control.presence?.who).toBe('m.durand')
    expect(passThrough.told()).toMatchObject([{ unlocked: { who: 'm.durand' } }])
    expect(await answer(mine, 1, ...write)).toEqual(write)
    expect(await answer(mine, 1, 16, 0, 9, 0, 2, 4, 0, 1, 0, 2)).toEqual([16, 0, 9, 0, 2])
    expect(asked.map(({ function: fn, address }) => [fn, address])).toEqual([
      [6, 5],
      [16, 9],
    ])
    outcome = { state: 'exception', exception: 3 }
    expect(await answer(mine, 2, 5, 0, 0, 0xff, 0)).toEqual([0x85, 3])
    outcome = { state: 'contended' }
    expect(await answer(mine, 2, 5, 0, 0, 0, 0)).toEqual([0x85, 0x0a])
    const by = { line: 'net', who: 'm.durand', reason: 'ratio of the meter' }
    expect(audited).toEqual([
      { kind: 'presence', who: 'm.durand', forMs: 15 * minute },
      {
        kind: 'unlocked',
        line: 'net',
        source: { door: 'socket', who: 'm.durand' },
        reason: by.reason,
        forMs: 15 * minute,
      },
      { kind: 'passed-through', ...by, unit: 1, function: 6, address: 5, values: [7], state: 'answered' },
      { kind: 'passed-through', ...by, unit: 1, function: 16, address: 9, values: [1, 2], state: 'answered' },
      {
        kind: 'passed-through',
        ...by,
        unit: 2,
        function: 5,
        address: 0,
        values: [1],
        state: 'exception',
        exception: 3,
      },
      { kind: 'passed-through', ...by, unit: 2, function: 5, address: 0, values: [0], state: 'contended' },
    ])

    expect(behind).toEqual([])
    expect(passThrough.lock('net', 'a.petit')).toBe(true)
    expect(audited.at(-1)).toEqual({ kind: 'locked', line: 'net', who: 'm.durand', because: 'said', by: 'a.petit' })
    expect(told.slice(1)).toEqual([
      { event: 'unlocked', ...by, until: '2026-12-21T16:15:00Z' },
      { event: 'locked', line: 'net', because: 'said' },
    ])
    expect(behind).toEqual(['lamps', 'alley'])
    expect(await answer(mine, 1, ...write)).toEqual([0x86, 1])
    expect(passThrough.lock('net', 'a.petit')).toBe(false)
    expect(control.presence?.who).toBe('m.durand')
  })

  test('is not sent when the line is locked while others hold it', async () => {
    unlock()
    waits.turn = () => passThrough.lock('net', 'a.petit')
    expect(await answer(await tool(), 1, ...write)).toEqual([0x86, 1])
    expect(asked).toEqual([])
    expect(kinds()).not.toContain('passed-through')
    expect(passThrough.told()).toMatchObject([{ writes: 0, refused: 1 }])
    expect(told.at(-1)).toEqual({ event: 'write-refused', line: 'net', unit: 1, function: 6 })
  })

  test('that was under way when the line was locked is told to control all the same', async () => {
    unlock()
    waits.answer = () => passThrough.lock('net', 'a.petit')
    expect(await answer(await tool(), 1, ...write)).toEqual(write)
    expect(behind).toEqual(['lamps'])
  })

  test('ends with its time', async () => {
    unlock()
    await clock.advance(15 * minute - 1_000)
    expect(await answer(await tool(), 1, ...write)).toEqual(write)
    await clock.advance(2_000)
    expect(told.at(-1)).toEqual({ event: 'locked', line: 'net', because: 'over' })
    expect(await answer(await tool(), 1, ...write)).toEqual([0x86, 1])
    expect(behind).toEqual(['lamps'])
  })

  test('lasts 8 hours at most, whoever asks for more', () => {
    expect(unlock('m.durand', 1_000)).toMatchObject({ until: '2026-12-22T00:00:00Z' })
  })

  test('ends at once when whoever unlocked the line leaves the cabinet', async () => {
    const mine = await tool()
    unlock()
    control.leave('m.durand')
    expect(await answer(mine, 1, ...write)).toEqual([0x86, 1])
    await clock.advance(1_000)
    expect(told.at(-1)).toEqual({ event: 'locked', line: 'net', because: 'left' })
  })

  test('of one who has gone ends before another answers for the line', async () => {
    unlock()
    expect(await answer(await tool(), 1, ...write)).toEqual(write)
    control.leave('m.durand')
    unlock('a.petit')
    expect(audited).toContainEqual({ kind: 'locked', line: 'net', who: 'm.durand', because: 'left' })
    expect(told.slice(-2).map(({ event }) => event)).toEqual(['locked', 'unlocked'])
    expect(behind).toEqual(['lamps'])
  })

  test('is nobody else’s while somebody works here', () => {
    control.arrive('a.petit', 60 * minute)
    expect(unlock()).toMatchObject({ held: { who: 'a.petit' } })
    expect(kinds()).toEqual(['presence'])
    expect(passThrough.told()[0]).not.toHaveProperty('unlocked')
  })

  test('shortens nobody’s work: who is here for two hours stays so', () => {
    control.arrive('m.durand', 120 * minute)
    unlock()
    expect(control.presence?.untilMs).toBe(120 * minute)
  })

  test('does not outlive the gateway', async () => {
    unlock()
    await passThrough[Symbol.asyncDispose]()
    expect(audited.at(-1)).toEqual({ kind: 'locked', line: 'net', who: 'm.durand', because: 'stop' })
    passThrough = await open()
    expect(await answer(await tool(), 1, ...write)).toEqual([0x86, 1])
  })

  test('floods no audit: after 500 at once, one a second', async () => {
    unlock()
    const mine = await tool()
    const codes: number[] = []
    for (let times = 0; times < 700; times++) codes.push((await answer(mine, 1, ...write))[0] ?? 0)
    const passed = kinds().filter((kind) => kind === 'passed-through').length
    expect(passed).toBe(codes.filter((code) => code === 6).length)
    expect(passed).toBeGreaterThanOrEqual(500)
    expect(passed).toBeLessThan(500 + clock.monotonicMs() / 1_000 + 2)
    expect(passThrough.told()[0]?.busy).toBeGreaterThan(100)
  })

  test('of a line that tools do not reach cannot be unlocked', () => {
    const elsewhere = { line: 'yard', who: 'm.durand', reason: 'x', forMs: minute, door: 'socket' } as const
    expect(passThrough.unlock(elsewhere)).toBeUndefined()
    expect(passThrough.lock('yard', 'm.durand')).toBeUndefined()
    expect(kinds()).toEqual([])
  })
})

describe('whoever connects', () => {
  test('is one of four', async () => {
    const four = await Promise.all([tool(), tool(), tool(), tool()])
    for (const one of four) expect(await answer(one, 1, ...read)).toHaveLength(6)
    const fifth = await tool()
    await until(() => fifth.closed)
    four[0].socket.destroy()
    await until(() => passThrough.told()[0]?.connections === 3)
    expect(await answer(await tool(), 1, ...read)).toHaveLength(6)
  })

  test('may ask sixteen times before it hears the answers', async () => {
    const mine = await tool()
    mine.socket.cork()
    for (let times = 0; times < 20; times++) mine.send(1, ...read)
    mine.socket.uncork()
    for (let turn = 0; turn < 500 && mine.answers.length < 20; turn++) await clock.advance(5)
    expect(mine.answers.filter(({ pdu }) => pdu[0] === 3)).toHaveLength(16)
    expect(mine.answers.filter(({ pdu }) => pdu[0] === 0x83 && pdu[1] === 6)).toHaveLength(4)
  })

  test('and says nothing is let go', async () => {
    const { passage } = doorParts()
    await using door = await openDoor({
      listen: { host: '127.0.0.1', port: 0 },
      network: undefined,
      passage,
      fault: (error) => faults.push(error),
      idleMs: 30,
    })
    using mine = await Tool.connect(door.port)
    await once(mine.socket, 'close')
    await until(() => door.connections === 0)
  })

  test('and cannot be answered by a mistake of ours is let go, and the mistake told', async () => {
    const { passage } = doorParts()
    const told: unknown[] = []
    const listen = { host: '127.0.0.1', port: 0 }
    await using door = await openDoor({ listen, network: undefined, passage, fault: (error) => told.push(error) })
    using mine = await Tool.connect(door.port)
    mine.send(1, ...read)
    await once(mine.socket, 'close')
    expect(told).toEqual([new Error('nobody asks')])
  })

  test('and says what is no Modbus is let go, whatever it is; the others are answered', async () => {
    let said = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 4 }), async (chunks) => {
        using stranger = await Tool.connect(port)
        for (const chunk of chunks) stranger.socket.write(chunk)
        stranger.socket.end()
        for (let turn = 0; turn < 200 && !stranger.closed; turn++) await clock.advance(20)
        expect(stranger.closed).toBe(true)
        said++
      }),
      { numRuns: 150 },
    )
    expect(said).toBeGreaterThanOrEqual(150)
    expect(await answer(await tool(), 1, ...read)).toEqual([3, 4, 0, 5, 0, 6])
    await until(() => passThrough.told()[0]?.connections === 1)
    expect(asked.every((request) => request.function <= 4)).toBe(true)
  })
})

test('a port that is taken is told, and tried again', async () => {
  await passThrough[Symbol.asyncDispose]()
  const other: Server = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  told = []
  passThrough = await open()
  const failed = {
    event: 'pass-through',
    line: 'net',
    listen: `127.0.0.1:${port}`,
    code: 'PASS_THROUGH_FAILED',
    detail: 'EADDRINUSE',
  }
  expect(told).toEqual([failed])
  expect(passThrough.told()).toMatchObject([{ detail: 'EADDRINUSE', connections: 0 }])
  await clock.advance(10_000)
  await until(() => true)
  other.close()
  await once(other, 'close')
  await clock.advance(10_000)
  await until(() => told.length > 1)
  expect(told).toEqual([failed, { event: 'pass-through', line: 'net', listen: `127.0.0.1:${port}` }])
  expect(await answer(await tool(), 1, ...read)).toHaveLength(6)
})

function doorParts() {
  return {
    passage: { answer: () => Promise.reject(new Error('nobody asks')) } as unknown as Parameters<
      typeof openDoor
    >[0]['passage'],
  }
}
