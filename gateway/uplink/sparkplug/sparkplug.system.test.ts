/** The live view over Debian's mosquitto, with MQTT 5 and 3.1.1 hosts, read by Wireshark's own Sparkplug dissector. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../clock.ts'
import { siteSchema } from '../../site.ts'
import { Capture } from '../../testing/capture.ts'
import { Mosquitto } from '../testing/mosquitto.ts'
import { decodePayload } from './decode.ts'
import { encodePayload, type Metric } from './payload.ts'
import { startSparkplug, type Sparkplug, type SparkplugEvent } from './sparkplug.ts'
import { alarms, record, usual } from './testing/stage.ts'

let folder: string
let ends: AsyncDisposableStack
let mosquitto: Mosquitto

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-sparkplug-'))
  ends = new AsyncDisposableStack()
  mosquitto = ends.use(await Mosquitto.start({ folder }))
})
afterEach(async () => {
  await ends.disposeAsync()
  rmSync(folder, { recursive: true })
})

const events: SparkplugEvent[] = []

function start(own: object = {}): Sparkplug {
  const node = startSparkplug({
    settings: {
      ...siteSchema.shape.uplink.parse({ broker: `mqtt://127.0.0.1:${mosquitto.port}`, keepalive: '5s' }),
      sparkplug: { group: 'Ville', ...own },
    },
    ...{ tenant: 'ville', site: 'rue-haute', policy: usual, clock: systemClock, random: () => 0 },
    on: (event) => void events.push(event),
  })
  return ends.use(node)
}

async function host(): Promise<{ client: MqttClient; heard: string[]; bdSeqs: (bigint | undefined)[] }> {
  const heard: string[] = []
  const bdSeqs: (bigint | undefined)[] = []
  // MQTT 3.1.1: its topics are whole, where MQTT 5 may shorten them to aliases, which the dissector does not follow.
  const client = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, { reconnectPeriod: 0, protocolVersion: 4 })
  ends.defer(() => client.endAsync(true))
  client.on('message', (topic, payload) => {
    heard.push(topic.replace('spBv1.0/Ville/', ''))
    const [bdSeq] = decodePayload(payload)?.metrics ?? []
    if (bdSeq?.name === 'bdSeq' && bdSeq.raw?.field === 'long') bdSeqs.push(bdSeq.raw.value)
  })
  await client.subscribeAsync('spBv1.0/Ville/#', { qos: 1 })
  return { client, heard, bdSeqs }
}

const eventually = (check: () => void) => vi.waitFor(check, 15_000)
const rebirth: Metric = { name: 'Node Control/Rebirth', atMs: 1, typed: { type: 'Boolean', value: true } }

test('a life between mosquitto and a host: nothing that Wireshark calls malformed', { timeout: 60_000 }, async () => {
  const file = join(folder, 'loopback.pcapng')
  const capture = ends.use(await Capture.start(file, { [mosquitto.port]: 'mqtt' }))
  const { client, heard, bdSeqs } = await host()
  const node = start({ primary_host: 'scada' })
  await eventually(() => expect(node.status().state).toBe('waiting'))
  expect(heard).toEqual([])
  const state = (online: boolean, timestamp: number) =>
    client.publishAsync('spBv1.0/STATE/scada', JSON.stringify({ online, timestamp }), { qos: 1, retain: true })
  await state(true, 1)
  await eventually(() => expect(heard).toEqual(['NBIRTH/rue-haute']))
  expect(node.status().protocol).toBe('5')

  const nowMs = systemClock.now().epochMilliseconds
  node.tell([
    record('live', nowMs, { 'feeder.power_active': 12.5, 'feeder.contact': true, 'feeder.serial_number': 'é7' }),
  ])
  node.tell([record('quarters', nowMs, { 'feeder.power_active mean': 12, 'feeder.power_active count': 90 })])
  node.tell([record('live', nowMs + 1_000, { 'feeder.power_active': null })])
  node.tell([record('live', nowMs + 500, { 'feeder.power_active': 11 })])
  node.tell([alarms(nowMs, { code: 'line-down', of: 'cabinet', state: 'raised' })])
  node.tell([record('live', nowMs + 2_000, { 'feeder.contact': null, 'feeder.serial_number': null })])
  const life = ['NBIRTH', 'DBIRTH', 'DDATA', 'DDATA', 'DDATA', 'NDATA', 'DDEATH']
  await eventually(() => expect(heard.map((topic) => topic.split('/')[0])).toEqual(life))

  await client.publishAsync('spBv1.0/Ville/NCMD/rue-haute', encodePayload({ atMs: nowMs, metrics: [rebirth] }))
  await eventually(() => expect(heard.slice(life.length)).toEqual(['NCMD/rue-haute', 'NBIRTH/rue-haute']))

  // The host goes: in MQTT 5 the broker speaks the will besides.
  await state(false, 2)
  await eventually(() => expect(heard.slice(life.length + 2)).toEqual(['NDEATH/rue-haute', 'NDEATH/rue-haute']))
  await eventually(() => expect(node.status().state).toBe('waiting'))
  await state(true, 3)
  await eventually(() => expect(heard.at(-1)).toBe('NBIRTH/rue-haute'))
  await node[Symbol.asyncDispose]()
  await eventually(() => expect(heard.slice(-2)).toEqual(['NDEATH/rue-haute', 'NDEATH/rue-haute']))
  expect(bdSeqs).toEqual([0n, 0n, 0n, 0n, 1n, 1n, 1n])

  // What is captured is written with a delay: two wills, two deaths in words, and both again to the host.
  await eventually(() => expect(readFileSync(file, 'latin1').split('NDEATH/rue-haute').length).toBeGreaterThan(8))
  expect((await capture.frames()).length).toBeGreaterThan(20)
  // The dissector takes the host's own STATE, which is JSON since 3.0, for Protocol Buffers.
  const ours = ['-Y', 'mqtt.topic and not mqtt.topic contains "STATE"', '-e', '_ws.malformed']
  const fields = ['-e', 'sparkplugb.messagetype', '-e', 'sparkplugb.edgenodeid']
  const how = ['-r', file, '-d', `tcp.port==${mosquitto.port},mqtt`, '-T', 'fields']
  const { stdout } = await promisify(execFile)('tshark', [...how, ...fields, ...ours])
  const rows = stdout.split('\n').filter((row) => row !== '')
  for (const verb of ['NBIRTH', 'DBIRTH', 'DDATA', 'NDATA', 'DDEATH', 'NDEATH']) {
    const dissected = rows.filter((row) => row.includes(verb))
    expect(dissected.length, verb).toBeGreaterThan(0)
    for (const row of dissected) expect(row).toMatch(/^[^\t]*\true-haute(,rue-haute)*\t$/)
  }
})

test(
  'sent away by another with its name: the broker speaks the will, and it is born again',
  { timeout: 60_000 },
  async () => {
    const { heard, bdSeqs } = await host()
    const node = start()
    await eventually(() => expect(heard).toEqual(['NBIRTH/rue-haute']))
    const clone = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, {
      ...{ clientId: 'fanal-ville-rue-haute-sparkplug', reconnectPeriod: 0 },
    })
    ends.defer(() => clone.endAsync(true))
    await eventually(() => expect(heard).toEqual(['NBIRTH/rue-haute', 'NDEATH/rue-haute', 'NBIRTH/rue-haute']))
    expect(bdSeqs).toEqual([0n, 0n, 1n])
    expect(node.status().state).toBe('born')
  },
)
