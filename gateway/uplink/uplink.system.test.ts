/** The uplink and the reference recipient against Debian's mosquitto: TLS, client certificates, access rules, kill -9. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync, type IClientPublishOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { receive, type ReceiveEvent } from '../../provisioning/receive/receive.ts'
import { openShelf } from '../../provisioning/receive/shelf.ts'
import { systemClock } from '../clock.ts'
import { answer, description, offline, online } from '../disclosure/announce.ts'
import { compilePolicy } from '../disclosure/policy.ts'
import { openOutbox, type Outbox } from '../outbox/outbox.ts'
import { record } from '../outbox/testing/records.ts'
import type { Uplink as UplinkSettings } from '../site.ts'
import { startUplink, type RawCommand, type Uplink, type UplinkEvent, type UplinkOptions } from './mqtt.ts'
import { makeAuthority, type Authority, type Certificate } from './testing/authority.ts'
import { Mosquitto } from './testing/mosquitto.ts'

/** The one rule that fences a gateway, and what a recipient may do. */
const gatewayRule = 'pattern readwrite fanal/ville/%u/#'
const recipientRules = [
  'user mairie',
  'topic read fanal/+/+/r/#',
  'topic read fanal/+/+/h/#',
  'topic read fanal/+/+/state',
  'topic write fanal/+/+/receipt/#',
  'topic write fanal/+/+/replay/#',
]

let certificates: string
let city: Authority
let stranger: Authority
let server: Certificate
let cabinet: Certificate
let mairie: Certificate

beforeAll(() => {
  certificates = mkdtempSync(join(tmpdir(), 'fanal-certificates-'))
  city = makeAuthority(certificates, 'city')
  stranger = makeAuthority(certificates, 'stranger')
  server = city.issue('broker', { names: 'DNS:localhost,IP:127.0.0.1' })
  cabinet = city.issue('rue-haute')
  mairie = city.issue('mairie')
})
afterAll(() => rmSync(certificates, { recursive: true }))

let folder: string
let ends: AsyncDisposableStack
let events: UplinkEvent[]
let received: ReceiveEvent[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-uplink-'))
  ends = new AsyncDisposableStack()
  events = []
  received = []
})
afterEach(async () => {
  await ends.disposeAsync()
  rmSync(folder, { recursive: true })
})

async function startBroker(options: { tls?: Certificate; acl?: readonly string[] } = {}): Promise<Mosquitto> {
  const { tls, acl } = options
  const withTls = tls === undefined ? {} : { tls: { ...tls, ca: city.ca } }
  return ends.use(await Mosquitto.start({ folder, ...withTls, ...(acl === undefined ? {} : { acl }) }))
}

async function newOutbox(...releases: string[]): Promise<Outbox> {
  const deliveries = new Map(releases.map((name) => [name, { kind: 'durable' }] as const))
  return ends.use(await openOutbox({ file: join(folder, 'outbox.db'), deliveries, clock: systemClock }))
}

function startGateway(
  outbox: Outbox,
  settings: Partial<UplinkSettings> & { broker: string },
  site = 'rue-haute',
  commanded?: UplinkOptions['commanded'],
): Uplink {
  const origin = { outbox: outbox.id, boot: outbox.boot }
  return ends.use(
    startUplink({
      settings: { keepalive: Temporal.Duration.from({ seconds: 5 }), history_rate: 100_000_000, ...settings },
      tenant: 'ville',
      site,
      outbox,
      announcements: {
        online: () => online(origin, systemClock.now()),
        offline: () => offline(origin),
        meta: () => description(compilePolicy({}, new Map()), undefined),
      },
      clock: systemClock,
      random: () => 0.05, // so that the tests need not wait for a back-off
      on: (event) => void events.push(event),
      commanded,
    }),
  )
}

function startRecipient(broker: string, tls?: Certificate): () => Promise<void> {
  const stop = new AbortController()
  const running = receive({
    broker,
    ...(tls === undefined ? {} : { tls: { ...tls, ca: city.ca } }),
    shelf: join(folder, 'shelf.db'),
    clock: systemClock,
    random: () => 0.05,
    signal: stop.signal,
    on: (event) => void received.push(event),
  })
  const end = () => {
    stop.abort()
    return running
  }
  ends.defer(end)
  return end
}

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 20 })
const troubles = () => events.flatMap((event) => (event.event === 'trouble' ? [event] : []))
const told = (event: UplinkEvent['event']) => events.filter((each) => each.event === event)
const records = (release: string, count: number) => Array.from({ length: count }, (_, n) => record(release, n))
const numbersOf = (release: string) =>
  received.flatMap((event) => (event.event === 'record' && event.release === release ? [event.seq] : []))
const states = () => received.flatMap((event) => (event.event === 'state' ? [event.state] : []))
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

describe('MQTT 5, mutual TLS, one access rule for the gateway', () => {
  let broker: Mosquitto
  let settings: { broker: string; tls: UplinkSettings['tls'] }
  beforeEach(async () => {
    broker = await startBroker({ tls: server, acl: [gatewayRule, ...recipientRules] })
    settings = { broker: `mqtts://localhost:${broker.port}`, tls: { ca: city.ca, ...cabinet } }
  })

  test('records go out, receipts come back', async () => {
    const outbox = await newOutbox('energy')
    await outbox.append(records('energy', 500))
    startRecipient(settings.broker, mairie)
    await eventually(() => expect(received.some(({ event }) => event === 'connected')).toBe(true))
    const uplink = startGateway(outbox, settings)
    await eventually(async () => expect(await outbox.streams()).toMatchObject([{ waiting: 0, receipt: 500 }]))
    expect(numbersOf('energy')).toEqual(upTo(500))
    expect(uplink.status()).toMatchObject({ connected: true, protocol: '5', published: 500, refused: 0 })
    expect(troubles()).toEqual([])
    await uplink[Symbol.asyncDispose]()
    await eventually(() => expect(states()).toEqual(['online', 'offline']))
  })

  test('a gateway that speaks for another is refused, and its records stay', async () => {
    const outbox = await newOutbox('energy')
    await outbox.append(records('energy', 3))
    startGateway(outbox, settings, 'rue-basse')
    await eventually(() =>
      expect(troubles()).toMatchObject([{ code: 'BROKER_NOT_AUTHORISED', where: 'fanal/ville/rue-basse/state' }]),
    )
    expect(await outbox.streams()).toMatchObject([{ waiting: 3 }])
  })

  test('a release that is refused is told once; the others go on, and it follows when it may', async () => {
    const outbox = await newOutbox('energy', 'secret')
    const rules = ['state', 'meta', 'r/energy', 'h/energy', 'receipt/#', 'replay/#']
    broker.allow([...rules.map((topic) => `pattern readwrite fanal/ville/%u/${topic}`), ...recipientRules])
    await outbox.append([...records('secret', 300), ...records('energy', 300)])
    startRecipient(settings.broker, mairie)
    await eventually(() => expect(received.some(({ event }) => event === 'connected')).toBe(true))
    const uplink = startGateway(outbox, settings)
    await eventually(() => expect(numbersOf('energy')).toEqual(upTo(300)))
    expect(numbersOf('secret')).toEqual([])
    expect(troubles()).toMatchObject([{ code: 'BROKER_NOT_AUTHORISED', where: 'fanal/ville/rue-haute/h/secret' }])
    expect(uplink.status().refusing).toMatchObject({ secret: { code: 'BROKER_NOT_AUTHORISED' } })

    broker.allow([gatewayRule, ...recipientRules])
    await eventually(() => expect(numbersOf('secret')).toEqual(upTo(300)))
    expect(told('accepted')).toEqual([{ event: 'accepted', release: 'secret' }])
    expect(troubles()).toHaveLength(1)
    expect(uplink.status().refusing).toEqual({})
  })

  test('a description that is refused is told once, and keeps no record back', async () => {
    const outbox = await newOutbox('energy')
    const rules = ['state', 'r/#', 'h/#', 'receipt/#', 'replay/#']
    broker.allow([...rules.map((topic) => `pattern readwrite fanal/ville/%u/${topic}`), ...recipientRules])
    const uplink = startGateway(outbox, settings)
    for (const published of [3, 6]) {
      await outbox.append(records('energy', 3))
      await eventually(() => expect(uplink.status()).toMatchObject({ connected: true, published, refusing: {} }))
      await broker.kill()
      await eventually(() => expect(uplink.status().connected).toBe(false))
      await broker.restart()
    }
    await eventually(() => expect(told('connected')).toHaveLength(3))
    const refusals = troubles().filter(({ code }) => code === 'BROKER_NOT_AUTHORISED')
    expect(refusals).toMatchObject([{ where: 'fanal/ville/rue-haute/meta' }])
  })

  test.each([
    ['an authority that we do not know', () => ({ tls: { ca: stranger.ca, ...cabinet } }), 'BROKER_TLS_UNTRUSTED'],
    ['no client certificate', () => ({ tls: { ca: city.ca } }), 'BROKER_TLS_CLIENT_CERTIFICATE'],
    [
      'a client certificate of a stranger',
      () => ({ tls: { ca: city.ca, ...stranger.issue('rue-haute') } }),
      'BROKER_TLS_CLIENT_CERTIFICATE',
    ],
    [
      'a client certificate that has expired',
      () => ({ tls: { ca: city.ca, ...city.issue('rue-haute', { days: -1 }) } }),
      'BROKER_TLS_CLIENT_CERTIFICATE',
    ],
    ['the key of another', () => ({ tls: { ca: city.ca, ...cabinet, key: mairie.key } }), 'BROKER_FILE'],
    ['a certificate file that is none', () => ({ tls: { ca: garbage(), ...cabinet } }), 'BROKER_FILE'],
    ['a certificate file that is not there', () => ({ tls: { ca: '/nowhere/ca.pem', ...cabinet } }), 'BROKER_FILE'],
    ['a plain connection', () => ({ broker: `mqtt://localhost:${broker.port}`, tls: undefined }), 'BROKER_CLOSED'],
  ])('%s', async (_, wrong, code) => {
    startGateway(await newOutbox('energy'), { ...settings, ...wrong() })
    await eventually(() => expect(troubles()).toMatchObject([{ code }]))
  })

  function garbage(): string {
    const file = join(folder, 'garbage.pem')
    writeFileSync(file, 'not a certificate')
    return file
  }
})

test.each([
  ['another’s name', { names: 'DNS:elsewhere.example' }, 'BROKER_TLS_WRONG_NAME'],
  ['an old date', { names: 'DNS:localhost', days: -1 }, 'BROKER_TLS_EXPIRED'],
])('a broker whose certificate has %s', async (_, certificate, code) => {
  const broker = await startBroker({ tls: city.issue('broker', certificate) })
  const tls = { ca: city.ca, ...cabinet }
  startGateway(await newOutbox('energy'), { broker: `mqtts://localhost:${broker.port}`, tls })
  await eventually(() => expect(troubles()).toMatchObject([{ code }]))
})

test('a broker of MQTT 3.1.1 that swallows what it refuses is found out before a record leaves', async () => {
  const broker = await startBroker({ acl: ['topic read fanal/#'] })
  const { port } = await openDoor(broker.port, { only311: true })
  const outbox = await newOutbox('energy')
  await outbox.append(records('energy', 3))
  const uplink = startGateway(outbox, { broker: `mqtt://127.0.0.1:${port}` })
  await eventually(() =>
    expect(troubles()).toMatchObject([{ code: 'BROKER_SILENT', where: 'fanal/ville/rue-haute/self' }]),
  )
  expect(uplink.status()).toMatchObject({ connected: false, published: 0 })
  expect(await outbox.streams()).toMatchObject([{ last: 3, waiting: 3 }])

  broker.allow(['topic readwrite fanal/#'])
  await eventually(() => expect(uplink.status()).toMatchObject({ connected: true, protocol: '3.1.1', published: 3 }))
  expect(troubles()).toHaveLength(1)
})

describe('commands', () => {
  const branch = 'fanal/ville/rue-haute'
  const openRules = ['topic readwrite fanal/#']
  let commands: RawCommand[]
  let replies: Parameters<NonNullable<UplinkOptions['commanded']>>[1][]
  /** of the commander */
  let heard: { topic: string; body: string; properties: IPublishPacket['properties']; retain: boolean }[]

  /** A gateway that accepts whatever it is told. */
  async function startCommanded(broker: string, tls?: UplinkSettings['tls'], kept?: Outbox): Promise<Uplink> {
    commands = []
    replies = []
    const settings = tls === undefined ? { broker } : { broker, tls }
    const uplink = startGateway(kept ?? (await newOutbox('energy')), settings, 'rue-haute', (command, reply) => {
      commands.push(command)
      replies.push(reply)
      reply(answer({ setpoint: `${command.segment}.level`, verdict: 'accepted' }))
    })
    await eventually(() => expect(uplink.status().connected).toBe(true))
    return uplink
  }

  async function startCommander(broker: string, { tls }: { tls?: Certificate } = {}): Promise<MqttClient> {
    heard = []
    const files = tls && { ca: readFileSync(city.ca), cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }
    const client = await connectAsync(broker, { protocolVersion: 5, reconnectPeriod: 0, ...files })
    ends.defer(() => client.endAsync(true))
    client.on('message', (topic, payload, { properties, retain }) => {
      heard.push({ topic, body: payload.toString(), properties, retain })
    })
    await client.subscribeAsync(`${branch}/answer/#`, { qos: 1 })
    return client
  }

  const command = (client: MqttClient, options: Omit<IClientPublishOptions, 'qos'> = {}, segment = 'north') =>
    client.publishAsync(`${branch}/command/${segment}`, '{"v":1}', { qos: 1, ...options })

  test('are answered where the commander asks for it, with its correlation, twice if need be', async () => {
    const broker = await startBroker()
    const url = `mqtt://127.0.0.1:${broker.port}`
    await startCommanded(url)
    const client = await startCommander(url)
    const correlationData = Buffer.from([0, 1, 254, 255])
    const responseTopic = `${branch}/answer/central/42`
    await command(client, { properties: { responseTopic, correlationData, messageExpiryInterval: 60 } })
    await eventually(() => expect(heard).toHaveLength(1))
    expect(commands).toMatchObject([{ segment: 'north', retained: false, expiresInMs: 60_000 }])
    replies[0]?.(answer({ setpoint: 'north.level', verdict: 'applied' }))
    await eventually(() => expect(heard).toHaveLength(2))
    for (const { topic, properties, retain } of heard) {
      expect({ topic, retain }).toEqual({ topic: responseTopic, retain: false })
      expect(properties).toMatchObject({ correlationData, contentType: 'application/json' })
      expect(properties?.messageExpiryInterval).toBeGreaterThan(290)
      expect(properties?.messageExpiryInterval).toBeLessThanOrEqual(300)
    }
    expect(heard.map(({ body }) => body)).toEqual([
      '{"v":1,"setpoint":"north.level","verdict":"accepted"}',
      '{"v":1,"setpoint":"north.level","verdict":"applied"}',
    ])

    await command(client, { properties: { responseTopic: `${branch}/r/energy`, correlationData } })
    await eventually(() => expect(heard).toHaveLength(3))
    expect(heard[2]).toMatchObject({ topic: `${branch}/answer`, properties: { correlationData } })
  })

  test('that are published retained are seen as such when they come, and when they are given again', async () => {
    const broker = await startBroker()
    const url = `mqtt://127.0.0.1:${broker.port}`
    const outbox = await newOutbox('energy')
    const uplink = await startCommanded(url, undefined, outbox)
    const client = await startCommander(url)
    await command(client, { retain: true })
    await command(client, { retain: false }, 'south')
    await eventually(() => expect(commands).toHaveLength(2))
    expect(commands).toMatchObject([
      { segment: 'north', retained: true },
      { segment: 'south', retained: false },
    ])
    await uplink[Symbol.asyncDispose]()
    await startCommanded(url, undefined, outbox)
    await eventually(() => expect(commands).toMatchObject([{ segment: 'north', retained: true }]))
    // That the topic is emptied is no command.
    await client.publishAsync(`${branch}/command/north`, '', { qos: 1, retain: true })
    await command(client, {}, 'last')
    await eventually(() => expect(commands.map(({ segment }) => segment)).toEqual(['north', 'last']))
  })

  test('wait for a gateway that is away, unless their time is over; answers go out over its next connection', async () => {
    const broker = await startBroker()
    const url = `mqtt://127.0.0.1:${broker.port}`
    const door = await openDoor(broker.port)
    const uplink = await startCommanded(`mqtt://127.0.0.1:${door.port}`)
    const client = await startCommander(url)
    await command(client)
    await eventually(() => expect(heard).toHaveLength(1))
    door.shut()
    await eventually(() => expect(uplink.status().connected).toBe(false))
    await command(client, { properties: { messageExpiryInterval: 1 } }, 'soon-over')
    await command(client, { properties: { messageExpiryInterval: 60 } }, 'patient')
    replies[0]?.(answer({ setpoint: 'north.level', verdict: 'applied' }))
    const before = systemClock.monotonicMs()
    // The broker counts in whole seconds.
    await eventually(() => expect(systemClock.monotonicMs() - before).toBeGreaterThan(2_100))
    door.open()
    await eventually(() => expect(heard).toHaveLength(3))
    expect(heard.map(({ body }) => body).sort()).toEqual([
      '{"v":1,"setpoint":"north.level","verdict":"accepted"}',
      '{"v":1,"setpoint":"north.level","verdict":"applied"}',
      '{"v":1,"setpoint":"patient.level","verdict":"accepted"}',
    ])
    expect(commands.map(({ segment }) => segment)).toEqual(['north', 'patient'])
    expect(commands[1]?.expiresInMs).toBeLessThan(60_000)
  })

  test('a storm of them keeps to what the broker grants, and costs no record', async () => {
    const broker = await startBroker()
    const url = `mqtt://127.0.0.1:${broker.port}`
    const uplink = await startCommanded(url)
    const client = await startCommander(url)
    const storm = Array.from({ length: 60 }, () => command(client))
    await Promise.all(storm)
    await eventually(() => expect(heard).toHaveLength(60))
    expect(troubles()).toEqual([])
    expect(uplink.status().connected).toBe(true)
  })

  test('only the commander commands, by the manual’s rules; and its example is answered', async () => {
    const manual = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
    const [, rules = ''] = /(user the-commander\n.*?)\n```/s.exec(manual) ?? []
    const acl = [gatewayRule, ...recipientRules, ...rules.replace('the-commander', 'central').split('\n')]
    const broker = await startBroker({
      tls: server,
      acl: acl.map((rule) => rule.replace('<tenant>', 'ville')),
    })
    const url = `mqtts://localhost:${broker.port}`
    await startCommanded(url, { ca: city.ca, ...cabinet })
    const central = city.issue('central')
    const stranger = await startCommander(url, { tls: city.issue('passer-by') })
    await expect(command(stranger)).rejects.toThrow('Not authorized')

    const client = await startCommander(url, { tls: central })
    await command(client)
    await eventually(() => expect(heard).toHaveLength(1))
    await expect(client.publishAsync(`${branch}/receipt/energy`, '{}', { qos: 1 })).rejects.toThrow('Not authorized')
    await expect(client.publishAsync(`${branch}/answer`, '{}', { qos: 1 })).rejects.toThrow('Not authorized')

    const [example = ''] = /^mosquitto_rr .*?'\n/ms.exec(manual) ?? []
    const own = `--cafile ${city.ca} --cert ${central.certificate} --key ${central.key} -p ${broker.port} -W 20`
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      example.replace('-h broker.example', `-h localhost ${own}`),
    ])
    expect(stdout).toBe('{"v":1,"setpoint":"north.level","verdict":"accepted"}\n')
    expect(commands.at(-1)).toMatchObject({ segment: 'north', retained: false, expiresInMs: 60_000 })
  })

  test('answers that the broker refuses are told once, and cost nothing else', async () => {
    const rules = ['state', 'meta', 'r/#', 'receipt/#', 'replay/#', 'command/#']
    const broker = await startBroker({ acl: rules.map((rule) => `topic readwrite ${branch}/${rule}`) })
    const url = `mqtt://127.0.0.1:${broker.port}`
    const uplink = await startCommanded(url)
    const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 })
    ends.defer(() => client.endAsync(true))
    await command(client)
    await eventually(() =>
      expect(troubles()).toMatchObject([{ code: 'BROKER_NOT_AUTHORISED', where: `${branch}/answer` }]),
    )
    await command(client)
    await eventually(() => expect(commands).toHaveLength(2))
    broker.allow(openRules)
    const listener = await startCommander(url)
    await command(listener)
    await eventually(() => expect(heard).toHaveLength(1))
    expect(troubles()).toHaveLength(1)
    expect(uplink.status().connected).toBe(true)
  })
})

test('a short hole in the network is no news: the will waits', async () => {
  const broker = await startBroker()
  const door = await openDoor(broker.port)
  startRecipient(`mqtt://127.0.0.1:${broker.port}`)
  startGateway(await newOutbox('energy'), { broker: `mqtt://127.0.0.1:${door.port}` })
  await eventually(() => expect(states()).toEqual(['online']))
  door.cut()
  await eventually(() => expect(states()).toEqual(['online', 'online']))
  expect(troubles()).toMatchObject([{ code: 'BROKER_CLOSED' }])
})

interface Door {
  readonly port: number
  /** breaks every line that goes through it */
  cut(): void
  /** the same, and lets none through until it is opened */
  shut(): void
  open(): void
}

/**
 * A way to a broker that can be cut. `only311` turns MQTT 5 away at it as an old broker does: CONNACK 0x01, and the line is
 * closed.
 */
async function openDoor(port: number, { only311 = false } = {}): Promise<Door> {
  const sockets = new Set<Socket>()
  let isShut = false
  const server = createServer((client) => {
    if (isShut) return client.destroy()
    sockets.add(client.on('error', () => client.destroy()))
    client.once('data', (first) => {
      if (only311 && first[first.indexOf('MQTT') + 4] === 5) {
        client.end(Buffer.from([0x20, 2, 0, 1]))
        return
      }
      const inner = connect(port, '127.0.0.1').on('error', () => client.destroy())
      sockets.add(inner)
      inner.write(first)
      client.pipe(inner).pipe(client)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  ends.defer(async () => {
    cut()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    shut: () => {
      isShut = true
      cut()
    },
    open: () => {
      isShut = false
    },
  }
}

test('a broker killed in the middle, again and again: every number is on the shelf once', async () => {
  const broker = await startBroker()
  const url = `mqtt://127.0.0.1:${broker.port}`
  const outbox = await newOutbox('energy', 'water')
  startRecipient(url)
  startGateway(outbox, { broker: url })
  const rounds = 6
  const last = { energy: 1_000 * rounds + 1, water: 500 * rounds + 1 }
  for (let round = 1; round <= rounds; round++) {
    const before = received.length
    await outbox.append([...records('energy', 1_000), ...records('water', 500)])
    await eventually(() => expect(received.length).toBeGreaterThan(before + 100))
    await broker.kill()
    await broker.restart()
  }
  // What a broker acknowledged and lost, its recipient misses when the next record comes, and asks for.
  await outbox.append([...records('energy', 1), ...records('water', 1)])
  await eventually(async () =>
    expect(await outbox.streams()).toMatchObject([
      { release: 'energy', last: last.energy, waiting: 0, receipt: last.energy },
      { release: 'water', last: last.water, waiting: 0, receipt: last.water },
    ]),
  )
  expect(numbersOf('energy').sort((a, b) => a - b)).toEqual(upTo(last.energy))
  expect(numbersOf('water').sort((a, b) => a - b)).toEqual(upTo(last.water))
  using shelf = openShelf(join(folder, 'shelf.db'))
  expect(shelf.streams()).toMatchObject([
    { held: [[1, last.energy]], declared: [] },
    { held: [[1, last.water]], declared: [] },
  ])
})
