/** A simulated RS-485 bus as the gateway polls one: its real poller, drivers and line over a wire that a fault scripts. */
import type { Clock, Random } from '../../drivers/clock.ts'
import { identityBy } from '../../drivers/identity.ts'
import { instantiate } from '../../drivers/instance.ts'
import type { Line } from '../../drivers/line.ts'
import { ModbusLine } from '../../drivers/modbus/client.ts'
import { Debts } from '../../drivers/modbus/debts.ts'
import { modbusDriver } from '../../drivers/modbus/driver.ts'
import type { Disturbances } from '../../drivers/modbus/disturbance.ts'
import type { Framing } from '../../drivers/modbus/frame.ts'
import { MbapFraming } from '../../drivers/modbus/mbap.ts'
import type { Refusals } from '../../drivers/modbus/refusals.ts'
import { RtuFraming } from '../../drivers/modbus/rtu.ts'
import { charMs, serialTiming } from '../../drivers/modbus/timing.ts'
import { profileSchema } from '../../drivers/profile.ts'
import { hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { answer, rtuFrame, ScriptedWire, telling, type Script } from '../../drivers/testing/scripted-wire.ts'
import type { BackOff, Health } from '../acquisition/health.ts'
import { Poller, type Job } from '../acquisition/poller.ts'

/** Ten registers, each of which tells where it is from. */
export const registers = 10

export const serial = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const

export const timeoutMs = 300
export const worstResponseMs = 600

/** How long a unit thinks. */
const turnAroundMs = 12

/** Every unit answers rightly: its last byte is there when question, thought and answer have had their time on the wire. */
export const right: Script = (asked) => {
  const bytes = answer(rtuFrame, asked)
  return [{ afterMs: (8 + bytes.length) * charMs(serial) + turnAroundMs, bytes }]
}

/** So many registers that are no points may lie before the upper half of them. */
export const addressOf = (index: number, hole: number) => index + (index < registers / 2 ? 0 : hole)

const profile = (timeout: number, worst: number, hole: number) =>
  profileSchema.parse({
    id: 'fault-meter',
    maker: 'Fanal',
    model: 'Fault meter',
    kind: 'energy_meter',
    grade: 'drafted',
    source: 'made up for the faults alone',
    modbus: {
      order: 'ABCD',
      serial: ['19200 8E1'],
      timeout: `${timeout}ms`,
      worst_response: `${worst}ms`,
      longest_read: 20,
      gap: hole,
    },
    identify: { point: 'r0', range: [0, 65_535] },
    points: Object.fromEntries(
      Array.from({ length: registers }, (_, index) => [
        `r${index}`,
        { at: `holding/${addressOf(index, hole)}`, as: 'u16', quantity: 'status_code' },
      ]),
    ),
  })

export interface BusOptions {
  readonly units: number
  readonly periodMs: number
  readonly random: Random
  readonly protocol?: 'rtu' | 'mbap'
  /** registers in the midst of the others that are no points, and may be read over; by default 0 */
  readonly hole?: number
  /** a framing, a back-off, a memory, a patience that leaves something out, to show that it is needed */
  readonly framing?: Framing
  readonly backOff?: BackOff
  readonly refusals?: (clock: Clock) => Refusals
  readonly busyTries?: number
  readonly disturbances?: Disturbances
  /** of another bus's clock, where two masters share a wire: one of them moves it */
  readonly clock?: FakeClock
  /** each read as it comes, all of one unit */
  readings(unit: number, readings: readonly Reading[]): void
  health?(unit: number, health: Health): void
}

export interface Bus {
  readonly clock: FakeClock
  readonly wire: ScriptedWire
  readonly line: ModbusLine
  readonly poller: Poller
  /** Begins to poll. */
  start(): void
  /** Polls for so long. */
  live(ms: number): Promise<void>
  end(): Promise<void>
}

export function openBus(script: Script, options: BusOptions): Bus {
  const { random, protocol = 'rtu' } = options
  const clock = options.clock ?? fakeClock()
  const wire = new ScriptedWire(protocol, clock, script)
  const isSerial = protocol === 'rtu'
  const line = new ModbusLine({
    name: 'bus',
    url: 'test://bus',
    clock,
    random,
    port: wire,
    framing: options.framing ?? (isSerial ? new RtuFraming() : new MbapFraming()),
    timing: isSerial ? serialTiming(serial) : { charMs: 0, gapMs: 0 },
    ...(isSerial ? { debts: new Debts() } : {}),
    ...(options.disturbances === undefined ? {} : { disturbances: options.disturbances }),
  })
  const jobs = jobsOn(line, clock, options)
  const stop = new AbortController()
  let thrown: Error | undefined
  const poller = new Poller(jobs, {
    clock,
    random,
    ...(options.backOff === undefined ? {} : { backOff: options.backOff }),
    events: {
      readings: (readings) => options.readings(unitOf(readings), readings),
      health: (device, health) => options.health?.(Number(device.slice(1)), health),
      identity: () => undefined,
    },
  })
  let running: Promise<void> | undefined
  const start = () => {
    running ??= poller.run(stop.signal).catch((error: unknown) => {
      thrown = error instanceof Error ? error : new Error(String(error))
    })
  }
  return {
    clock,
    wire,
    line,
    poller,
    start,
    live: async (ms) => {
      start()
      await clock.advance(ms)
      if (thrown !== undefined) throw thrown
    },
    end: async () => {
      stop.abort()
      await running
      await line[Symbol.asyncDispose]()
    },
  }
}

/** Every unit from 1 on, all ten registers of each; `patienceMs`: where the machine's own clock runs, which may stumble. */
export function jobsOn(
  line: Line,
  clock: Clock,
  {
    units,
    periodMs,
    hole = 0,
    refusals,
    busyTries,
    patienceMs,
  }: Pick<BusOptions, 'units' | 'periodMs' | 'hole' | 'refusals' | 'busyTries'> & { patienceMs?: number },
): Job[] {
  const instance = instantiate(profile(patienceMs ?? timeoutMs, patienceMs ?? worstResponseMs, hole))
  return Array.from({ length: units }, (_, index) => {
    const id = `u${index + 1}`
    const driver = modbusDriver({
      id,
      unit: index + 1,
      instance,
      line,
      clock,
      ...(refusals === undefined ? {} : { refusals: refusals(clock) }),
      ...(busyTries === undefined ? {} : { busyTries }),
    })
    const points = [...instance.points.keys()].map((name): PointId => `${id}.${name}`)
    const { identify } = instance.profile
    const telltale = {
      point: `${id}.${identify.point}` as const,
      judge: (reading: Reading) => identityBy(identify, reading),
    }
    return { device: id, unit: id, driver, points, periodMs, telltale }
  })
}

export function unitOf(readings: readonly Reading[]): number {
  return Number(/^u(\d+)\./.exec(readings[0]?.point ?? '')?.[1] ?? 0)
}

/** How many of these have a value, and how many a wrong one. */
export function judged(unit: number, readings: readonly Reading[], hole = 0): { values: number; wrong: number } {
  let [values, wrong] = [0, 0]
  for (const reading of readings) {
    if (!hasValue(reading)) continue
    values++
    if (reading.value !== telling(unit, addressOf(Number(reading.point.split('.r')[1]), hole))) wrong++
  }
  return { values, wrong }
}

/** Why there is no value, of reads that have none at all; undefined: some have. */
export function reasonOf(readings: readonly Reading[]): string | undefined {
  const [first] = readings
  return first === undefined || hasValue(first) ? undefined : first.quality.reason
}
