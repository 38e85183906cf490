import { expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { ngsiStreet, t0, t1 } from '../testing/ngsi-street.ts'
import type { Fault } from './connection.ts'
import { batchesOf } from './encodings/batches.ts'
import { entitiesOf } from './encodings/ngsi-ld.ts'
import { postTo, type Transport } from './http-transport.ts'
import { NgsiHttp } from './ngsi-http.ts'
import { verdictOf } from './ngsi-verdict.ts'
import { StrictBroker } from './testing/context-broker.ts'

const layout = ngsiStreet()
const record = (p: Record<string, unknown[]>) => entitiesOf('read', JSON.stringify({ t0, t1, p }), layout)
const everywhere = record({
  'feeder.power_active': [
    [0, 10_094],
    [10_000, 9_000],
  ],
  'building.voltage_l1': [[0, 230.1]],
  'kiosk.current': [[0, 1.5]],
  'lamps.gear_1_level': [[0, 40]],
  'segment:north.light_level': [[0, 45]],
})
const cabinet = 'urn:ngsi-ld:StreetlightControlCabinet:fanal:ville:rue-haute:cabinet'
const never = new AbortController().signal

async function bench(transport?: (broker: StrictBroker) => Transport) {
  const broker = await StrictBroker.start()
  const clock = fakeClock()
  const givenUp: Fault[] = []
  const http = new NgsiHttp({
    url: broker.url,
    tenant: 'ville',
    transport: transport?.(broker) ?? postTo(broker.url),
    clock,
    random: () => 0.5,
    givenUp: (fault) => void givenUp.push(fault),
  })
  /** Lets time pass until it is settled: what waits for the network needs the event loop, what waits to try again the clock. */
  const settled = async <T>(work: Promise<T>): Promise<T> => {
    const state = { over: false }
    void work.finally(() => (state.over = true)).catch(() => undefined)
    for (let turn = 0; turn < 5_000 && !state.over; turn++) await clock.advance(100)
    return work
  }
  return { broker, clock, givenUp, http, settled, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
}

test('what is told stands there afterwards, the last of each; the tenant goes along', async () => {
  await using at = await bench()
  expect(await at.settled(at.http.upsert(batchesOf(everywhere), never))).toBe('acknowledged')
  expect(at.broker.entities.get(cabinet)).toMatchObject({ totalActivePower: { value: 9 } })
  expect(at.broker.entities.size).toBe(5)
  expect(at.broker.batches).toEqual([5, 1])
  expect(new Set(at.broker.tenants)).toEqual(new Set(['ville']))
  expect(at.givenUp).toEqual([])
})

test('an entity that is refused is told and given up; none of the others is kept back', async () => {
  for (const how of [400, 207] as const) {
    await using at = await bench()
    at.broker.dislikes = { id: cabinet, how }
    expect(await at.settled(at.http.upsert(batchesOf(everywhere), never))).toBe('acknowledged')
    expect(at.broker.entities.size).toBe(4)
    expect(at.givenUp.map(({ code, where }) => [code, where])).toEqual([['CONTEXT_REFUSED_ENTITY', cabinet]])
  }
})

test('an entity that the broker stumbles over is tried again, and only that one', async () => {
  await using at = await bench()
  at.broker.dislikes = { id: cabinet, how: 207, status: 500, times: 1 }
  expect(await at.settled(at.http.upsert(batchesOf(everywhere).slice(0, 1), never))).toBe('acknowledged')
  expect(at.broker.batches).toEqual([5, 1])
  expect(at.broker.entities.size).toBe(5)
  expect(at.givenUp).toEqual([])
})

test('throttled, it waits as long as it is told to, and longer', async () => {
  await using at = await bench()
  at.broker.moods.push({ status: 429, headers: { 'Retry-After': '30' } })
  const beganMs = at.clock.monotonicMs()
  expect(await at.settled(at.http.upsert(batchesOf(everywhere).slice(0, 1), never))).toBe('acknowledged')
  expect(at.clock.monotonicMs() - beganMs).toBeGreaterThanOrEqual(30_000)
  expect(at.broker.batches).toEqual([5, 5])
})

test('a broker that stays ill gets four tries, then the record waits in the outbox, and the next is not tried at once', async () => {
  await using at = await bench()
  for (let n = 0; n < 20; n++) at.broker.moods.push({ status: 503 })
  const [first, second] = batchesOf(everywhere)
  const outcomes = [at.http.upsert([first!], never), at.http.upsert([second!], never)]
  expect(await at.settled(Promise.all(outcomes))).toMatchObject([{ code: 'CONTEXT_BUSY' }, { code: 'CONTEXT_BUSY' }])
  expect(at.broker.batches).toEqual([5, 5, 5, 5])
  at.broker.moods.length = 0
  await at.clock.advance(10_000)
  expect(await at.settled(at.http.upsert([first!], never))).toBe('acknowledged')
  expect(at.givenUp).toEqual([])
})

test('what only a person can mend is said once and not tried again by itself', async () => {
  for (const [status, code] of [
    [401, 'CONTEXT_DENIED'],
    [403, 'CONTEXT_DENIED'],
    [404, 'CONTEXT_NO_API'],
    [415, 'CONTEXT_NO_API'],
  ] as const) {
    await using at = await bench()
    at.broker.moods.push({ status, body: { title: 'no', detail: 'because' } })
    expect(await at.settled(at.http.upsert(batchesOf(everywhere), never))).toMatchObject({
      code,
      detail: `HTTP ${status}, no: because`,
    })
    expect(at.broker.batches).toEqual([5])
  }
})

test('nobody there, or nobody who answers: the record waits, nothing is lost', async () => {
  await using gone = await bench(() => postTo('http://127.0.0.1:9'))
  expect(await gone.settled(gone.http.upsert(batchesOf(everywhere), never))).toMatchObject({
    code: 'CONTEXT_UNREACHABLE',
  })
  let asked = 0
  await using dumb = await bench(
    () => (_, signal) =>
      new Promise((_resolve, reject) => {
        asked++
        signal.addEventListener('abort', () => reject(new Error('given up')))
      }),
  )
  expect(await dumb.settled(dumb.http.upsert(batchesOf(everywhere), never))).toMatchObject({
    code: 'CONTEXT_UNREACHABLE',
    detail: 'no answer within 20 s',
  })
  expect(asked).toBe(4)
})

test('what was read before the outage goes into the history, and changes no present value', async () => {
  await using at = await bench()
  await at.settled(at.http.upsert(batchesOf(record({ 'feeder.power_active': [[60_000, 8_000]] })), never))
  expect(await at.settled(at.http.history(everywhere, never))).toBe('acknowledged')
  expect(at.broker.entities.get(cabinet)).toMatchObject({ totalActivePower: { value: 8 } })
  expect(at.broker.history.find(({ id }) => id === cabinet)).toMatchObject({
    totalActivePower: [{ value: 10.094 }, { value: 9 }],
    workingMode: [{ value: 'automatic' }],
  })
})

test('a broker without a history is not asked for ever, and that is told once', async () => {
  await using at = await bench()
  at.broker.keepsHistory = false
  for (let n = 0; n < 3; n++) expect(await at.settled(at.http.history(everywhere, never))).toBe('acknowledged')
  expect(at.givenUp.map(({ code }) => code)).toEqual(['CONTEXT_NO_HISTORY'])
  expect(at.broker.tenants).toHaveLength(1)
})

test('the end of the connection leaves nothing half answered', async () => {
  const stop = new AbortController()
  await using at = await bench(
    () => (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up')))),
  )
  const outcomes = Promise.all([
    at.http.upsert(batchesOf(everywhere), stop.signal),
    at.http.history(everywhere, stop.signal),
  ])
  await at.clock.advance(0)
  stop.abort()
  expect(await at.settled(outcomes)).toEqual(['lost', 'lost'])
})

test('garbage for an answer is no yes', () => {
  const now = Temporal.Instant.from('2026-12-21T17:00:00Z')
  expect(verdictOf({ status: 207, body: '<html>' }, now).kind).toBe('later')
  expect(verdictOf({ status: 302, body: '' }, now)).toMatchObject({ kind: 'stopped', code: 'CONTEXT_NO_API' })
  expect(verdictOf({ status: 503, body: '', retryAfter: 'Mon, 21 Dec 2026 17:01:00 GMT' }, now)).toMatchObject({
    afterMs: 60_000,
  })
  expect(verdictOf({ status: 503, body: '', retryAfter: 'soon' }, now)).not.toHaveProperty('afterMs')
})
