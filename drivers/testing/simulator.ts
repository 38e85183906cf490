/** A device that behaves as its profile says: its registers, without a wire. */
import type { Instance, InstancePoint } from '../instance.ts'
import { encode } from '../modbus/codec.ts'
import type { Table } from '../profile.ts'
import type { Value } from '../reading.ts'

export interface Simulator {
  /**
   * What the device measures from now on, in the quantity's unit; `undefined`: it has no value, and says so as its
   * profile tells. Throws a RangeError when the profile has no such point, or no way to say so.
   */
  set(point: string, value: Value | undefined): void
  /** A register, or a coil as 0 or 1; undefined where the device has none (it would answer exception 2). */
  register(table: Table, address: number): number | undefined
}

/** A device just switched on: points that can say “no value” do, the others are zero. */
export function simulate(instance: Instance): Simulator {
  const tables: Record<Table, Map<number, number>> = {
    coil: new Map(),
    discrete: new Map(),
    input: new Map(),
    holding: new Map(),
  }
  const put = ({ table, address }: InstancePoint, registers: ArrayLike<number>) => {
    for (let index = 0; index < registers.length; index++) tables[table].set(address + index, registers[index] ?? 0)
  }

  for (const point of instance.points.values()) put(point, withoutValue(point) ?? new Uint16Array(point.count))
  for (const table of Object.values(tables)) fillGaps(table, instance.profile.modbus.gap)

  return {
    set: (name, value) => {
      const point = instance.points.get(name)
      if (point === undefined) throw new RangeError(`${instance.profile.id} has no point ${name}`)
      const registers = value === undefined ? withoutValue(point) : encode(point, value)
      if (registers === undefined)
        throw new RangeError(`${instance.profile.id}: ${name} (${point.as}) cannot say that it has no value`)
      put(point, registers)
    },
    register: (table, address) => tables[table].get(address),
  }
}

/** The registers of “no value”, when the point has a sentinel. */
function withoutValue(point: InstancePoint): Uint16Array | undefined {
  const [sentinel] = point.absent
  return sentinel === undefined ? undefined : encode({ ...point, multiplier: 1, divisor: 1 }, sentinel)
}

/** The profile vouches that holes of up to `gap` registers may be read: whatever lies there, here it is zero. */
function fillGaps(table: Map<number, number>, gap: number): void {
  let last: number | undefined
  for (const address of [...table.keys()].sort((a, b) => a - b)) {
    if (last !== undefined && address - last - 1 <= gap)
      for (let between = last + 1; between < address; between++) table.set(between, 0)
    last = address
  }
}
