import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { answer, offline, online } from '../disclosure/announce.ts'
import type { Announced } from '../disclosure/disclosed.ts'
import { startUplink, type RawCommand, type Uplink, type UplinkEvent, type UplinkOptions } from './mqtt.ts'
import { fakeOutlet, type FakeOutlet } from './testing/fake-outlet.ts'

const origin = { outbox: 'b0x', boot: 1 }
const meta: Announced = { ...offline(origin), topic: 'meta', body: '{"v":1}' }

interface Broker {
  readonly aedes: Aedes
  readonly port: number
  /** those that are open */
  readonly sockets: ReadonlySet<Socket>
  stop(): Promise<void>
}

/** Aedes speaks MQTT 3.1.1 only: whoever comes with MQTT 5 is sent away with 0x01. */
async function startBroker(port = 0): Promise<Broker> {
  const aedes = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  await listening(server, port)
  return {
    aedes,
    port: (server.address() as AddressInfo).port,
    sockets,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
}

let broker: Broker
let clock: FakeClock
let outbox: FakeOutlet
let events: UplinkEvent[]
let ends: (() => Promise<unknown>)[]
/** how many wait for the clock; one, and no connection: the uplink between two tries */
let asleep: number

beforeEach(async () => {
  broker = await startBroker()
  const standing = fakeClock()
  asleep = 0
  clock = {
    ...standing,
    sleep: async (ms, signal) => {
      asleep++
      await standing.sleep(ms, signal).finally(() => asleep--)
    },
  }
  outbox = fakeOutlet()
  events = []
  ends = [() => broker.stop()]
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
})

function start(settings: { broker?: string; client_id?: string } = {}, commanded?: UplinkOptions['commanded']): Uplink {
  const uplink = startUplink({
    settings: {
      broker: `mqtt://127.0.0.1:${broker.port}`,
      keepalive: Temporal.Duration.from({ seconds: 60 }),
      history_rate: 64_000,
      ...settings,
    },
    tenant: 'ville',
    site: 'rue-haute',
    outbox,
    announcements: {
      online: () => online({ ...origin, outbox: outbox.id }, clock.now()),
      offline: () => offline({ ...origin, outbox: outbox.id }),
      meta: () => meta,
    },
    clock,
    random: () => 0.5,
    on: (event) => void events.push(event),
    ...(commanded === undefined ? {} : { commanded }),
  })
  ends.push(async () => {
    await uplink[Symbol.asyncDispose]()
  })
  return uplink
}

async function listen(...filters: string[]): Promise<{ client: MqttClient; heard: string[] }> {
  const heard: string[] = []
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 })
  ends.push(() => client.endAsync(true))
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`))
  await client.subscribeAsync(filters, { qos: 1 })
  return { client, heard }
}

/** Time stands still while there is a connection, so that no deadline passes while real sockets are at work. */
async function skipBackOff(): Promise<void> {
  await eventually(() => expect(asleep).toBe(1))
  await clock.advance(60_000)
}

const told = (event: UplinkEvent['event']) => events.filter((each) => each.event === event)
const troubles = () => events.flatMap((event) => (event.event === 'trouble' ? [event.code] : []))
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 })

describe('with a broker that speaks MQTT 3.1.1', () => {
  test('connects, is born, and carries records and gaps in order', async () => {
    const { heard } = await listen('fanal/#')
    outbox.add('energy', 3)
    const uplink = start()
    await eventually(() => expect(outbox.acknowledged).toHaveLength(3))
    await eventually(() => expect(heard).toHaveLength(6))
    const [self, state, description, ...records] = heard
    expect(self).toMatch(/^fanal\/ville\/rue-haute\/self /)
    expect(state).toMatch(/^fanal\/ville\/rue-haute\/state .*"s":"online"/)
    expect(description).toBe('fanal/ville/rue-haute/meta {"v":1}')
    expect(records).toEqual(
      [1, 2, 3].map(
        (seq) =>
          `fanal/ville/rue-haute/r/energy {"v":1,"outbox":"b0x","boot":1,"seq":${seq},"t0":0,"t1":1,"p":{"n":${seq}}}`,
      ),
    )
    expect(events).toEqual([
      { event: 'connected', broker: `mqtt://127.0.0.1:${broker.port}`, protocol: '3.1.1' },
      { event: 'left', release: 'energy', seq: 1 },
    ])
    expect(uplink.status()).toMatchObject({ connected: true, protocol: '3.1.1', published: 3 })
    expect(outbox.announced).toEqual(['state', 'meta'])
  })

  test('state and description are retained; an orderly stop says offline', async () => {
    const uplink = start()
    await eventually(() => expect(told('connected')).toHaveLength(1))
    await uplink[Symbol.asyncDispose]()
    const { heard } = await listen('fanal/+/+/state', 'fanal/+/+/meta')
    await eventually(() => expect(heard).toHaveLength(2))
    expect(heard.join()).toContain('"s":"offline"')
    expect(uplink.status().connected).toBe(false)
    expect(outbox.announced).toEqual(['state', 'meta', 'state'])
  })

  test('an orderly stop waits for the answers to what is under way', async () => {
    const held: (() => void)[] = []
    broker.aedes.authorizePublish = (_client, { topic }, done) => {
      if (topic.includes('/r/')) held.push(() => done(null))
      else done(null)
    }
    outbox.add('energy', 3)
    const uplink = start()
    await eventually(() => expect(held).toHaveLength(3))
    const stopping = uplink[Symbol.asyncDispose]()
    const { client } = await listen('a/way/there/and/back')
    await client.publishAsync('a/way/there/and/back', '', { qos: 1 })
    expect(outbox.announced).toEqual(['state', 'meta'])
    for (const answer of held) answer()
    await stopping
    expect(outbox.acknowledged).toHaveLength(3)
    expect(outbox.announced).toEqual(['state', 'meta', 'state'])
  })

  test('a connection that breaks lets the will speak', async () => {
    start()
    await eventually(() => expect(told('connected')).toHaveLength(1))
    const gateway = [...broker.sockets]
    const { heard } = await listen('fanal/+/+/state')
    await eventually(() => expect(heard.join()).toContain('"s":"online"'))
    for (const socket of gateway) socket.destroy()
    await eventually(() => expect(heard.join()).toContain('"s":"offline"'))
  })

  test('receipts and replay requests reach the outbox; garbage does not', async () => {
    start()
    await eventually(() => expect(told('connected')).toHaveLength(1))
    const { client } = await listen('nothing')
    const say = (topic: string, body: string, retain = false) =>
      client.publishAsync(`fanal/ville/rue-haute/${topic}`, body, { qos: 1, retain })
    await say('receipt/energy', '{"v":1,"outbox":"b0x","upto":17}', true)
    await say('receipt/energy', '{"v":1,"outbox":"another","upto":3}')
    await say('replay/energy', '{"v":1,"outbox":"b0x","ranges":[[1,4]]}')
    await say('replay/energy', 'not json')
    await say('receipt/energy', 'x'.repeat(70_000))
    await say('receipt/energy', '{"v":1,"outbox":"another","upto":4}')
    await eventually(() =>
      expect(outbox.receipts).toEqual([
        { release: 'energy', outbox: 'b0x', upto: 17 },
        { release: 'energy', outbox: 'another', upto: 3 },
        { release: 'energy', outbox: 'another', upto: 4 },
      ]),
    )
    expect(outbox.replays).toEqual([{ release: 'energy', outbox: 'b0x', ranges: [{ from: 1, to: 4 }] }])
    expect(told('receipt')).toEqual([{ event: 'receipt', release: 'energy', upto: 17 }])
  })

  test('a retained receipt is heard at once, a retained replay request is not obeyed', async () => {
    const { client } = await listen('nothing')
    const retained = { qos: 1, retain: true } as const
    await client.publishAsync('fanal/ville/rue-haute/receipt/energy', '{"v":1,"outbox":"b0x","upto":5}', retained)
    await client.publishAsync(
      'fanal/ville/rue-haute/replay/energy',
      '{"v":1,"outbox":"b0x","ranges":[[1,4]]}',
      retained,
    )
    start()
    await eventually(() => expect(told('connected')).toHaveLength(1))
    const now = '{"v":1,"outbox":"b0x","ranges":[[5,6]]}'
    await client.publishAsync('fanal/ville/rue-haute/replay/energy', now, { qos: 1 })
    await eventually(() => expect(outbox.replays).not.toEqual([]))
    expect(outbox.receipts).toHaveLength(1)
    expect(outbox.replays).toEqual([{ release: 'energy', outbox: 'b0x', ranges: [{ from: 5, to: 6 }] }])
  })

  test('commands are handed over as they came, and answered as often as there is something to say', async () => {
    const { client, heard } = await listen('fanal/ville/rue-haute/answer/#')
    await client.publishAsync('fanal/ville/rue-haute/command/south', 'kept', { qos: 1, retain: true })
    const commands: RawCommand[] = []
    start({}, (command, reply) => {
      commands.push(command)
      reply(answer({ setpoint: `${command.segment}.level`, verdict: 'accepted' }))
      reply(answer({ setpoint: `${command.segment}.level`, verdict: 'applied' }))
    })
    await eventually(() => expect(commands).toHaveLength(1))
    await eventually(() => expect(told('connected')).toHaveLength(1))
    await client.publishAsync('fanal/ville/rue-haute/command/north', '{"v":1}', { qos: 1 })
    await client.publishAsync('fanal/ville/rue-basse/command/north', 'another gateway’s', { qos: 1 })
    await eventually(() => expect(heard).toHaveLength(4))
    expect(
      commands.map(({ segment, payload, retained }) => [segment, Buffer.from(payload).toString(), retained]),
    ).toEqual([
      ['south', 'kept', true],
      ['north', '{"v":1}', false],
    ])
    expect(heard[2]).toBe('fanal/ville/rue-haute/answer {"v":1,"setpoint":"north.level","verdict":"accepted"}')
    await eventually(() => expect(outbox.announced.filter((topic) => topic === 'answer')).toHaveLength(4))
  })

  test('a command that is too long is handed over empty, to be refused', async () => {
    const { client } = await listen('nothing')
    const topic = 'fanal/ville/rue-haute/command/north'
    await client.publishAsync(topic, 'x'.repeat(70_000), { qos: 1, retain: true })
    const commands: RawCommand[] = []
    start({}, (command) => commands.push(command))
    await eventually(() => expect(told('connected')).toHaveLength(1))
    await client.publishAsync(topic, 'x'.repeat(65_536), { qos: 1 })
    await eventually(() => expect(commands).toHaveLength(2))
    expect(commands[0]).toEqual({ segment: 'north', payload: new Uint8Array(), retained: true })
    expect(commands[1]?.payload).toHaveLength(65_536)
  })

  test('what is answered while there is no connection goes out over the next', async () => {
    const replies: ((announced: Announced) => void)[] = []
    start({}, (_, reply) => replies.push(reply))
    await eventually(() => expect(told('connected')).toHaveLength(1))
    const { client } = await listen('nothing')
    await client.publishAsync('fanal/ville/rue-haute/command/north', '{}', { qos: 1 })
    await eventually(() => expect(replies).toHaveLength(1))
    const { port } = broker
    await broker.stop()
    await eventually(() => expect(troubles()).toEqual(['BROKER_CLOSED']))
    replies[0]?.(answer({ setpoint: 'north.level', verdict: 'applied' }))
    broker = await startBroker(port)
    const { heard } = await listen('fanal/+/+/answer/#')
    await skipBackOff()
    await eventually(() =>
      expect(heard).toEqual(['fanal/ville/rue-haute/answer {"v":1,"setpoint":"north.level","verdict":"applied"}']),
    )
  })

  test('an orderly stop waits until the last answers are said', async () => {
    const held: (() => void)[] = []
    let holds = true
    broker.aedes.authorizePublish = (_client, { topic }, done) => {
      if (holds && topic.includes('/answer')) held.push(() => done(null))
      else done(null)
    }
    const { client, heard } = await listen('fanal/+/+/answer/#', 'a/way/there/and/back')
    const uplink = start({}, (_, reply) => {
      for (let n = 0; n < 20; n++) reply(answer({ nonce: `n${n}`, setpoint: 'north.level', verdict: 'accepted' }))
    })
    await eventually(() => expect(told('connected')).toHaveLength(1))
    await client.publishAsync('fanal/ville/rue-haute/command/north', '{}', { qos: 1 })
    await eventually(() => expect(held.length).toBeGreaterThan(0))
    const stopping = uplink[Symbol.asyncDispose]()
    await client.publishAsync('a/way/there/and/back', '', { qos: 1 })
    expect(outbox.announced).toEqual(['state', 'meta'])
    holds = false
    for (const release of held) release()
    await stopping
    expect(heard.filter((line) => line.includes('/answer'))).toHaveLength(20)
    expect(outbox.announced).toEqual(['state', 'meta', ...Array.from({ length: 20 }, () => 'answer'), 'state'])
  })

  test('where nothing is to be commanded, nothing is listened for', async () => {
    start()
    await eventually(() => expect(told('connected')).toHaveLength(1))
    const { client, heard } = await listen('fanal/#')
    await client.publishAsync('fanal/ville/rue-haute/command/north', '{}', { qos: 1 })
    await eventually(() => expect(heard.at(-1)).toContain('/command/north'))
    expect(heard.some((line) => line.includes('/answer'))).toBe(false)
  })

  test('a broker killed in the middle: nothing is lost, what was not acknowledged goes again', async () => {
    outbox.add('energy', 50)
    start()
    await eventually(() => expect(outbox.acknowledged).toHaveLength(50))
    // From now on nothing is acknowledged.
    broker.aedes.authorizePublish = () => undefined
    outbox.add('energy', 200)
    await eventually(() => expect(outbox.mostUnderWay()).toBeGreaterThanOrEqual(32))
    const { port } = broker
    await broker.stop()
    await eventually(() => expect(troubles()).toEqual(['BROKER_CLOSED']))
    for (let tries = 0; tries < 3; tries++) await skipBackOff()
    await eventually(() => expect(asleep).toBe(1))
    expect(troubles()).toEqual(['BROKER_CLOSED', 'BROKER_UNREACHABLE'])

    broker = await startBroker(port)
    const { heard } = await listen('fanal/+/+/r/+')
    await skipBackOff()
    await eventually(() => expect(outbox.acknowledged).toHaveLength(250))
    expect(new Set(outbox.acknowledged).size).toBe(250)
    await eventually(() => expect(heard).toHaveLength(200))
    expect(told('connected')).toHaveLength(2)
  })

  test('an outbox that gives nothing costs no connection, and is told once for each ailment', async () => {
    const ailing = (words: string) => () => Promise.reject(new Error(words))
    const take = outbox.take.bind(outbox)
    outbox.take = ailing('damaged')
    start()
    await eventually(() => expect(told('outbox-failed')).toHaveLength(1))
    for (let tries = 0; tries < 5; tries++) await clock.advance(40_000)
    outbox.take = ailing('dead')
    await clock.advance(60_000)
    expect(told('outbox-failed').map((event) => String('error' in event && event.error))).toEqual([
      'Error: damaged',
      'Error: dead',
    ])
    outbox.take = take
    outbox.add('energy', 1)
    await clock.advance(60_000)
    await eventually(() => expect(outbox.acknowledged).toEqual(['energy 1']))
    expect(told('connected')).toHaveLength(1)
    expect(troubles()).toEqual([])
  })

  test('a broker that hangs up on a topic: nothing is counted as sent, and it is tried again', async () => {
    let tries = 0
    broker.aedes.authorizePublish = (_client, { topic }, done) => {
      if (topic.includes('/r/')) tries++
      done(topic.includes('/r/') ? new Error('no') : null)
    }
    outbox.add('energy', 3)
    const uplink = start()
    await eventually(() => expect(troubles()).toEqual(['BROKER_CLOSED']))
    const before = tries
    await skipBackOff()
    await eventually(() => expect(tries).toBe(2 * before))
    await eventually(() => expect(uplink.status().trouble?.code).toBe('BROKER_CLOSED'))
    expect(outbox.acknowledged).toEqual([])
    expect(outbox.waiting()).toBe(3)
  })

  test('a broker that swallows what it refuses is found out before a record leaves', async () => {
    const records: string[] = []
    let spoken = 0
    broker.aedes.authorizePublish = (_client, packet, done) => {
      if (packet.topic.includes('/r/')) records.push(packet.topic)
      spoken++
      packet.topic = 'nowhere'
      done(null)
    }
    outbox.add('energy', 3)
    const uplink = start()
    await eventually(() => expect(spoken).toBe(1))
    await clock.advance(5_000)
    await eventually(() => expect(troubles()).toEqual(['BROKER_SILENT']))
    expect(uplink.status()).toMatchObject({ connected: false, trouble: { where: 'fanal/ville/rue-haute/self' } })
    expect(records).toEqual([])
    expect(outbox.acknowledged).toEqual([])
  })

  test('a wrong login is told as such', async () => {
    broker.aedes.authenticate = (_client, _name, _password, done) =>
      done(Object.assign(new Error('no'), { returnCode: 4 }), null)
    start()
    await eventually(() => expect(troubles()).toEqual(['BROKER_REFUSED_LOGIN']))
  })
})

test('what is no broker is told as such, and tried again less and less often', async () => {
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  })
  await listening(server, 0)
  ends.push(() => new Promise((resolve) => server.close(resolve)))
  start({ broker: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await eventually(() => expect(troubles()).toEqual(['BROKER_PROTOCOL']))
  // With half of full jitter: 1 s, 2 s, 4 s …
  await clock.advance(999)
  expect(calls).toBe(1)
  await clock.advance(1)
  await eventually(() => expect(calls).toBe(2))
})

test('stopping settles while nobody answers', async () => {
  const silent = createServer((socket) => void socket.on('error', () => undefined))
  await listening(silent, 0)
  const uplink = start({ broker: `mqtt://127.0.0.1:${(silent.address() as AddressInfo).port}` })
  const seen = new Promise<Socket>((resolve) => silent.once('connection', resolve))
  const socket = await seen
  await uplink[Symbol.asyncDispose]()
  socket.destroy()
  await new Promise((resolve) => silent.close(resolve))
  expect(events).toEqual([])
})

test('another numbering is announced at once, over a new connection, whose will knows it; and once', async () => {
  const { heard } = await listen('+/+/+/state')
  outbox.add('energy', 3)
  const uplink = start()
  await eventually(() => expect(outbox.acknowledged).toHaveLength(3))
  uplink.renumbered()
  Object.assign(outbox, { id: 'n3w' })
  uplink.renumbered()
  uplink.renumbered()
  await eventually(() => expect(told('connected')).toHaveLength(2))
  uplink.renumbered()
  outbox.add('energy', 2)
  await eventually(() => expect(outbox.acknowledged).toHaveLength(5))
  expect(asleep).toBeLessThanOrEqual(1) // no back-off, no look for a twin
  expect(told('connected')).toHaveLength(2)
  expect(troubles()).toEqual([])
  for (const socket of [...broker.sockets].slice(1)) socket.destroy()
  await eventually(() => expect(heard).toHaveLength(4))
  const states = heard.map((each) => JSON.parse(each.slice(each.indexOf(' '))) as { s: string; outbox: string })
  expect(states.map(({ s, outbox: id }) => [s, id])).toEqual([
    ['online', 'b0x'],
    ['offline', 'n3w'],
    ['online', 'n3w'],
    ['offline', 'n3w'], // the will
  ])
})

test('a numbering that changes while it greets is known to the will, too', async () => {
  const { heard } = await listen('+/+/+/state')
  let greetings = 0
  broker.aedes.authorizePublish = (_client, { topic }, done) => {
    if (topic.endsWith('/state') && ++greetings === 1) Object.assign(outbox, { id: 'n3w' })
    done(null)
  }
  start()
  await eventually(() => expect(told('connected')).toHaveLength(2))
  for (const socket of [...broker.sockets].slice(1)) socket.destroy()
  await eventually(() => expect(heard.at(-1)).toContain('"s":"offline"'))
  expect(heard.at(-1)).toContain('n3w')
  expect(told('connected')).toHaveLength(2)
})
