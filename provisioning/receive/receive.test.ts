import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes, type AedesPublishPacket } from 'aedes'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { description, offline, online } from '../../gateway/disclosure/announce.ts'
import { compilePolicy } from '../../gateway/disclosure/policy.ts'
import { openOutbox } from '../../gateway/outbox/outbox.ts'
import { record } from '../../gateway/outbox/testing/records.ts'
import { startUplink } from '../../gateway/uplink/mqtt.ts'
import { receive, ShelfError, type ReceiveEvent } from './receive.ts'
import { openShelf } from './shelf.ts'

let folder: string
let shelf: string
let broker: { port: number; aedes: Aedes; stop(): Promise<void> }
let clock: FakeClock
let events: ReceiveEvent[]
let ends: (() => Promise<unknown>)[]

async function startBroker(port = 0): Promise<typeof broker> {
  const aedes = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    aedes.handle(socket)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    aedes,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-receive-'))
  shelf = join(folder, 'shelf.db')
  broker = await startBroker()
  clock = fakeClock()
  events = []
  ends = [() => broker.stop()]
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  rmSync(folder, { recursive: true })
})

/** Starts a recipient; the function ends it. */
function start(options: { shelf?: string; filter?: string } = {}): () => Promise<void> {
  const stop = new AbortController()
  const running = receive({
    broker: `mqtt://127.0.0.1:${broker.port}`,
    clock,
    random: () => 0.5,
    signal: stop.signal,
    on: (event) => void events.push(event),
    ...options,
  })
  const end = () => {
    stop.abort()
    return running
  }
  ends.push(end)
  return end
}

/** The recipient's clock goes on by a commit while real sockets are at work. */
const eventually = (check: () => void | Promise<void>) =>
  vi.waitFor(
    async () => {
      await clock.advance(100)
      await check()
    },
    { timeout: 5_000, interval: 5 },
  )
const told = (event: ReceiveEvent['event']) => events.filter((each) => each.event === event)
const numbers = () => events.flatMap((event) => (event.event === 'record' ? [event.seq] : []))

async function gateway(): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 })
  ends.push(() => client.endAsync(true))
  return client
}
const say = (client: MqttClient, seq: number) =>
  client.publishAsync(
    'fanal/ville/rue-haute/r/energy',
    `{"v":1,"outbox":"b0x","boot":1,"seq":${seq},"t0":0,"t1":1,"p":{}}`,
    {
      qos: 1,
    },
  )

test('what a gateway stores is received, kept and confirmed', async () => {
  start({ shelf })
  await eventually(() => expect(told('connected')).toHaveLength(1))
  const standing = fakeClock()
  const outbox = await openOutbox({
    file: join(folder, 'outbox.db'),
    deliveries: new Map([['energy', { kind: 'durable' }]]),
    clock: standing,
  })
  ends.push(async () => {
    await outbox[Symbol.asyncDispose]()
  })
  const origin = { outbox: outbox.id, boot: outbox.boot }
  const uplink = startUplink({
    settings: {
      broker: `mqtt://127.0.0.1:${broker.port}`,
      keepalive: Temporal.Duration.from({ seconds: 60 }),
      history_rate: 100_000_000,
    },
    tenant: 'ville',
    site: 'rue-haute',
    outbox,
    announcements: {
      online: () => online(origin, standing.now()),
      offline: () => offline(origin),
      meta: () => description(compilePolicy({}, new Map()), undefined),
    },
    clock: standing,
    random: () => 0.5,
    on: () => undefined,
  })
  ends.push(async () => {
    await uplink[Symbol.asyncDispose]()
  })
  await outbox.append(Array.from({ length: 200 }, (_, n) => record('energy', n)))

  await eventually(async () => expect(await outbox.streams()).toMatchObject([{ last: 200, waiting: 0, receipt: 200 }]))
  expect(numbers()).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
  expect(told('state')).toEqual([{ event: 'state', tenant: 'ville', site: 'rue-haute', state: 'online' }])
  expect(told('garbage')).toEqual([])
  using kept = openShelf(shelf)
  expect(kept.streams()).toMatchObject([{ name: { outbox: outbox.id }, held: [[1, 200]], declared: [] }])
})

test('what is missing is asked for, not for each message, until it is there', async () => {
  const asked: string[] = []
  const client = await gateway()
  client.on('message', (topic, payload) => asked.push(`${topic} ${payload.toString()}`))
  await client.subscribeAsync('fanal/+/+/replay/+', { qos: 1 })
  start({ shelf })
  await eventually(() => expect(told('connected')).toHaveLength(1))
  for (const seq of [1, 2, 5, 6, 8]) await say(client, seq)
  await eventually(() => expect(asked).toHaveLength(1))
  expect(asked).toEqual(['fanal/ville/rue-haute/replay/energy {"v":1,"outbox":"b0x","ranges":[[3,4],[7,7]]}'])
  for (const seq of [3, 4, 7]) await say(client, seq)
  await eventually(() => expect(told('gap-closed')).toHaveLength(1))
  await eventually(() => expect(told('receipt-given').at(-1)).toMatchObject({ upto: 8 }))
})

test('goes on after the broker was away, and after it was away itself', async () => {
  const end = start({ shelf })
  await eventually(() => expect(told('connected')).toHaveLength(1))
  await say(await gateway(), 1)
  await eventually(() => expect(told('receipt-given')).toHaveLength(1))
  const { port } = broker
  await broker.stop()
  await eventually(() => expect(told('trouble')).toHaveLength(2))
  expect(told('trouble')).toMatchObject([{ code: 'BROKER_CLOSED' }, { code: 'BROKER_UNREACHABLE' }])
  broker = await startBroker(port)
  await eventually(() => expect(told('connected')).toHaveLength(2))
  await eventually(() => expect(told('receipt-given')).toHaveLength(2))
  await end()

  start({ shelf })
  await eventually(() => expect(told('receipt-given')).toHaveLength(3))
  const client = await gateway()
  await say(client, 1)
  await say(client, 2)
  await eventually(() => expect(told('receipt-given').at(-1)).toMatchObject({ upto: 2 }))
  expect(numbers()).toEqual([1, 2])
  expect(told('duplicate')).toHaveLength(1)
})

test('its last records are committed and confirmed when it is told to stop', async () => {
  const end = start({ shelf })
  await eventually(() => expect(told('connected')).toHaveLength(1))
  const client = await gateway()
  await say(client, 1)
  await vi.waitFor(() => expect(told('record')).toHaveLength(1))
  await end()
  expect(told('receipt-given')).toHaveLength(1)
  using kept = openShelf(shelf)
  expect(kept.streams()).toMatchObject([{ held: [[1, 1]] }])
})

test('who only watches says nothing', async () => {
  const said: AedesPublishPacket[] = []
  broker.aedes.on('publish', (packet, client) => {
    if (client?.id.startsWith('fanal-receive')) said.push(packet)
  })
  const end = start({ filter: 'fanal/ville/+/r/energy' })
  await eventually(() => expect(told('connected')).toHaveLength(1))
  const client = await gateway()
  for (const seq of [500, 501, 503]) await say(client, seq)
  await eventually(() => expect(told('record')).toHaveLength(3))
  await clock.advance(60_000)
  await end()
  expect(told('gap-found')).toMatchObject([{ from: 502, to: 502 }])
  expect(said).toEqual([])
})

test('a shelf that cannot be opened ends it, a login refused does not', async () => {
  await expect(start({ shelf: join(folder, 'no', 'folder') })()).rejects.toThrow(ShelfError)
  ends.pop()
  broker.aedes.authenticate = (_client, _name, _password, done) =>
    done(Object.assign(new Error('no'), { returnCode: 4 }), null)
  start()
  await eventually(() => expect(told('trouble')).toMatchObject([{ code: 'BROKER_REFUSED_LOGIN' }]))
})
