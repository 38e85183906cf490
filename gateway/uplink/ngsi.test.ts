import { expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import type { Parcel } from '../outbox/parcel.ts'
import { ngsiStreet, t0, t1 } from '../testing/ngsi-street.ts'
import { BrokerError, type Connection, type Outcome, type PublishProperties } from './connection.ts'
import { postTo } from './http-transport.ts'
import { NgsiHttp } from './ngsi-http.ts'
import { besidesOver, besidesTo, ngsiBesides } from './ngsi.ts'
import { StrictBroker } from './testing/context-broker.ts'

const layout = ngsiStreet()
const record = (release: string): Parcel => ({
  ...{ kind: 'record', outbox: 'b0x', ticket: 1, release, seq: 1, boot: 1 },
  body: JSON.stringify({
    t0,
    t1,
    p: {
      'feeder.power_active': [
        [0, 10_094],
        [10_000, 9_000],
      ],
    },
  }),
})
const gap: Parcel = { kind: 'gap', outbox: 'b0x', ticket: 2, release: 'read', boot: 1, from: 1, to: 2, why: 'evicted' }

test('over MQTT each batch is a message that says what it is; what is late goes elsewhere, and a gap nowhere', () => {
  const published: { topic: string; ids: string[]; properties: PublishProperties | undefined }[] = []
  const connection: Pick<Connection, 'publish'> = {
    publish: (topic, payload, retain, answered, properties) => {
      expect(retain).toBe(false)
      published.push({ topic, ids: (JSON.parse(payload) as { id: string }[]).map(({ id }) => id), properties })
      queueMicrotask(() => answered('acknowledged'))
    },
  }
  const besides = besidesOver(connection, layout)
  const told: Outcome[] = []
  for (const late of [false, true])
    for (const { send } of besides(record('read'), late)) send((outcome) => void told.push(outcome))
  const cabinet = ['urn:ngsi-ld:StreetlightControlCabinet:fanal:ville:rue-haute:cabinet']
  const properties = { contentType: 'application/ld+json' }
  expect(published).toEqual([
    { topic: 'fanal/ville/rue-haute/ngsi-ld/read', ids: cabinet, properties },
    { topic: 'fanal/ville/rue-haute/ngsi-ld/read', ids: cabinet, properties },
    { topic: 'fanal/ville/rue-haute/ngsi-ld-history/read', ids: cabinet, properties },
    { topic: 'fanal/ville/rue-haute/ngsi-ld-history/read', ids: cabinet, properties },
  ])
  expect(besides(gap, false)).toEqual([])
  expect(besides(record('another'), false)).toEqual([])
})

test('over HTTP a record is one sending, which answers when the broker has it', async () => {
  await using broker = await StrictBroker.start()
  const transport = postTo(broker.url)
  const http = new NgsiHttp({
    url: broker.url,
    transport,
    clock: fakeClock(),
    random: () => 0,
    givenUp: () => undefined,
  })
  const besides = besidesTo(http, layout, new AbortController().signal)
  const [live, ...more] = besides(record('read'), false)
  expect(more).toEqual([])
  expect(live).toMatchObject({ where: broker.url })
  expect(await new Promise((resolve) => live?.send(resolve))).toBe('acknowledged')
  expect([...broker.entities.values()]).toMatchObject([{ totalActivePower: { value: 9 } }])
  expect(await new Promise((resolve) => besides(record('read'), true)[0]?.send(resolve))).toBe('acknowledged')
  expect(broker.history).toHaveLength(1)
  expect(besides(gap, false)).toEqual([])
})

test('what fails while the connection lives is refused, so that it is tried again; what ends with it is lost', async () => {
  const over = new AbortController()
  const broken: Pick<NgsiHttp, 'url' | 'upsert' | 'history'> = {
    url: 'http://127.0.0.1:1026',
    upsert: () => Promise.reject(new RangeError('no such place')),
    history: () => Promise.reject(new RangeError('no such place')),
  }
  const besides = besidesTo(broken, layout, over.signal)
  const outcome = (late: boolean) => new Promise((resolve) => besides(record('read'), late)[0]?.send(resolve))
  const refusal = { code: 'CONTEXT_UNREACHABLE', where: broken.url, detail: 'RangeError: no such place' }
  expect(await outcome(false)).toMatchObject(refusal)
  expect(await outcome(true)).toMatchObject(refusal)
  over.abort()
  expect(await outcome(false)).toBe('lost')
})

test('which way is the site’s: to the context broker that it names, else beside the records', async () => {
  await using broker = await StrictBroker.start()
  const published: string[] = []
  const { promise: closed, resolve: close } = Promise.withResolvers<BrokerError>()
  const connection: Pick<Connection, 'publish' | 'closed'> = { publish: (topic) => void published.push(topic), closed }
  const rest = { layout, clock: fakeClock(), random: () => 0, givenUp: () => undefined }
  const sent = (ngsi_ld?: { url: string }) =>
    ngsiBesides({ ...rest, settings: { ngsi_ld } })(connection)(record('read'), false)

  for (const { send } of sent()) send(() => undefined)
  expect(new Set(published)).toEqual(new Set(['fanal/ville/rue-haute/ngsi-ld/read']))
  published.length = 0
  const [live] = sent({ url: broker.url })
  expect(await new Promise((resolve) => live?.send(resolve))).toBe('acknowledged')
  expect(broker.entities.size).toBe(1)
  const [late] = sent({ url: broker.url })
  close(new BrokerError('BROKER_CLOSED', 'h', 'gone'))
  await closed
  expect(await new Promise((resolve) => late?.send(resolve))).toBe('lost')
  expect(published).toEqual([])
})
