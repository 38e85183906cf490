import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeClock, type FakeClock } from '../../../drivers/testing/fake-clock.ts'
import { siteSchema } from '../../site.ts'
import { decodePayload } from './decode.ts'
import { parseHostState, parseNodeCommand } from './host.ts'
import { encodePayload, type Metric } from './payload.ts'
import { startSparkplug, type Sparkplug, type SparkplugEvent, type SparkplugOptions } from './sparkplug.ts'
import { record, startMs, usual } from './testing/stage.ts'
import { WireBroker } from './testing/wire-broker.ts'

let broker: WireBroker
let clock: FakeClock
let events: SparkplugEvent[]
let ends: AsyncDisposableStack

beforeEach(async () => {
  ends = new AsyncDisposableStack()
  broker = ends.use(await WireBroker.start(5))
  clock = fakeClock()
  events = []
})
afterEach(() => ends.disposeAsync())

function start(own: object = {}, more: Partial<SparkplugOptions> = {}): Sparkplug {
  const node = startSparkplug({
    settings: {
      ...siteSchema.shape.uplink.parse({ broker: broker.url }),
      sparkplug: { group: 'Ville', edge: 'cabinet-7', ...own },
    },
    ...{ tenant: 'ville', site: 'rue-haute', policy: usual, clock, random: () => 0 },
    on: (event) => void events.push(event),
    ...more,
  })
  return ends.use(node)
}

const eventually = (check: () => void) => vi.waitFor(check, 5_000)
const topics = () => broker.of('publish').map(({ topic }) => topic.replace('spBv1.0/Ville/', ''))
const command = (...metrics: Metric[]) =>
  broker.publish('spBv1.0/Ville/NCMD/cabinet-7', encodePayload({ atMs: startMs, metrics }))
const rebirth: Metric = { name: 'Node Control/Rebirth', atMs: startMs, typed: { type: 'Boolean', value: true } }

test('is born, tells what disclosure let out, and dies in words', async () => {
  const node = start()
  await eventually(() => expect(topics()).toEqual(['NBIRTH/cabinet-7']))
  node.tell([record('live', startMs, { 'feeder.power_active': 1 }), record('stored', startMs, { 'feeder.current': 2 })])
  node.tell([record('live', startMs + 1_000, { 'feeder.power_active': 2 })])
  await eventually(() => expect(topics().slice(1)).toEqual(['DBIRTH/cabinet-7/feeder', 'DDATA/cabinet-7/feeder']))
  expect(node.status()).toMatchObject({ edge: 'Ville/cabinet-7', state: 'born', protocol: '5', messages: 3, births: 1 })
  await node[Symbol.asyncDispose]()
  expect(topics().at(-1)).toBe('NDEATH/cabinet-7')
  expect(events).toEqual([{ event: 'born' }])
})

test('what leaves is counted, by release', async () => {
  const left: (string | undefined)[] = []
  let bytes = 0
  const node = start({}, { left: (release, count) => void (left.push(release), (bytes += count)) })
  await eventually(() => expect(topics()).toHaveLength(1))
  node.tell([
    record('live', startMs, { 'feeder.power_active': 1 }),
    record('live', startMs + 1, { 'feeder.power_active': 2 }),
  ])
  await eventually(() => expect(topics()).toHaveLength(3))
  expect(left).toEqual([undefined, undefined, 'live'])
  const sizes = broker.of('publish').map(({ topic, payload }) => topic.length + payload.length)
  expect(bytes).toBe(sizes.reduce((sum, size) => sum + size))
  expect(node.status().bytes).toBe(bytes)
})

test('a host may have it born again, and write nothing', async () => {
  const node = start()
  await eventually(() => expect(topics()).toHaveLength(1))
  await clock.advance(60_000)
  command({ alias: 3, atMs: startMs, typed: { type: 'Double', value: 1 } })
  command({ name: 'Node Control/Reboot', atMs: startMs, typed: { type: 'Boolean', value: true } }, rebirth)
  await eventually(() => expect(node.status().refused).toBe(2))
  await eventually(() => expect(topics()).toEqual(['NBIRTH/cabinet-7', 'NBIRTH/cabinet-7']))
  expect(events).toEqual([{ event: 'born' }, { event: 'refused', metric: 'alias 3' }])
})

test('says for whom it waits', async () => {
  const node = start({ primary_host: 'scada' })
  await eventually(() => expect(events).toEqual([{ event: 'waiting', host: 'scada' }]))
  expect(node.status()).toMatchObject({ state: 'waiting', host: 'scada', messages: 0 })
  broker.publish('spBv1.0/STATE/scada', Buffer.from('OFFLINE')) // as before 3.0
  broker.publish('spBv1.0/STATE/scada', Buffer.from('{"online":true,"timestamp":1}'))
  await eventually(() => expect(topics()).toEqual(['NBIRTH/cabinet-7']))
  expect(node.status()).toMatchObject({ state: 'born' })
})

test('a connection that is lost is made again, with the next number, and everything is born again', async () => {
  const node = start()
  await eventually(() => expect(topics()).toHaveLength(1))
  node.tell([record('live', startMs, { 'feeder.power_active': 1 })])
  await eventually(() => expect(topics()).toHaveLength(2))
  broker.cut()
  await eventually(() => expect(node.status().state).toBe('disconnected'))
  node.tell([record('live', startMs + 1_000, { 'feeder.power_active': 5 })])
  await vi.waitFor(async () => {
    await clock.advance(1)
    expect(topics().slice(2)).toEqual(['NBIRTH/cabinet-7', 'DBIRTH/cabinet-7/feeder'])
  }, 5_000)
  const born = decodePayload(broker.of('publish').at(-1)?.payload ?? Buffer.alloc(0))
  expect(born?.metrics.find(({ name }) => name === 'power_active')?.raw?.value).toBe(5)
  expect(broker.of('connect')).toHaveLength(2)
  expect(events.map(({ event }) => event)).toEqual(['born', 'trouble', 'born'])
})

test('a broker that reads no more fills no memory, and hears the newest when it reads again', async () => {
  const node = start()
  await eventually(() => expect(topics()).toHaveLength(1))
  broker.pause()
  const long = 'x'.repeat(50_000)
  const tellOne = (round: number) => {
    const values = { 'feeder.power_active': round, 'feeder.serial_number': `${long}${round}` }
    node.tell([record('live', startMs + 1_000 * round, values)])
  }
  const rounds = 1_000
  for (let round = 0; round < rounds; round++) {
    tellOne(round)
    if (round % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const { messages } = node.status()
  expect(messages).toBeLessThan(rounds / 2)
  tellOne(rounds)
  expect(node.status().messages).toBe(messages)
  broker.resume()
  await eventually(() => expect(node.status().messages).toBe(messages + 1))
  await eventually(() => expect(topics()).toHaveLength(messages + 1))
  const last = decodePayload(broker.of('publish').at(-1)?.payload ?? Buffer.alloc(0))
  expect(last?.metrics.map(({ raw }) => raw?.value)).toContain(rounds)
})

test('a stop while there is no broker is no wait', async () => {
  const settings = { ...siteSchema.shape.uplink.parse({ broker: 'mqtt://127.0.0.1:1' }), sparkplug: { group: 'Ville' } }
  const node = start({}, { settings })
  await eventually(() => expect(node.status().trouble).toMatchObject({ code: 'BROKER_UNREACHABLE' }))
  await node[Symbol.asyncDispose]()
  expect(node.status().state).toBe('disconnected')
})

test('garbage from a host is no word of it', () => {
  for (const text of [
    '',
    'ONLINE',
    '{}',
    '{"online":1,"timestamp":2}',
    '{"online":true}',
    '[',
    `"${'x'.repeat(2_000)}"`,
  ])
    expect(parseHostState(Buffer.from(text))).toBeUndefined()
  expect(parseHostState(Buffer.from('{"online":false,"timestamp":7}'))).toEqual({ online: false, atMs: 7 })
  expect(parseNodeCommand(Buffer.from('{"rebirth":true}'))).toBeUndefined()
  const no: Metric = { ...rebirth, typed: { type: 'Boolean', value: false } }
  expect(parseNodeCommand(encodePayload({ atMs: 0, metrics: [no] }))).toEqual({ rebirth: false, refused: [] })
  expect(parseNodeCommand(encodePayload({ atMs: 0, metrics: [rebirth] }))).toEqual({ rebirth: true, refused: [] })
  const rude = { ...rebirth, name: `\u001b[2J${'x'.repeat(1_000)}` }
  expect(parseNodeCommand(encodePayload({ atMs: 0, metrics: [rude] }))?.refused).toEqual([`?[2J${'x'.repeat(76)}`])
})
