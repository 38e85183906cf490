/** The bars of bytes: a day of the demo's street on the wire, ours and the obvious build's, TLS and TCP counted. */
import { connectAsync, type MqttClient } from 'mqtt'
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import { loadRegistry } from '../../../drivers/registry.ts'
import { instantiate } from '../../../drivers/instance.ts'
import { systemClock } from '../../clock.ts'
import { startingAt } from '../../demo/energy.ts'
import { feeder, yard, type LoadCurve } from '../../demo/evening.ts'
import { serveTcp, type Device } from '../../demo/meter.ts'
import { nextFree } from '../../demo/ports.ts'
import { loadedMeter } from '../../demo/readout.ts'
import { Program } from '../../testing/programs.ts'
import { Folder } from '../../testing/surroundings.ts'
import { openConnection } from '../../uplink/connection.ts'
import { makeAuthority } from '../../uplink/testing/authority.ts'
import { Mosquitto } from '../../uplink/testing/mosquitto.ts'
import { topicsOf } from '../../uplink/topics.ts'
import { bar } from '../bars.ts'
import { installNodeRed, writeUserFolder } from '../field/node-red.ts'
import { measured, unmeasured, type Result } from '../result.ts'
import { obviousFlow, readCount, topicOf, valuesPerRound, type Files } from './obvious-flow.ts'
import { dayMs, everyMs, ourDay, pointCount, seed, type OurMessage } from './street-day.ts'
import { WireTally } from './wire-tally.ts'

const batch = '10m'
/** Longer than any silence of ours, and shorter than what most mobile networks let a quiet connection live. */
const keepaliveMs = 1_200_000
/** Longer than a delayed acknowledgement waits (Linux: 40 ms): in life nothing else comes for minutes to take it along. */
const apartMs = 70
const roundsADay = dayMs / everyMs

const topics = topicsOf({ tenant: 'demo', site: 'place-de-la-fontaine' })
const fixed = [{ aggregate: { every: '15m', of: ['mean', 'max', 'last'] } }, { round: 0.01 }]

export async function* bytes({ short }: { short: boolean }): AsyncGenerator<Result> {
  const bars = [bar('data.bytes-equal-fidelity'), bar('data.bytes-policy')] as const
  const installed = await installNodeRed()
  if ('why' in installed) {
    for (const each of bars) yield unmeasured(each, installed.why)
    return
  }
  using folder = new Folder()
  const authority = makeAuthority(folder.path, 'ca')
  const server = authority.issue('localhost', { names: 'DNS:localhost,IP:127.0.0.1' })
  const files = { ca: authority.ca, ...authority.issue('place-de-la-fontaine') }
  await using broker = await Mosquitto.start({ folder: folder.path, tls: { ...server, ca: authority.ca } })
  await using city = await Recipient.connect(broker.port, files)
  await using tally = await WireTally.start(broker.port).then((started) =>
    started instanceof WireTally ? started : fail(started.why),
  )

  const peer = await obviousDay(tally, city, {
    installed: installed.folder,
    folder,
    files,
    port: broker.port,
    rounds: short ? 4 : 40,
  })
  const asRead = ourDay([{ round: 0.01 }], batch)
  const byPolicy = ourDay(fixed)
  const fidelity = await ourBytes(tally, city, asRead, files, broker.port)
  const policy = await ourBytes(tally, city, byPolicy, files, broker.port)

  const values = asRead.reduce((sum, each) => sum + each.values, 0)
  const method = (what: string) =>
    `${what} A day of the demo's ${pointCount} released points, over MQTT with mutual TLS 1.3 to mosquitto on the loopback, IP and TCP headers, bare acknowledgements and the handshake counted by tshark, headers as of an MTU of 1500. Ours: every message of the day as gate and outbox make it, published with QoS 1 one by one so far apart that no acknowledgement rides along, one connection, one receipt back for each record; no keep-alive falls due (20 min). The peer: Node-RED 5 with contrib-modbus, function, json and mqtt out (QoS 0, one message a read, ${readCount} reads each 10 s), run for ${peer.rounds} rounds and counted up to ${roundsADay}`
  const seen = (day: readonly OurMessage[], own: Measured) => ({
    'our bytes a day': own.day,
    'of these to connect': own.opening,
    'its bytes a day': peer.day,
    'its bytes a round': Math.round(peer.aRound),
    'of these payload': peer.payload,
    'our messages a day': day.length,
    'our payload': payloadOf(day),
    'deflated it would be': day.reduce((sum, { payload }) => sum + deflateSync(payload).length, 0),
    'our values': day.reduce((sum, each) => sum + each.values, 0),
  })
  const told = (which: (typeof bars)[number], what: string, day: readonly OurMessage[], own: Measured): Result => {
    const result = measured(which, own.day / peer.day, method(what), seen(day, own))
    return { ...result, peer: peer.day, ratio: own.day / peer.day }
  }
  if (values !== pointCount * roundsADay || peer.values !== peer.rounds * valuesPerRound) {
    for (const each of bars) yield unmeasured(each, `they did not tell the same: ${values} and ${peer.values} values`)
    return
  }
  yield told(bars[0], `Every value with its own time, told each ${batch}.`, asRead, fidelity)
  yield told(bars[1], 'The fixed policy: 15-minute mean, max and last of each point, alarms at once.', byPolicy, policy)
}

interface Measured {
  readonly day: number
  readonly opening: number
}

/** Our whole day, message by message, over the uplink's own connection. */
async function ourBytes(
  tally: WireTally,
  city: Recipient,
  day: readonly OurMessage[],
  files: Files,
  port: number,
): Promise<Measured> {
  await tally.bytes()
  const others = tally.clients().add(city.port)
  const connection = await openConnection(
    {
      broker: `mqtts://localhost:${port}`,
      clientId: 'fanal-demo-place-de-la-fontaine',
      tls: { ca: files.ca, certificate: files.certificate, key: files.key },
      keepaliveMs,
      sessionMs: 300_000,
      largestMessageBytes: 65_536,
      will: {
        topic: topics.state,
        payload: '{"v":1,"s":"offline","outbox":"02152d0caafb8dc3","boot":3}',
        delayMs: 90_000,
      },
    },
    () => undefined,
    new AbortController().signal,
  )
  await connection.subscribe([topics.receipts, topics.replays])
  await delay(apartMs)
  const opening = await tally.bytes(others)
  for (const [index, { payload }] of day.entries()) {
    await connection.deliver(topics.record('day'), payload, false)
    await delay(apartMs)
    await city.receipt(topics.receipt('day'), index + 1)
    await delay(apartMs)
  }
  await connection.leave()
  return { opening, day: await tally.bytes(others) }
}

/** Some rounds of the obvious build, counted up to a day; what it costs to connect, once. */
async function obviousDay(
  tally: WireTally,
  city: Recipient,
  {
    installed,
    folder,
    files,
    port,
    rounds,
  }: { installed: string; folder: Folder; files: Files; port: number; rounds: number },
) {
  await using opened = new AsyncDisposableStack()
  const serve = async (device: Device, unit: number) =>
    opened.use(await nextFree(0, (free) => serveTcp(device, unit, free))).port
  const ports = {
    feeder: await serve(meterOf('eastron-sdm630', feeder(seed), startingAt(48_213, 9_702)), 1),
    yard: await serve(meterOf('abb-b23', yard(seed), startingAt(3_170, 1_024)), 2),
    lamps: await serve({ register: (_, address) => (address % 100 === 6 ? 50 : 0) }, 1),
    broker: port,
  }
  writeUserFolder(folder.file('node-red'), installed, obviousFlow(ports, files))
  await tally.bytes()
  const others = tally.clients().add(city.port)
  const red = opened.use(
    new Program(process.execPath, [`${installed}/node_modules/node-red/red.js`, '--userDir', folder.file('node-red')]),
  )
  // The first rounds come as it starts, not all at once.
  await city.until(() => city.rounds >= 2, red)
  const from = { bytes: await tally.bytes(others), messages: city.messages, values: city.values, payload: city.payload }
  await city.until(() => city.messages - from.messages >= rounds * readCount, red)
  const bytes = await tally.bytes(others)
  const seen = city.messages - from.messages
  const aRound = ((bytes - from.bytes) * readCount) / seen
  const firstRounds = (from.messages / readCount) * aRound
  return {
    rounds: seen / readCount,
    aRound,
    values: city.values - from.values,
    payload: Math.round(((city.payload - from.payload) * readCount) / seen),
    day: Math.round(aRound * roundsADay + Math.max(0, from.bytes - firstRounds)),
  }
}

function meterOf(profile: string, load: LoadCurve, energy: ReturnType<typeof startingAt>): Device {
  const found = loadRegistry([]).profile(profile) ?? fail(`the catalogue has no ${profile}`)
  const { meter } = loadedMeter(instantiate(found), load, energy, systemClock.now())
  // Registers between the points are there, as in a meter.
  return { register: (table, address) => meter.register(table, address) ?? 0 }
}

/** The city: hears everything, and gives receipts. */
class Recipient implements AsyncDisposable {
  readonly #client: MqttClient
  messages = 0
  values = 0
  payload = 0

  private constructor(client: MqttClient) {
    this.#client = client
    client.on('message', (topic, payload) => {
      if (!topic.startsWith(topicOf(''))) return
      this.messages++
      this.payload += payload.length
      const { ts, ...values } = JSON.parse(payload.toString()) as Record<string, number>
      if (typeof ts === 'number') this.values += Object.values(values).filter(Number.isFinite).length
    })
  }

  static async connect(port: number, files: Files): Promise<Recipient> {
    const client = await connectAsync(`mqtts://localhost:${port}`, {
      protocolVersion: 5,
      ca: readFileSync(files.ca),
      cert: readFileSync(files.certificate),
      key: readFileSync(files.key),
    })
    const recipient = new Recipient(client)
    await client.subscribeAsync(`${topicOf('')}#`)
    return recipient
  }

  /** its own end of the connection: what it hears and says is not counted */
  get port(): number {
    const { stream } = this.#client
    return (stream instanceof Socket ? stream.localPort : undefined) ?? fail('no port of its own')
  }

  get rounds(): number {
    return Math.floor(this.messages / readCount)
  }

  async receipt(topic: string, upto: number): Promise<void> {
    await this.#client.publishAsync(topic, JSON.stringify({ v: 1, outbox: '02152d0caafb8dc3', upto }), {
      qos: 1,
      retain: true,
    })
  }

  /** Rejects when the program ends first, or nothing comes for a minute. */
  async until(reached: () => boolean, program: Program): Promise<void> {
    let last = this.messages
    for (let quietS = 0; !reached();) {
      const ended = await Promise.race([program.ended, delay(200, 'running' as const)])
      if (ended !== 'running') throw new Error(`Node-RED ended: ${program.out.slice(-5).join('\n')}`)
      quietS = this.messages === last ? quietS + 0.2 : 0
      last = this.messages
      if (quietS > 90) throw new Error(`Node-RED tells nothing: ${program.out.slice(-12).join('\n')}`)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync()
  }
}

function payloadOf(day: readonly OurMessage[]): number {
  return day.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0)
}

function fail(why: string): never {
  throw new Error(why)
}
