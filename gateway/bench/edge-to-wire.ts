/**
 * From an input's edge to the first byte of the write on the wire, under full polling. The bus is a server of its own
 * thread that takes as long as 19200 baud would, notes when it was busy, closes a contact at random moments, and sees the
 * relay being switched: all on one clock.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { modbusDriver } from '../../drivers/modbus/driver.ts'
import { openLine } from '../../drivers/modbus/open.ts'
import { instantiate, type Instance } from '../../drivers/instance.ts'
import { profileSchema } from '../../drivers/profile.ts'
import type { PointId } from '../../drivers/reading.ts'
import { Poller, type Job } from '../acquisition/poller.ts'
import { systemClock, systemRandom } from '../clock.ts'
import { Control } from '../control/control.ts'
import { envelope } from '../control/envelope.ts'
import type { Segment } from '../control/segment.ts'
import { unheard } from '../control/testing/unheard.ts'
import { siteSchema } from '../site.ts'
import type { BusReport, BusSettings } from './bus.ts'

export interface EdgesSeen {
  /** each edge: until the write's first byte, less the time that the bus was busy meanwhile */
  readonly aboveBusMs: number[]
  readonly wallMs: number[]
  readonly transactions: number
  /** share of the time that the bus was busy: full polling leaves it no rest */
  readonly busyShare: number
}

const manners = { order: 'ABCD', serial: ['19200 8N1'], timeout: '500ms', worst_response: '1s' }
const common = { maker: 'Bench', grade: 'drafted', source: 'the bench itself, no device at all', modbus: manners }

const relay = instantiate(
  profileSchema.parse({
    ...common,
    id: 'bench-relay',
    model: 'relay',
    kind: 'relay',
    identify: { point: 'kind', range: [0, 65_535] },
    points: {
      contact: { at: 'coil/0', as: 'bool', quantity: 'contact', poll: 'fast' },
      k1: { at: 'coil/1', as: 'bool', quantity: 'relay', poll: 'fast' },
      kind: { at: 'holding/0', as: 'u16', quantity: 'voltage', poll: 'slow', scale: 0.01 },
    },
    setpoints: {
      k1: {
        at: 'coil/1',
        as: 'bool',
        quantity: 'relay',
        limits: [0, 1],
        slew: 'at-once',
        rest: '10ms',
        confirm: { none: 'the bench sees the write itself' },
        safe: true,
        on_loss: { keeps: 'nothing hangs on it' },
      },
    },
  }),
)

/** Meters whose polling fills the bus. */
const load = instantiate(
  profileSchema.parse({
    ...common,
    id: 'bench-meter',
    model: 'meter',
    kind: 'energy_meter',
    identify: { point: 'v0', range: [0, 655] },
    points: Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [
        `v${index}`,
        { at: `holding/${index}`, as: 'u16', quantity: 'voltage', scale: 0.01, poll: 'fast' },
      ]),
    ),
  }),
)

const segment: Segment = {
  name: 'north',
  title: 'north',
  setpoint: 'north.level',
  place: { latitude: 48.27, longitude: 7.4, time_zone: 'Europe/Paris' },
  range: { from: 100, to: 100, off: true },
  outputs: [
    {
      setpoint: 'relay.k1',
      device: 'relay',
      form: 'relay',
      limits: [0, 1],
      off: true,
      slewPerS: Infinity,
      restMs: 10,
      confirmBy: [],
      tolerance: 0,
      confirmWithinMs: 1_000,
      onLoss: undefined,
    },
  ],
  declared: siteSchema.shape.segments.unwrap().valueType.parse({
    setpoints: ['relay.k1'],
    program: { from: 'sunset', until: 'sunrise', level: 100 },
    floor: 0,
    switchings: 100,
    on_loss: { off: 'the bench switches it on by its contact' },
    local: { point: 'relay.contact', level: 100 },
  }),
}

const loadUnits = [2, 3, 4, 5, 6, 7, 8, 9]

export async function edgeToWire({ edges, seed }: { edges: number; seed: number }): Promise<EdgesSeen> {
  const settings: BusSettings = { edges, seed, baud: 19_200, turnAroundMs: 4, contact: 0, relay: 1 }
  const bus = new Worker(new URL('./bus.ts', import.meta.url), { workerData: settings })
  const [port] = (await once(bus, 'message')) as [number]
  const line = openLine(
    'bus',
    { protocol: 'modbus-tcp', host: '127.0.0.1', port },
    { clock: systemClock, random: systemRandom },
  )
  const driverOf = (id: string, unit: number, instance: Instance) =>
    modbusDriver({ id, unit, instance, line, clock: systemClock })
  const relayDriver = driverOf('relay', 1, relay)
  const control = new Control({
    segments: [segment],
    drivers: new Map([['relay', relayDriver]]),
    acquaintance: {
      recognition: (device) => poller.recognition(device),
      identifySoon: (device) => poller.identifySoon(device),
    },
    points: new Set(),
    clock: systemClock,
    // Thousands of switchings in a minute are what this measures, and what the guard is there to forbid.
    envelope: envelope('switchings'),
    // Without a time the segment is as its `on_loss` says, whatever the hour of the bench.
    trust: () => 'unknown',
    on: unheard,
  })
  // Periods that nobody can keep: the next poll is always due, which is full polling.
  const jobs: Job[] = [
    job('relay', relayDriver, ['contact', 'k1']),
    ...loadUnits.map((unit) => job(`meter${unit}`, driverOf(`meter${unit}`, unit, load), [...load.points.keys()])),
  ]
  const poller = new Poller(jobs, {
    clock: systemClock,
    random: systemRandom,
    opening: () => line.openings,
    events: {
      readings: (readings) => control.see(readings),
      health: () => undefined,
      identity: () => undefined,
      recognised: (device) => control.recognised(device),
    },
  })
  const stop = new AbortController()
  const running = [poller.run(stop.signal), control.run(stop.signal)]
  const [report] = (await once(bus, 'message')) as [BusReport]
  stop.abort()
  await Promise.all(running)
  control[Symbol.dispose]()
  await line[Symbol.asyncDispose]()
  await bus.terminate()
  return report
}

function job(device: string, driver: Job['driver'], names: readonly string[]): Job {
  return { device, unit: device, driver, points: names.map((name): PointId => `${device}.${name}`), periodMs: 50 }
}
