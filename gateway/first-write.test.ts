/** From a start, and from a line that comes back, to the first write: what is asked before, and how long it takes. */
import { expect, test } from 'vitest'
import { instantiate } from '../drivers/instance.ts'
import { ModbusLine } from '../drivers/modbus/client.ts'
import { Debts } from '../drivers/modbus/debts.ts'
import { modbusDriver } from '../drivers/modbus/driver.ts'
import { RtuFraming } from '../drivers/modbus/rtu.ts'
import { charMs, serialTiming } from '../drivers/modbus/timing.ts'
import { profileSchema } from '../drivers/profile.ts'
import type { PointId } from '../drivers/reading.ts'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { exception, rtuFrame, ScriptedWire, type Asked, type Script } from '../drivers/testing/scripted-wire.ts'
import { Poller } from './acquisition/poller.ts'
import { Control } from './control/control.ts'
import { envelope } from './control/envelope.ts'
import { outputOf } from './outputs.ts'
import { segmentOf } from './control/testing/segments.ts'

const serial = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const
const turnAroundMs = 12

const profile = profileSchema.parse({
  id: 'test-ballast',
  maker: 'Fanal',
  model: 'Test ballast',
  kind: 'lighting_controller',
  grade: 'drafted',
  source: 'made up for this test alone',
  modbus: { order: 'ABCD', serial: ['19200 8E1'], timeout: '300ms', worst_response: '600ms', gap: 0 },
  identify: { point: 'kind', range: [7, 7] },
  points: {
    kind: { at: 'holding/0', as: 'u16', quantity: 'status_code', poll: 'slow' },
    level: { at: 'holding/10', as: 'u16', quantity: 'light_level', poll: 'fast' },
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

/** A lamp whose registers may be another's. */
class Lamp {
  kind: number | undefined = 7
  silent = false
  readonly registers = new Map([
    [10, 0],
    [20, 0],
    [30, 0],
  ])
  readonly script: Script = (asked) => {
    if (this.silent) return []
    const afterMs = 16 * charMs(serial) + turnAroundMs
    return [{ afterMs, bytes: this.#answer(asked) }]
  }
  #answer(asked: Asked): Uint8Array {
    const { function: fn, address, count } = asked
    if (fn === 6) {
      this.registers.set(address, count)
      return rtuFrame(asked, 6, address >> 8, address & 0xff, count >> 8, count & 0xff)
    }
    const value = address === 0 ? this.kind : this.registers.get(address)
    return value === undefined ? exception(rtuFrame, asked, 2) : rtuFrame(asked, 3, 2, value >> 8, value & 0xff)
  }
}

function cabinet({ met = [] as string[] } = {}) {
  const clock = fakeClock('2026-12-21T18:00:00Z')
  const lamp = new Lamp()
  const wire = new ScriptedWire('rtu', clock, lamp.script)
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
  const isKnown = () => poller.recognition('lamp') === 'matches' || poller.recognition('lamp') === 'unknown'
  const driver = modbusDriver({ id: 'lamp', unit: 1, instance, line, clock, isKnown })
  const output = outputOf('lamp', instance.setpoints.get('level')!)!
  const segment = segmentOf({ floor: 0, program: { from: 'sunset', until: 'sunrise', level: 100 } }, [output])
  const faults: unknown[] = []
  const written: string[] = []
  const control = new Control({
    segments: [segment],
    drivers: new Map([['lamp', driver]]),
    acquaintance: {
      recognition: (device) => poller.recognition(device),
      identifySoon: (device) => poller.identifySoon(device),
    },
    points: new Set(),
    clock,
    envelope: envelope(),
    trust: () => 'synced',
    on: {
      audit: ({ kind, ...entry }) => kind === 'write' && written.push(String(entry['state'])),
      ruling: () => undefined,
      armed: () => undefined,
      changed: () => undefined,
      fault: (error) => faults.push(error),
    },
  })
  control.restore({ ...control.kept(), met }, 1_000)
  const job = (name: string, periodMs: number) => ({
    device: 'lamp',
    unit: '1',
    driver,
    points: [`lamp.${name}`] satisfies PointId[],
    periodMs,
  })
  const poller: Poller = new Poller([job('level', 1_000), job('kind', 60_000)], {
    clock,
    random: () => 1,
    opening: () => line.openings,
    events: {
      readings: (readings) => control.see(readings),
      health: (device, { state }) => state === 'alive' && control.answers(device),
      identity: (device, { state }) => state === 'matches' && control.answers(device),
      recognised: (device, before) => {
        if (before === 'unasked') control.answers(device)
        control.recognised(device)
      },
    },
  })
  const stop = new AbortController()
  const running = Promise.all([poller.run(stop.signal), control.run(stop.signal)])
  const told = () => wire.asked.map(({ function: fn, address, count }) => (fn === 6 ? `${address}:=${count}` : address))
  return {
    clock,
    lamp,
    wire,
    control,
    faults,
    written,
    told,
    writes: () => wire.asked.filter(({ function: fn }) => fn === 6),
    end: async () => {
      stop.abort()
      await running
      control[Symbol.dispose]()
      await line[Symbol.asyncDispose]()
      expect(faults).toEqual([])
    },
  }
}

test('after a start one question comes before everything, and the lamp is written within 150 ms', async () => {
  const { clock, told, writes, end } = cabinet()
  await clock.advance(2_000)
  await end()
  expect(told()[0]).toBe(0)
  const [first] = writes()
  const light = writes().find(({ address }) => address === 10)
  console.log(`first write ${first?.atMs.toFixed(1)} ms after the start, the light's ${light?.atMs.toFixed(1)} ms`)
  expect(light?.atMs).toBeLessThan(150)
  expect(new Set(writes().map(({ address }) => address))).toEqual(new Set([10, 20, 30]))
})

test('on a line that is opened anew it is asked first, and a command is written one question later', async () => {
  const { clock, wire, lamp, told, control, writes, end } = cabinet()
  await clock.advance(10_500)
  const asked = wire.asked.length
  wire.lose()
  lamp.registers.set(10, 0)
  const beganMs = clock.monotonicMs()
  control.take({
    setpoint: 'north.level',
    act: { kind: 'set', value: 60, leaseMs: 60_000 },
    reason: 'a test',
    who: 'a',
  })
  await clock.advance(2_000)
  await end()
  const since = told().slice(asked)
  console.log(
    `from the order to its write on a line opened anew: ${writes().findLast(({ address }) => address === 10)!.atMs - beganMs} ms; asked ${since.slice(0, 6).join(' ')}`,
  )
  expect(since[0]).toBe(0)
  expect(since).toContain('10:=60')
  expect(since.indexOf('10:=60')).toBeLessThan(6)
})

test('of another device not one register is written, after a start or under a line that is opened anew', async () => {
  const { clock, wire, lamp, writes, end } = cabinet()
  lamp.kind = 8
  await clock.advance(120_000)
  expect(writes()).toEqual([])
  lamp.kind = 7
  await clock.advance(62_000)
  expect(writes().length).toBeGreaterThan(2)
  const before = writes().length
  wire.lose()
  lamp.kind = undefined
  lamp.registers.set(10, 0)
  await clock.advance(600_000)
  await end()
  expect(writes().length).toBe(before)
})

test('a lamp that does not answer is lit once it was known, and not before, nor armed or tended', async () => {
  const never = cabinet()
  never.lamp.silent = true
  await never.clock.advance(600_000)
  await never.end()
  expect(never.writes()).toEqual([])

  const once = cabinet({ met: ['lamp'] })
  once.lamp.silent = true
  await once.clock.advance(600_000)
  await once.end()
  expect(new Set(once.writes().map(({ address, count }) => `${address}:=${count}`))).toEqual(new Set(['10:=100']))
  // with patience: each minute, as before
  expect(once.writes().length).toBeLessThan(16)
})
