/** A device that behaves as its profile says: its registers, without a wire. */
import type { SetpointValue } from '../driver.ts'
import type { Instance, InstancePoint, InstanceSetpoint } from '../instance.ts'
import { decode, encode } from '../modbus/codec.ts'
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
  /** What another writes to a register, or to a coil as 0 or 1: to setpoints, arming registers and chores, and nowhere else. */
  write(table: Table, address: number, value: number): 'written' | 'no-register'
  /** Somebody spoke to it at this time of a monotonic clock. */
  heard(nowMs: number): void
  /** It is so late: setpoints whose timeout is over, and armed as the profile says, go to what their registers say is safe. */
  passes(nowMs: number): void
}

export interface SimulatorOptions {
  /** What writing to a setpoint does; absent: the point that confirms it says so at once. */
  readonly on?: (setpoint: string, value: SetpointValue) => void
}

/** A device just switched on: points that can say “no value” do, the others are zero, and so is all that can be written. */
export function simulate(instance: Instance, options: SimulatorOptions = {}): Simulator {
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

  const writable = new Set<string>()
  for (const { table, address } of writableIn(instance)) {
    writable.add(`${table}/${address}`)
    if (!tables[table].has(address)) tables[table].set(address, 0)
  }

  const set = (name: string, value: Value | undefined) => {
    const point = instance.points.get(name)
    if (point === undefined) throw new RangeError(`${instance.profile.id} has no point ${name}`)
    const registers = value === undefined ? withoutValue(point) : encode(point, value)
    if (registers === undefined)
      throw new RangeError(`${instance.profile.id}: ${name} (${point.as}) cannot say that it has no value`)
    put(point, registers)
  }
  const on =
    options.on ??
    ((name: string, value: SetpointValue) => {
      const by = instance.setpoints.get(name)?.confirm?.by
      if (by !== undefined) set(by, value)
    })
  const write: Simulator['write'] = (table, address, value) => {
    if (!writable.has(`${table}/${address}`)) return 'no-register'
    tables[table].set(address, table === 'coil' ? Number(value !== 0) : value)
    for (const setpoint of instance.setpoints.values()) {
      const { register } = setpoint
      if (register.table !== table || address < register.address || address >= register.address + register.count)
        continue
      const said = heldBy(setpoint, tables[table])
      if (said !== undefined) on(setpoint.name, said)
    }
    return 'written'
  }

  let heardMs = 0
  /** setpoints that have gone to what is safe since the device was last spoken to */
  const gone = new Set<string>()
  return {
    set,
    register: (table, address) => tables[table].get(address),
    write,
    heard: (nowMs) => {
      heardMs = nowMs
      gone.clear()
    },
    passes: (nowMs) => {
      for (const { name, register, onLoss, safe } of instance.setpoints.values()) {
        if (onLoss === undefined || gone.has(name) || nowMs - heardMs < onLoss.afterMs) continue
        const { armedBy } = onLoss
        if (!armedBy.every(({ table, address, value }) => value === 'safe' || tables[table].get(address) === value))
          continue
        gone.add(name)
        const told = armedBy.find(({ value }) => value === 'safe')
        const goesTo = told === undefined ? encode(register, safe) : [tables[told.table].get(told.address) ?? 0]
        goesTo.forEach((raw, index) => write(register.table, register.address + index, raw))
      }
    },
  }
}

interface Place {
  readonly table: Table
  readonly address: number
}

function writableIn({ profile, setpoints }: Instance): Place[] {
  const places = [...setpoints.values()].flatMap(({ register: { table, address, count }, onLoss }): Place[] => [
    ...Array.from({ length: count }, (_, index) => ({ table, address: address + index })),
    ...(onLoss?.armedBy ?? []),
  ])
  return [...places, ...profile.housekeeping.map(({ at }) => at)]
}

/** What a setpoint's registers say; undefined while they hold nothing that may be written, as halfway through several. */
function heldBy({ register }: InstanceSetpoint, table: ReadonlyMap<number, number>): SetpointValue | undefined {
  const registers = Uint16Array.from({ length: register.count }, (_, index) => table.get(register.address + index) ?? 0)
  const [least, most] = register.range
  const said = decode({ ...register, range: [Math.min(0, least), Math.max(0, most)] }, registers, 0)
  return 'value' in said && (typeof said.value === 'number' || typeof said.value === 'boolean') ? said.value : undefined
}

/** The registers of “no value”, when the point has a sentinel. */
function withoutValue(point: InstancePoint): Uint16Array | undefined {
  const [sentinel] = point.absent
  if (sentinel === undefined) return undefined
  const isFloat = point.as === 'f32' || point.as === 'f64'
  return encode({ ...point, multiplier: 1, divisor: 1 }, isFloat ? Number(sentinel) : sentinel)
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
