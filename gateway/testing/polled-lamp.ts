/**
 * A lamp controller on a simulated RS-485 line, polled and lit as the gateway does it: its real poller, control, driver and
 * line over a wire that a test scripts, on a clock that it moves. At night: the program asks for light.
 */
import type { Driver } from '../../drivers/driver.ts'
import { instantiate, type Instance } from '../../drivers/instance.ts'
import { ModbusLine } from '../../drivers/modbus/client.ts'
import { Debts } from '../../drivers/modbus/debts.ts'
import { modbusDriver } from '../../drivers/modbus/driver.ts'
import { RtuFraming } from '../../drivers/modbus/rtu.ts'
import { charMs, serialTiming } from '../../drivers/modbus/timing.ts'
import { profileSchema, type PollClass } from '../../drivers/profile.ts'
import { identityBy } from '../../drivers/identity.ts'
import type { PointId, Reading } from '../../drivers/reading.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { exception, rtuFrame, ScriptedWire, type Asked, type Said } from '../../drivers/testing/scripted-wire.ts'
import { Poller, type Job } from '../acquisition/poller.ts'
import { Control } from '../control/control.ts'
import { envelope } from '../control/envelope.ts'
import { segmentOf } from '../control/testing/segments.ts'
import { unheard } from '../control/testing/unheard.ts'
import { outputOf } from '../outputs.ts'

const serial = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const
const turnAroundMs = 12
const periodsMs: Readonly<Record<PollClass, number>> = { fast: 1_000, normal: 5_000, slow: 60_000 }

/** Register 0 says what it is; 10 is its level; 20 its timeout, 30 the trigger of its watchdog; 40 to 47 are measured. */
export const profile = profileSchema.parse({
  id: 'test-ballast',
  maker: 'Fanal',
  model: 'Test ballast',
  kind: 'lighting_controller',
  grade: 'drafted',
  source: 'made up for tests alone',
  modbus: { order: 'ABCD', serial: ['19200 8E1'], timeout: '300ms', worst_response: '600ms', gap: 0 },
  identify: { point: 'kind', range: [7, 7] },
  points: {
    kind: { at: 'holding/0', as: 'u16', quantity: 'status_code', poll: 'slow' },
    level: { at: 'holding/10', as: 'u16', quantity: 'light_level', poll: 'fast' },
    ...Object.fromEntries(
      Array.from({ length: 8 }, (_, at) => [
        `measured_${at}`,
        { at: `holding/${40 + at}`, as: 'u16', quantity: 'status_code', range: [0, 999], poll: 'normal' },
      ]),
    ),
  },
  setpoints: {
    level: {
      at: 'holding/10',
      as: 'u16',
      quantity: 'light_level',
      limits: [10, 100],
      slew: 'at-once',
      rest: '500ms',
      confirm: { by: 'level', within: '2s' },
      safe: 100,
      on_loss: { goes_to: 'safe', after: '60s', armed_by: [{ at: 'holding/20', value: 60 }] },
    },
  },
  housekeeping: [{ at: 'holding/30', value: 1, every: '10s', because: 'its watchdog wants to be fed' }],
})

/** The lamp controller itself. */
export class Ballast {
  readonly registers = new Map<number, number>([
    [0, 7],
    [10, 0],
    [20, 0],
    [30, 0],
    ...Array.from({ length: 8 }, (_, at): [number, number] => [40 + at, 100 + at]),
  ])
  /** an answer is under way, or none is given */
  isSilent = false
  /** its registers lie so much further than its profile says */
  movedBy = 0

  readonly script = (asked: Asked): readonly Said[] => {
    if (this.isSilent) return []
    const bytes = this.#answer(asked)
    return [{ afterMs: (8 + bytes.length) * charMs(serial) + turnAroundMs, bytes }]
  }

  #answer(asked: Asked): Uint8Array {
    const { function: fn, address, count } = asked
    if (fn === 6) {
      if (!this.registers.has(address - this.movedBy)) return exception(rtuFrame, asked, 2)
      this.registers.set(address - this.movedBy, count)
      return rtuFrame(asked, 6, address >> 8, address & 0xff, count >> 8, count & 0xff)
    }
    const values = Array.from({ length: count }, (_, at) => this.registers.get(address + at - this.movedBy))
    if (values.some((value) => value === undefined)) return exception(rtuFrame, asked, 2)
    return rtuFrame(asked, fn, 2 * count, ...values.flatMap((value = 0) => [value >> 8, value & 0xff]))
  }
}

export interface CabinetOptions {
  /** devices that have said who they are before */
  readonly met?: readonly string[]
  readonly clock?: FakeClock
  /** who answers there is never asked, to show that it must be */
  readonly isBlind?: boolean
  readonly readings?: (readings: readonly Reading[]) => void
}

export type Cabinet = ReturnType<typeof cabinetOf>

/** One device, `lamp`, at unit 1; polls and turns from now on, as the clock is moved. */
export function cabinetOf(
  script: (asked: Asked) => readonly Said[],
  { met = [], clock = fakeClock('2026-12-21T18:00:00Z'), isBlind = false, readings: see }: CabinetOptions = {},
) {
  const wire = new ScriptedWire('rtu', clock, script)
  const line = new ModbusLine({
    name: 'street',
    url: 'test://street',
    clock,
    random: () => 1,
    port: wire,
    framing: new RtuFraming(),
    timing: serialTiming(serial),
    debts: new Debts(),
  })
  const instance = instantiate(profile)
  const recognition = (device: string) => (isBlind ? 'matches' : poller.recognition(device))
  const isKnown = () => recognition('lamp') === 'matches' || recognition('lamp') === 'unknown'
  const asked = modbusDriver({ id: 'lamp', unit: 1, instance, line, clock, isKnown })
  const driver = isBlind ? unasked(asked) : asked
  const output = outputOf('lamp', setpointOf(instance, 'level'))
  if (output === undefined) throw new Error('it makes no light')
  const segment = segmentOf({ floor: 0, program: { from: 'sunset', until: 'sunrise', level: 100 } }, [output])
  const faults: unknown[] = []
  const news: string[] = []
  const control = new Control({
    segments: [segment],
    drivers: new Map([['lamp', driver]]),
    acquaintance: { recognition, identifySoon: (device) => poller.identifySoon(device) },
    points: new Set(),
    clock,
    envelope: envelope(),
    trust: () => 'synced',
    on: { ...unheard, fault: (error) => faults.push(error) },
  })
  control.restore({ ...control.kept(), met: [...met] }, 1_000)
  const { identify } = instance.profile
  const telltale = isBlind
    ? {}
    : { telltale: { point: `lamp.${identify.point}` as const, judge: (one: Reading) => identityBy(identify, one) } }
  const jobs = (['fast', 'normal', 'slow'] as const).map((poll): Job => {
    const names = [...instance.points.values()].filter((point) => point.poll === poll).map(({ name }) => name)
    const points = names.map((name): PointId => `lamp.${name}`)
    return { device: 'lamp', unit: '1', driver, points, periodMs: periodsMs[poll], ...telltale }
  })
  const poller: Poller = new Poller(jobs, {
    clock,
    random: () => 1,
    opening: () => line.openings,
    events: {
      readings: (readings) => {
        see?.(readings)
        control.see(readings)
      },
      health: (device, { state }) => {
        if (state === 'alive') control.answers(device)
        news.push(state)
      },
      identity: (device, { state }) => {
        if (state === 'matches') control.answers(device)
        news.push(state)
      },
      recognised: (device) => control.recognised(device),
    },
  })
  const stop = new AbortController()
  const running = Promise.all([poller.run(stop.signal), control.run(stop.signal)])
  return {
    clock,
    wire,
    line,
    poller,
    control,
    /** what health and identity have come to, in order */
    news,
    writes: () => wire.asked.filter(({ function: fn }) => fn > 4),
    /** each question, as `10` or `10:=60` */
    told: () =>
      wire.asked.map(({ function: fn, address, count }) => (fn > 4 ? `${address}:=${count}` : String(address))),
    end: async () => {
      stop.abort()
      await running
      control[Symbol.dispose]()
      await line[Symbol.asyncDispose]()
      if (faults.length > 0) throw new AggregateError(faults, 'control failed')
    },
  }
}

function setpointOf({ setpoints }: Instance, name: string) {
  const setpoint = setpoints.get(name)
  if (setpoint === undefined) throw new Error(`${name}: no such setpoint`)
  return setpoint
}

/** Whoever answers is taken for the one that the site names. */
function unasked(driver: Driver): Driver {
  return {
    identify: () => Promise.resolve({ state: 'matches' }),
    read: (points, signal) => driver.read(points, signal),
    write: (command, signal) => driver.write(command, signal),
    arm: (safe, signal) => driver.arm(safe, signal),
    raw: (point) => driver.raw(point),
    defects: () => driver.defects(),
    tend: (signal) => driver.tend(signal),
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  }
}
