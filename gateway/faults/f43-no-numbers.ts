/** F43: what a device says when it has no number (NaN, infinities, sentinels, digits that are none), and counters that begin anew. */
import { heldAs, instantiate, type Instance, type InstancePoint } from '../../drivers/instance.ts'
import type { Line } from '../../drivers/line.ts'
import { decode } from '../../drivers/modbus/codec.ts'
import { modbusDriver } from '../../drivers/modbus/driver.ts'
import { putF32, putF64, putInteger } from '../../drivers/modbus/registers.ts'
import type { ReadRequest } from '../../drivers/modbus/request.ts'
import { byteOrders, encodings, type Encoding, type Table } from '../../drivers/profile.ts'
import { quantities, type QuantityName } from '../../drivers/quantities.ts'
import { good, hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import { loadRegistry } from '../../drivers/registry.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { fakeLine } from '../../drivers/testing/fake-line.ts'
import { PointTable } from '../acquisition/point-table.ts'
import { Inputs } from '../control/inputs.ts'
import { segmentOf } from '../control/testing/segments.ts'
import { accumulator, add, makesSense, statisticOf } from '../disclosure/treatments/aggregate.ts'
import { statistics } from '../releases.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

type Strip = (point: InstancePoint) => InstancePoint

/** Numbers that stand for something: every one of their values may be meant. */
const codes: ReadonlySet<QuantityName> = new Set(['status_code', 'trigger', 'version', 'duration', 'count'])

const floats = { NaN, 'plus infinity': Infinity, 'minus infinity': -Infinity, 'the largest float': 3.402_823_466e38 }

/** What makers send in this encoding instead of a number, as registers, by name. Of signed ones all bits set is −1. */
function sentinelsOf({ as, count, order }: InstancePoint): [name: string, registers: Uint16Array][] {
  const bits = BigInt(16 * count)
  const whole = (name: string, raw: bigint): [string, Uint16Array] => [name, putInteger(raw, count, order)]
  switch (as) {
    case 'u16':
    case 'u32':
    case 'u64':
      return [whole('all bits set', (1n << bits) - 1n)]
    case 'i16':
    case 'i32':
    case 'i64':
      return [whole('the least', 1n << (bits - 1n)), whole('the largest', (1n << (bits - 1n)) - 1n)]
    case 'f32':
      return Object.entries(floats).map(([name, value]) => [name, putF32(value, order)])
    case 'f64':
      return Object.entries(floats).map(([name, value]) => [name, putF64(value, order)])
    case 'bcd16':
    case 'bcd32':
      return [whole('digits that are none', (1n << bits) - 1n)]
    case 'bool':
    case 'flags16':
    case 'flags32':
    case 'text':
      return []
  }
}

/** A line whose registers are these. */
function lineOf(held: ReadonlyMap<string, number>): Line {
  const tables: Readonly<Record<ReadRequest['function'], Table>> = {
    1: 'coil',
    2: 'discrete',
    3: 'holding',
    4: 'input',
  }
  return fakeLine({
    read: ({ function: fn, address, count }, into) => {
      for (let index = 0; index < count; index++) into[index] = held.get(`${tables[fn]}/${address + index}`) ?? 0
      return Promise.resolve({ state: 'answered' })
    },
    write: () => Promise.reject(new Error('nothing is written here')),
  })
}

/** What of the gateway would take the reading for a number; a value that was known before may not outlive it. */
function believers(reading: Reading): string[] {
  const { point } = reading
  const clock = fakeClock()
  const table = new PointTable(new Map([[point, 1_000]]), clock)
  table.put([{ point, at: clock.now(), quality: good, value: 7 }])
  table.put([reading])
  const known = table.get(point)
  const inputs = new Inputs(segmentOf({ on_loss: 'photocell', photocell: { point, on_below: 20, off_above: 60 } }))
  inputs.see({ point, at: clock.now(), quality: good, value: 1_000 })
  inputs.see(reading)
  const share = accumulator(statistics)
  add(share, reading)
  const told = statistics.filter((statistic) => statisticOf(share, statistic) !== (statistic === 'count' ? 0 : null))
  return [
    ...(hasValue(reading) ? [`the reading (${String(reading.value)})`] : []),
    ...(known !== undefined && hasValue(known.reading) ? ['the point table'] : []),
    ...(inputs.darkness === undefined ? [] : ['the photocell']),
    ...(told.length === 0 ? [] : [told.join(', ')]),
  ]
}

interface Tally {
  looked: number
  wrong: number
  readonly broken: Set<string>
}

/** Every measured point of the catalogue, with everything that is no number in its encoding. */
async function catalogue(strip: Strip, tally: Tally): Promise<number> {
  let points = 0
  for (const profile of loadRegistry([]).profiles.values()) {
    const whole = instantiate(profile)
    const instance: Instance = {
      ...whole,
      points: new Map([...whole.points].map(([name, point]) => [name, strip(point)])),
    }
    for (const point of whole.points.values()) {
      const { kind } = quantities[point.quantity]
      if ((kind !== 'gauge' && kind !== 'counter') || codes.has(point.quantity)) continue
      points++
      for (const [name, registers] of sentinelsOf(point)) {
        const held = new Map(Array.from(registers, (word, index) => [`${point.table}/${point.address + index}`, word]))
        const driver = modbusDriver({ id: 'device', unit: 1, instance, line: lineOf(held), clock: fakeClock() })
        const id: PointId = `device.${point.name}`
        for (const reading of await driver.read([id], new AbortController().signal)) {
          tally.looked++
          const taken = believers(reading)
          if (taken.length === 0) continue
          tally.wrong++
          tally.broken.add(`${profile.id} ${point.name}: ${name} is a number for ${taken.join(', ')}`)
        }
      }
    }
  }
  return points
}

/** Any encoding, order, range and sentinel; any registers. What comes out is a finite number within its range, or none. */
function anyPoint(strip: Strip, seed: number, cases: number, tally: Tally): void {
  const random = dice(seed)
  const numeric = (Object.keys(encodings) as Encoding[]).filter((as) => !/^(bool|text|flags)/.test(as))
  const among = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)]
  for (let index = 0; index < cases; index++) {
    const as = among(numeric) ?? 'u16'
    const least = among([0, -100, -1e6]) ?? 0
    const sentinel = BigInt(among([0xffff, 0x8000, -0x8000, 0x7fff, -1, 9_999, 0]) ?? 0)
    const point: InstancePoint = {
      name: 'value',
      quantity: 'illuminance',
      poll: 'normal',
      table: 'holding',
      address: 0,
      count: encodings[as] ?? 1,
      as,
      order: among(byteOrders) ?? 'ABCD',
      multiplier: 1,
      divisor: among([1, 10, 1_000]) ?? 1,
      range: [least, among([100, 70_000, 1e10]) ?? 0],
      absent: new Set([heldAs(as, sentinel)]),
      flags: new Map(),
    }
    const own = among(sentinelsOf(point))?.[1]
    const declared =
      as === 'f32' || as === 'f64' || as.startsWith('bcd') ? own : putInteger(sentinel, point.count, point.order)
    const noise = Uint16Array.from({ length: point.count }, () => Math.floor(random() * 0x1_0000))
    const registers = among([own, declared, noise]) ?? noise
    tally.looked++
    const decoded = decode(strip(point), registers, 0)
    if (!('value' in decoded)) continue
    const { value } = decoded
    const isDeclared = registers === declared && declared !== own
    const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : NaN
    const isNumber = Number.isFinite(number) && number >= point.range[0] && number <= point.range[1] && !isDeclared
    if (isNumber) continue
    tally.wrong++
    if (tally.broken.size < 20)
      tally.broken.add(`${as}: ${Buffer.from(registers.buffer).toString('hex')} is ${String(value)}`)
  }
}

/** The steps upwards: what was counted before a counter began anew nobody knows. */
function risen(values: readonly number[]): number {
  return values.reduce((sum, value, index) => sum + Math.max(0, value - (values[index - 1] ?? value)), 0)
}

/** Counters of 16 and 32 bits that roll over, and a meter exchanged for a new one: what is said stays what was read. */
function beginningAnew(tally: Tally): void {
  const point: PointId = 'meter.energy_active_import'
  const at = fakeClock().now()
  for (const [name, values] of Object.entries({
    '16 bits': [65_533, 65_535, 0, 2],
    '32 bits': [42_949_672.94, 42_949_672.95, 0, 0.01],
    'seven digits': [9_999_999, 0, 1],
    'a meter exchanged': [123_456.7, 0.3, 0.4],
  })) {
    const share = accumulator(statistics)
    for (const value of values) add(share, { point, at, quality: good, value })
    for (const statistic of statistics.filter((each) => makesSense('counter', each))) {
      tally.looked++
      const value = Number(statisticOf(share, statistic))
      const said =
        statistic === 'last'
          ? values.at(-1)
          : statistic === 'count'
            ? values.length
            : statistic === 'increase'
              ? risen(values)
              : undefined
      const isSaid = said === undefined ? value >= 0 && value <= Math.max(...values) : Math.abs(value - said) < 1e-6
      if (!isSaid) tally.broken.add(`${name}: the ${statistic} is ${value}, which no meter said`)
    }
  }
}

async function look({ seed, short }: FaultContext, strip: Strip): Promise<Found> {
  const tally: Tally = { looked: 0, wrong: 0, broken: new Set() }
  const points = await catalogue(strip, tally)
  anyPoint(strip, seed, short ? 50_000 : 1_000_000, tally)
  beginningAnew(tally)
  if (points < 50) tally.broken.add(`only ${points} points of the catalogue were tried`)
  return {
    broken: [...tally.broken],
    figures: { looked: tally.looked, 'points of the catalogue': points, 'wrong value accepted': tally.wrong },
  }
}

export const fault: Fault = {
  id: 'F43',
  title: 'NaN, infinities, sentinels and digits that are none, and counters that begin anew',
  passes:
    'none of them is a number for a reading, the point table, a photocell or a statistic, for every measured point of the catalogue and any other; of a counter that begins anew only what was read is said, and its increase leaves out the step downwards',
  run: (context) => look(context, (point) => point),
  control: {
    without: 'sentinels and plausible ranges in the decoder',
    run: (context) => look(context, (point) => ({ ...point, absent: new Set(), range: [-Infinity, Infinity] })),
  },
}
