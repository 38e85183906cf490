import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { Arrived } from './arrived.ts'
import type { Connection, Outcome, ProtocolVersion, PublishProperties, Refusal } from './connection.ts'
import { Drain, type DrainOptions } from './drain.ts'
import type { Message } from './last-sent.ts'
import { fakeOutlet, type FakeOutlet } from './testing/fake-outlet.ts'
import { messageCost } from './wire-cost.ts'

const notAllowed: Refusal = { reason: 0x87, code: 'BROKER_NOT_AUTHORISED', where: '', detail: '' }

interface Bench {
  readonly clock: FakeClock
  readonly outbox: FakeOutlet
  readonly refusals: string[]
  /** each time that the outbox gave nothing: why */
  readonly ailments: unknown[]
  /** what a broker got in JSON */
  readonly messages: readonly Message[]
  readonly drain: Drain
}

function bench(
  connection: Pick<Connection, 'publish' | 'window'>,
  options: Partial<
    Pick<DrainOptions, 'historyRate' | 'affordable' | 'mannerOf' | 'besides' | 'speaksJson' | 'arrived'>
  > = {},
  protocol: ProtocolVersion = '5',
): Bench {
  const clock = fakeClock()
  const outbox = fakeOutlet()
  const refusals: string[] = []
  const ailments: unknown[] = []
  const messages: Message[] = []
  const drain = new Drain({
    connection: { ...connection, protocol },
    source: outbox,
    topics: { record: (release) => `t/${release}`, history: (release) => `h/${release}` },
    mannerOf: () => undefined,
    historyRate: 64_000,
    tls: false,
    affordable: () => true,
    arrived: new Arrived(),
    said: (_release, message) => void messages.push(message),
    ...options,
    clock,
    random: () => 0.5,
    on: {
      acknowledged: ({ ticket }, bytes) => outbox.sent(ticket, bytes),
      refused: ({ release }) => void refusals.push(release),
      taken: () => undefined,
      notTaken: (error) => void ailments.push(error),
    },
  })
  return { clock, outbox, refusals, ailments, messages, drain }
}

/** Answers each publish in the next turn of the event loop. */
const answering = (judge: (topic: string) => Outcome, window = 32): Pick<Connection, 'publish' | 'window'> => ({
  window,
  publish: (topic, _payload, _retain, answered) => void setImmediate(() => answered(judge(topic))),
})

test('keeps the window full, and not fuller', async () => {
  const waiting: ((outcome: Outcome) => void)[] = []
  const { clock, outbox, drain } = bench({
    window: 20,
    publish: (_topic, _payload, _retain, answered) => void waiting.push(answered),
  })
  outbox.add('a', 100)
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  await clock.advance(0)
  expect(waiting).toHaveLength(20)
  for (let answered = 0; answered < 60; answered++) {
    waiting.shift()?.('acknowledged')
    await clock.advance(0)
    expect(waiting).toHaveLength(20)
  }
  stop.abort()
  await running
  expect(outbox.acknowledged).toHaveLength(60)
})

test('counts the bytes of topic and payload', async () => {
  const { clock, outbox, drain } = bench(answering(() => 'acknowledged'))
  outbox.add('a', 1)
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  await clock.advance(0)
  stop.abort()
  await running
  expect(outbox.bytes).toEqual([
    't/a'.length + '{"v":1,"outbox":"b0x","boot":1,"seq":1,"t0":0,"t1":1,"p":{"n":1}}'.length,
  ])
})

test('a refused release waits and is scouted more and more seldom; the others go on', async () => {
  let allowed = false
  const tried: number[] = []
  const { clock, outbox, refusals, drain } = bench(
    answering((topic) => {
      if (topic === 't/forbidden') tried.push(clock.monotonicMs())
      return allowed || topic !== 't/forbidden' ? 'acknowledged' : notAllowed
    }),
  )
  outbox.add('forbidden', 500)
  outbox.add('free', 500)
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  for (let seconds = 0; seconds < 60; seconds++) await clock.advance(1_000)
  expect(outbox.acknowledged).toHaveLength(500)
  expect(outbox.acknowledged.every((record) => record.startsWith('free '))).toBe(true)
  const scouts = tried.filter((ms) => ms > 1_000)
  expect(scouts.length).toBeGreaterThanOrEqual(2)
  expect(scouts.length).toBeLessThanOrEqual(5)
  expect(refusals.length).toBe(tried.length)

  outbox.add('free', 1)
  await clock.advance(2_000)
  expect(outbox.acknowledged.at(-1)).toBe('free 501')

  allowed = true
  for (let seconds = 0; seconds < 300; seconds++) await clock.advance(1_000)
  expect(new Set(outbox.acknowledged).size).toBe(1_001)
  stop.abort()
  await running
})

test.each([
  ['live', undefined, 't/alarms'],
  ['historical', 'historical', 'h/alarms'],
] as const)('an urgent release that is refused keeps nothing less urgent back: %s', async (_, late, topic) => {
  let allowed = false
  const { clock, outbox, drain } = bench(answering((to) => (allowed || to !== topic ? 'acknowledged' : notAllowed)))
  outbox.urgent.add('alarms')
  outbox.add('alarms', 200, late)
  outbox.add('bill', 50, late)
  await during(drain, async () => {
    for (let second = 0; second < 20; second++) await clock.advance(1_000)
    expect(outbox.acknowledged).toEqual(Array.from({ length: 50 }, (_, n) => `bill ${n + 1}`))
    allowed = true
    for (let second = 0; second < 300; second++) await clock.advance(1_000)
  })
  expect(new Set(outbox.acknowledged).size).toBe(250)
})

test('an urgent release that is refused live still gives its history', async () => {
  const { clock, outbox, drain } = bench(answering((to) => (to === 't/alarms' ? notAllowed : 'acknowledged')))
  outbox.urgent.add('alarms')
  outbox.add('alarms', 50, 'historical')
  outbox.add('alarms', 200)
  await during(drain, async () => {
    for (let second = 0; second < 30; second++) await clock.advance(1_000)
  })
  expect(outbox.acknowledged).toEqual(Array.from({ length: 50 }, (_, n) => `alarms ${n + 1}`))
})

test('what the budget holds back of one release keeps nothing less urgent back', async () => {
  const { clock, outbox, drain } = bench(
    answering(() => 'acknowledged'),
    { affordable: (release) => release === 'bill' },
  )
  outbox.urgent.add('alarms')
  outbox.add('alarms', 200)
  outbox.add('bill', 50)
  await during(drain, () => clock.advance(2_000))
  expect(outbox.acknowledged).toEqual(Array.from({ length: 50 }, (_, n) => `bill ${n + 1}`))
})

test('an acknowledgement of what was sent before the refusal lets nothing go', async () => {
  const waiting: ((outcome: Outcome) => void)[] = []
  const { clock, outbox, drain } = bench({
    window: 2,
    publish: (_topic, _payload, _retain, answered) => void waiting.push(answered),
  })
  outbox.add('a', 5)
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  await clock.advance(0)
  waiting[1]?.(notAllowed)
  waiting[0]?.('acknowledged')
  await clock.advance(3_000)
  expect(waiting).toHaveLength(2)
  await clock.advance(2_000)
  expect(waiting).toHaveLength(3)
  stop.abort()
  await running
})

test('is settled when all that is in flight was answered, also after its end', async () => {
  const waiting: ((outcome: Outcome) => void)[] = []
  const { clock, outbox, drain } = bench({
    window: 20,
    publish: (_topic, _payload, _retain, answered) => void waiting.push(answered),
  })
  outbox.add('a', 2)
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  await clock.advance(0)
  stop.abort()
  await running
  let settled = false
  void drain.settled().then(() => (settled = true))
  waiting[0]?.('acknowledged')
  await clock.advance(0)
  expect(settled).toBe(false)
  waiting[1]?.('lost')
  await clock.advance(0)
  expect(settled).toBe(true)
})

test('whatever the broker answers, each record is acknowledged once, and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
      fc.integer({ min: 1, max: 40 }),
      async (dice, window) => {
        const { clock, outbox, drain } = bench(
          answering(() => ((dice.next().value ?? 0) < 3 ? notAllowed : 'acknowledged'), window),
        )
        outbox.add('a', 60)
        outbox.add('b', 30)
        const stop = new AbortController()
        const running = drain.run(stop.signal)
        for (let turns = 0; turns < 3_000 && outbox.acknowledged.length < 90; turns++) await clock.advance(20_000)
        stop.abort()
        await running
        expect(outbox.acknowledged).toHaveLength(90)
        expect(new Set(outbox.acknowledged).size).toBe(90)
      },
    ),
    { numRuns: 20 },
  )
})

test('an outbox that gives nothing is asked more and more seldom, until it gives again', async () => {
  const { outbox, drain, clock, ailments } = bench(answering(() => 'acknowledged'))
  outbox.add('a', 3)
  const take = outbox.take.bind(outbox)
  outbox.take = () => Promise.reject(new Error('the disk is gone'))
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  const after: number[] = []
  for (let tries = 0; tries < 4; tries++) {
    await clock.advance(1_000)
    after.push(ailments.length)
  }
  // Twice each, for what is live and for what is late; with half of full jitter: 0.5 s, 1 s, 2 s …
  expect(after).toEqual([4, 6, 6, 8])
  outbox.take = take
  await clock.advance(60_000)
  expect(outbox.acknowledged).toHaveLength(3)

  outbox.take = () => Promise.reject(new Error('gone again'))
  outbox.add('a', 1)
  await clock.advance(0)
  stop.abort()
  await expect(running).resolves.toBeUndefined()
})

/** Notes what is published, and acknowledges each at once. */
function noting(window = 32) {
  const said: { topic: string; payload: string; properties: PublishProperties | undefined; atMs: number }[] = []
  let clock: FakeClock | undefined
  const connection: Pick<Connection, 'publish' | 'window'> = {
    window,
    publish: (topic, payload, _retain, answered, properties) => {
      said.push({ topic, payload, properties, atMs: clock?.monotonicMs() ?? 0 })
      setImmediate(() => answered('acknowledged'))
    },
  }
  return { said, connection, by: (its: FakeClock) => (clock = its) }
}

async function during(drain: Drain, run: () => Promise<void>): Promise<void> {
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  await run()
  stop.abort()
  await running
}

test('what waited goes on a topic of its own, says so, keeps to its rate, and never holds up what is new', async () => {
  const { said, connection, by } = noting()
  const { clock, outbox, drain } = bench(connection, { historyRate: 16_000 })
  by(clock)
  outbox.add('a', 300, 'historical')
  await during(drain, async () => {
    for (let second = 0; second < 20; second++) {
      outbox.add('a', 1)
      await clock.advance(0)
      expect(said.filter(({ topic, atMs }) => topic === 't/a' && atMs === clock.monotonicMs())).toHaveLength(1)
      await clock.advance(1_000)
    }
  })
  const late = said.filter(({ topic }) => topic === 'h/a')
  expect(late.every(({ payload }) => payload.includes('"hist":true'))).toBe(true)
  expect(said.filter(({ topic }) => topic === 't/a').some(({ payload }) => payload.includes('hist'))).toBe(false)
  const numbers = late.map(({ payload }) => (JSON.parse(payload) as { seq: number }).seq)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  const bytes = late.reduce((sum, { topic, payload }) => sum + messageCost(topic.length, payload.length, false), 0)
  expect(bytes).toBeLessThanOrEqual(2_000 * 20.5 + 300)
  expect(bytes).toBeGreaterThan(2_000 * 17)
  expect(drain.caughtUpS(100)).toBeGreaterThan(5)
})

test('of what is late no more is under way than a second’s worth, however long the answers take', async () => {
  let underWay = 0
  let most = 0
  const { clock, outbox, drain } = bench(
    { window: 32, publish: () => void (most = Math.max(most, ++underWay)) },
    { historyRate: 16_000 },
  )
  outbox.add('a', 300, 'historical')
  await during(drain, async () => {
    for (let second = 0; second < 60; second++) await clock.advance(1_000)
  })
  expect(most).toBeGreaterThan(0)
  expect(most * 200).toBeLessThanOrEqual(2_000)
})

test('what the budget holds back waits, is not dropped, and goes as history when it may; urgent goes at once', async () => {
  const { said, connection, by } = noting()
  let open = false
  const { clock, outbox, drain } = bench(connection, { affordable: (release) => open || release === 'alarms' })
  by(clock)
  await during(drain, async () => {
    for (let second = 0; second < 10; second++) {
      outbox.add('energy', 1)
      await clock.advance(1_000)
    }
    outbox.add('alarms', 1)
    await clock.advance(1_000)
    expect(said.map(({ topic }) => topic)).toEqual(['t/alarms'])
    open = true
    await clock.advance(10_000)
    outbox.add('energy', 1)
    await clock.advance(1_000)
  })
  expect(outbox.acknowledged).toEqual(['alarms 1', ...Array.from({ length: 11 }, (_, n) => `energy ${n + 1}`)])
  expect(said.slice(1).map(({ topic }) => topic)).toEqual([...Array<string>(10).fill('h/energy'), 't/energy'])
})

test('a broker whose quota is used up is asked with fewer at once, and loses nothing', async () => {
  let allowance = 0
  let underWay = 0
  const mosts: number[] = []
  const quota: Refusal = { reason: 0x97, code: 'BROKER_QUOTA', where: '', detail: '' }
  const { clock, outbox, drain } = bench({
    window: 32,
    publish: (_topic, _payload, _retain, answered) => {
      mosts.push(++underWay)
      setImmediate(() => {
        underWay--
        answered(allowance-- > 0 ? 'acknowledged' : quota)
      })
    },
  })
  outbox.add('a', 200)
  await during(drain, async () => {
    for (let second = 0; second < 1_200 && outbox.waiting() > 0; second++) {
      allowance = 2
      await clock.advance(1_000)
    }
  })
  expect(outbox.acknowledged).toEqual(Array.from({ length: 200 }, (_, n) => `a ${n + 1}`))
  expect(Math.max(...mosts.slice(0, 32))).toBe(32)
  expect(Math.max(...mosts.slice(200))).toBeLessThan(10)
})

test('the first of a topic says what is to be said of it, the others say nothing, but when they end', async () => {
  const { said, connection } = noting(1)
  const about = { schema: '1', purpose: 'inform' }
  const { clock, outbox, drain } = bench(connection, {
    mannerOf: () => ({ priority: 'normal', about, expiresInS: 300 }),
  })
  outbox.add('a', 3)
  await during(drain, () => clock.advance(0))
  expect(said.map(({ properties }) => properties)).toEqual([
    { about, expiresInS: 300 },
    { bare: true, expiresInS: 300 },
    { bare: true, expiresInS: 300 },
  ])
})

test.each([
  [
    '5',
    [
      {
        ...{ payloadFormatIndicator: true, contentType: 'application/json' },
        ...{ userProperties: { schema: '1' }, messageExpiryInterval: 300 },
      },
      { messageExpiryInterval: 300 },
    ],
  ],
  ['3.1.1', [{}, {}]],
] as const)('what is kept of a message is what was on the wire, with MQTT %s', async (protocol, properties) => {
  const { connection } = noting(1)
  const manner = { priority: 'normal', about: { schema: '1' }, expiresInS: 300 } as const
  const { clock, outbox, drain, messages } = bench(connection, { mannerOf: () => manner }, protocol)
  outbox.add('a', 2)
  await during(drain, () => clock.advance(0))
  expect(messages.map(({ properties }) => properties)).toEqual(properties)
})

test('a parcel of several encodings is sent when all of them are there, and what has arrived of it does not come again when another is refused', async () => {
  const refusing = new Set(['ngsi'])
  const seen: string[] = []
  const connection = answering((topic) => {
    seen.push(topic)
    return 'acknowledged'
  })
  const { clock, outbox, drain } = bench(connection, {
    besides: () => [
      {
        where: 'ngsi',
        bytes: 100,
        send: (answered) => {
          seen.push('ngsi')
          setImmediate(() => answered(refusing.has('ngsi') ? notAllowed : 'acknowledged'))
        },
      },
    ],
    speaksJson: (release) => release !== 'mute',
  })
  outbox.add('a', 1)
  outbox.add('mute', 1)
  const stop = new AbortController()
  const running = drain.run(stop.signal)
  await clock.advance(0)
  expect(seen.filter((topic) => topic === 'ngsi')).toHaveLength(2)
  expect(outbox.acknowledged).toEqual([])
  await clock.advance(60_000)
  expect(seen.filter((topic) => topic === 'ngsi').length).toBeGreaterThan(4)
  refusing.clear()
  await clock.advance(60_000)
  expect(outbox.acknowledged.toSorted()).toEqual(['a 1', 'mute 1'])
  expect(seen.filter((topic) => topic !== 'ngsi')).toEqual(['t/a'])
  stop.abort()
  await running
})

test('a portion that is through is not waited for any more, however long the connection lasts', async () => {
  const { clock, outbox, drain } = bench(answering(() => 'acknowledged'))
  const stop = new AbortController()
  let looks = 0
  Object.defineProperty(stop.signal, 'aborted', { get: () => (looks++, false), configurable: true })
  const running = drain.run(stop.signal)
  const looksForOne = async () => {
    looks = 0
    outbox.add('a', 1)
    await clock.advance(1_000)
    return looks
  }
  await looksForOne()
  const first = await looksForOne()
  for (let more = 0; more < 100; more++) await looksForOne()
  expect(await looksForOne()).toBe(first)
  Reflect.deleteProperty(stop.signal, 'aborted')
  stop.abort()
  await running
  expect(outbox.acknowledged).toHaveLength(103)
})
