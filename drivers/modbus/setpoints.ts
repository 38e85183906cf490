/** What is written to a device: setpoints, the registers that arm its own timeout, and its profile's housekeeping. */
import type { Clock } from '../clock.ts'
import type { Armed, Cleared, RejectedReason, SetpointValue, Written } from '../driver.ts'
import type { ArmingRegister, Instance, InstancePoint, InstanceSetpoint } from '../instance.ts'
import type { Line, WriteOutcome } from '../line.ts'
import type { Table } from '../profile.ts'
import { quantity } from '../quantities.ts'
import { hasValue, type PointId, type Reading } from '../reading.ts'
import { milliseconds } from '../schema.ts'
import { decode, encode } from './codec.ts'
import type { Manners, ReadFunction, WriteFunction } from './request.ts'

/** A device that is read back too soon says what it was; so it is asked again, with pauses that grow. */
const firstPauseMs = 50
const longestPauseMs = 1_000
/** A chore that failed is not tried at every poll. */
const choreAgainMs = 1_000

const readFunctions: Record<'coil' | 'holding', ReadFunction> = { coil: 1, holding: 3 }

export interface SetpointsParts {
  readonly id: string
  readonly instance: Instance
  readonly line: Line
  readonly clock: Clock
  readonly manners: Manners
  /** whether the device is the one that was identified, asked just before a write goes out */
  readonly isKnown?: (() => boolean) | undefined
  /** the driver's own reading, for reading back */
  readonly read: (points: readonly PointId[], signal: AbortSignal) => Promise<Reading[]>
}

export class Setpoints {
  readonly #parts: SetpointsParts
  readonly #chores: { readonly everyMs: number; dueMs: number; readonly at: ArmingRegister }[]

  constructor(parts: SetpointsParts) {
    this.#parts = parts
    this.#chores = parts.instance.profile.housekeeping.map(({ at, value, every }) => ({
      everyMs: milliseconds(every),
      dueMs: -Infinity,
      at: { ...at, value },
    }))
  }

  async write({ setpoint: id, value, confirm }: Cleared, signal: AbortSignal): Promise<Written> {
    const setpoint = this.#named(id)
    const registers = setpoint && sayable(setpoint, value)
    if (setpoint === undefined || registers === undefined) return { state: 'rejected', because: 'not-sayable' }
    const { table, address } = setpoint.register
    const written = writtenAs(await this.#put(table, address, registers, setpoint.multiple, signal))
    if (written.state !== 'applied') return written
    if (!confirm || setpoint.confirm === undefined) return { state: 'unconfirmed', because: 'not-asked' }
    return await this.#readBack(setpoint.confirm, value, signal)
  }

  async arm(safe: ReadonlyMap<PointId, SetpointValue>, signal: AbortSignal): Promise<Armed> {
    let written = 0
    for (const [id, value] of safe) {
      const setpoint = this.#named(id)
      if (setpoint?.onLoss === undefined) return { state: 'failed', because: `${id} has no behaviour on loss` }
      const [raw, more] = sayable(setpoint, value) ?? []
      if (raw === undefined || more !== undefined)
        return { state: 'failed', because: `${id} cannot be ${String(value)}` }
      for (const register of setpoint.onLoss.armedBy) {
        const wanted = register.value === 'safe' ? raw : register.value
        const armed = await this.#armRegister(register, wanted, signal)
        if (typeof armed === 'string') return { state: 'failed', because: armed }
        written += armed
      }
    }
    return { state: 'armed', written }
  }

  async tend(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    for (const chore of this.#chores) {
      const nowMs = clock.monotonicMs()
      if (nowMs < chore.dueMs) continue
      chore.dueMs = nowMs + choreAgainMs
      const { table, address, value } = chore.at
      const outcome = await this.#put(table, address, Uint16Array.of(Number(value)), false, signal)
      if (outcome.state === 'answered') chore.dueMs = nowMs + chore.everyMs
    }
  }

  #named(id: PointId): InstanceSetpoint | undefined {
    const { id: device, instance } = this.#parts
    return id.startsWith(`${device}.`) ? instance.setpoints.get(id.slice(device.length + 1)) : undefined
  }

  #put(
    table: Table,
    address: number,
    values: Uint16Array,
    multiple: boolean,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const single = values.length === 1 && !multiple
    const fn: WriteFunction = table === 'coil' ? (single ? 5 : 15) : single ? 6 : 16
    const { line, manners, isKnown } = this.#parts
    return line.write({ ...manners, function: fn, address, values }, signal, isKnown)
  }

  /** Asks the device what it is, until it says so or its time is over. */
  async #readBack(
    { by, withinMs, tolerance }: NonNullable<InstanceSetpoint['confirm']>,
    value: SetpointValue,
    signal: AbortSignal,
  ): Promise<Written> {
    const { id, clock, read } = this.#parts
    const points: PointId[] = [`${id}.${by}`]
    const endsMs = clock.monotonicMs() + withinMs
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const [reading] = await read(points, signal)
      const told = reading !== undefined && hasValue(reading) ? reading.value : undefined
      if (told !== undefined && isAsSet(Number(told), Number(value), tolerance)) return { state: 'applied' }
      const leftMs = endsMs - clock.monotonicMs()
      if (leftMs <= 0) return { state: 'unconfirmed', because: told === undefined ? 'not-read-back' : 'differs' }
      await clock.sleep(Math.min(pauseMs, leftMs), signal)
    }
  }

  /** How many registers had to be written, 0 or 1; or what is wrong. */
  async #armRegister(
    { table, address }: ArmingRegister,
    wanted: number,
    signal: AbortSignal,
  ): Promise<number | string> {
    const before = await this.#peek(table, address, signal)
    if (before === wanted) return 0
    if (before === undefined) return `${table}/${address} cannot be read`
    const outcome = await this.#put(table, address, Uint16Array.of(wanted), false, signal)
    const after = outcome.state === 'answered' ? await this.#peek(table, address, signal) : before
    return after === wanted ? 1 : `${table}/${address} says ${after ?? 'nothing'} instead of ${wanted}`
  }

  async #peek(table: Table, address: number, signal: AbortSignal): Promise<number | undefined> {
    const into = new Uint16Array(1)
    const fn = readFunctions[table === 'coil' ? 'coil' : 'holding']
    const { line, manners } = this.#parts
    const outcome = await line.read({ ...manners, function: fn, address, count: 1 }, into, signal)
    return outcome.state === 'answered' ? into[0] : undefined
  }
}

/** Within the tolerance; but what is off is not as good as lit, however faintly. */
function isAsSet(told: number, value: number, tolerance: number): boolean {
  return Math.abs(told - value) <= tolerance && (told === 0) === (value === 0)
}

/** The registers that say a value; undefined: it is not one of this setpoint's, or its encoding cannot say it. */
function sayable({ register }: InstanceSetpoint, value: SetpointValue): Uint16Array | undefined {
  const [least, most] = register.range
  const number = Number(value)
  const isSwitch = quantity(register.quantity).kind === 'switch'
  if (isSwitch ? number !== 0 && number !== 1 : typeof value === 'boolean') return undefined
  // 0 is off, below whatever the least light is.
  if (!(number >= least && number <= most) && number !== 0) return undefined
  try {
    const registers = encode(register, register.as === 'bool' ? number === 1 : number)
    return number === 0 || isStillLit(register, registers) ? registers : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Whether a value is still one of the setpoint's, and not off, after it was rounded to what its encoding can say. */
function isStillLit(register: InstancePoint, registers: Uint16Array): boolean {
  const said = decode(register, registers, 0)
  return 'value' in said && Number(said.value) !== 0
}

/** What the line says of a write; `applied` here: the device has taken it. */
function writtenAs(outcome: WriteOutcome): Written {
  const rejected = (because: RejectedReason): Written => ({ state: 'rejected', because })
  switch (outcome.state) {
    case 'answered':
      return { state: 'applied' }
    case 'exception':
      // 5: it has begun, and will take a while; 10 and 11: a gateway on the way says that it heard nothing (7)
      if (outcome.exception === 5) return { state: 'applied' }
      if (outcome.exception === 10 || outcome.exception === 11) return { state: 'unconfirmed', because: 'no-answer' }
      return rejected(outcome.exception === 2 || outcome.exception === 3 ? 'illegal-address' : 'refused')
    case 'no-answer':
    case 'garbled':
      return { state: 'unconfirmed', because: outcome.state }
    case 'resting':
    case 'contended':
    case 'not-identified':
      return rejected(outcome.state)
    case 'line-down':
      return outcome.sent ? { state: 'unconfirmed', because: 'line-down' } : rejected('line-down')
  }
}
