/** A profile with a site's parameters filled in: what a driver reads, as numbers ready for the hot path. */
import type {
  ByteOrder,
  Encoding,
  ParameterValues,
  PollClass,
  Profile,
  ProfilePoint,
  ProfileSetpoint,
  Table,
} from './profile.ts'
import { registersOf } from './profile.ts'
import { factorTo, quantities, quantity, type QuantityName } from './quantities.ts'
import { expand, usuallyInstalled, type Installed } from './repeats.ts'
import { milliseconds } from './schema.ts'

type Range = readonly [least: number, most: number]

export interface InstancePoint {
  readonly name: string
  readonly quantity: QuantityName
  readonly poll: PollClass
  readonly table: Table
  readonly address: number
  /** registers, or one coil */
  readonly count: number
  readonly as: Encoding
  readonly order: ByteOrder
  /** value = raw × multiplier ÷ divisor, in the quantity's unit; two numbers, because ÷ 100 is exact where × 0.01 is not */
  readonly multiplier: number
  readonly divisor: number
  /** plausible values, both ends included, in the quantity's unit */
  readonly range: Range
  /** how fast it can change, in the quantity's unit a second; absent: nothing says */
  readonly slewPerS?: number
  /** of a counter, where it begins anew, in the quantity's unit; absent: where its encoding does */
  readonly rollsOverAt?: number
  /** raw integers that mean “no value” */
  readonly absent: ReadonlySet<bigint>
  readonly flags: ReadonlyMap<number, string>
}

/** A register that the device's behaviour on loss hangs on; `safe`: what the site wants it to go to. */
export interface ArmingRegister {
  readonly table: Table
  readonly address: number
  readonly value: number | 'safe'
}

export interface InstanceSetpoint {
  readonly name: string
  readonly quantity: QuantityName
  /** where it is written, and how; its range are the limits, of a switch 0 and 1 */
  readonly register: InstancePoint
  /** with function 15 or 16 even where one register would do */
  readonly multiple: boolean
  /** in the quantity's unit per second; Infinity: at once */
  readonly slewPerS: number
  readonly restMs: number
  /** undefined: nothing tells */
  readonly confirm: { readonly by: string; readonly withinMs: number; readonly tolerance: number } | undefined
  readonly safe: number | boolean
  /** undefined: the device stays as it is when it hears nothing any more */
  readonly onLoss: { readonly afterMs: number; readonly armedBy: readonly ArmingRegister[] } | undefined
}

export interface Instance {
  readonly profile: Profile
  readonly points: ReadonlyMap<string, InstancePoint>
  readonly setpoints: ReadonlyMap<string, InstanceSetpoint>
}

/** The largest number of each integer encoding: the sentinel of makers who say `absent: largest`. */
const largest: Partial<Record<Encoding, bigint>> = {
  u16: 0xffffn,
  i16: 0x7fffn,
  u32: 0xffff_ffffn,
  i32: 0x7fff_ffffn,
  u64: 0xffff_ffff_ffff_ffffn,
  i64: 0x7fff_ffff_ffff_ffffn,
}

/**
 * The points and setpoints of a device of this profile, with these parameters, and so many of each kind. All have passed
 * their schemas (`profileSchema` with `contradictions`, and the site's checks); what is not given has its default.
 */
export function instantiate(
  profile: Profile,
  given: ParameterValues = {},
  installed: Installed = usuallyInstalled(profile),
): Instance {
  const expanded = expand(profile, installed)
  const named = new Map(expanded.points)
  const parameter = (name: string | undefined): number | boolean | undefined => {
    if (name === undefined) return undefined
    return Object.hasOwn(given, name) ? given[name] : profile.parameters[name]?.default
  }

  const points = new Map<string, InstancePoint>()
  for (const [name, point] of expanded.points) {
    const { unit, range } = quantities[point.quantity]
    const { swap } = point
    const source = swap && parameter(swap.when) === true ? (named.get(swap.with) ?? point) : point
    const times = parameter(source.times)
    const ratio = typeof times === 'number' ? times : 1
    const scaled = fraction(source.scale)
    const converted = fraction(factorTo(unit, source.unit ?? unit) ?? 1)
    const sign = parameter(source.negate_when) === true ? -1 : 1
    const slewPerS = source.slew === undefined ? slewOf(point.quantity) : source.slew * ratio
    points.set(name, {
      name,
      quantity: point.quantity,
      poll: point.poll,
      table: source.at.table,
      address: source.at.address,
      count: registersOf(source) ?? 1,
      as: source.as,
      order: source.order ?? profile.modbus.order,
      multiplier: sign * ratio * scaled.multiplier * converted.multiplier,
      divisor: scaled.divisor * converted.divisor,
      range: point.range ? reach(point.range, sign * ratio, range) : range,
      ...(slewPerS === undefined ? {} : { slewPerS }),
      ...(source.rolls_over_at === undefined ? {} : { rollsOverAt: source.rolls_over_at * ratio }),
      absent: absentOf(source, profile.modbus.absent),
      flags: new Map(Object.entries(source.flags ?? {}).map(([bit, flag]) => [Number(bit), flag])),
    })
  }
  const setpoints = new Map(expanded.setpoints.map(([name, setpoint]) => [name, setpointOf(name, setpoint, profile)]))
  return { profile, points, setpoints }
}

function setpointOf(name: string, setpoint: ProfileSetpoint, { modbus }: Profile): InstanceSetpoint {
  const { unit } = quantities[setpoint.quantity]
  const scaled = fraction(setpoint.scale)
  const converted = fraction(factorTo(unit, setpoint.unit ?? unit) ?? 1)
  const { confirm, on_loss: onLoss } = setpoint
  return {
    name,
    quantity: setpoint.quantity,
    register: {
      name,
      quantity: setpoint.quantity,
      poll: 'normal',
      table: setpoint.at.table,
      address: setpoint.at.address,
      count: registersOf(setpoint) ?? 1,
      as: setpoint.as,
      order: setpoint.order ?? modbus.order,
      multiplier: scaled.multiplier * converted.multiplier,
      divisor: scaled.divisor * converted.divisor,
      range: setpoint.limits,
      absent: new Set(),
      flags: new Map(),
    },
    multiple: setpoint.multiple,
    slewPerS: setpoint.slew,
    restMs: milliseconds(setpoint.rest),
    confirm:
      'by' in confirm
        ? { by: confirm.by, withinMs: milliseconds(confirm.within), tolerance: confirm.tolerance }
        : undefined,
    safe: setpoint.safe,
    onLoss:
      'keeps' in onLoss
        ? undefined
        : {
            afterMs: milliseconds(onLoss.after),
            armedBy: onLoss.armed_by.map(({ at, value }) => ({ table: at.table, address: at.address, value })),
          },
  }
}

function slewOf(name: QuantityName): number | undefined {
  return quantity(name).slewPerS
}

/** What the meter itself can measure, seen through its transformers and its wiring, and no wider than the quantity. */
function reach([least, most]: Range, factor: number, [floor, ceiling]: Range): Range {
  const [low, high] = factor < 0 ? [most * factor, least * factor] : [least * factor, most * factor]
  return [Math.max(low, floor), Math.min(high, ceiling)]
}

/** 0.01 as ÷ 100, 1000 as × 1000, anything else as it is. */
function fraction(factor: number): { multiplier: number; divisor: number } {
  const inverse = Math.round(1 / factor)
  return factor < 1 && 1 / inverse === factor ? { multiplier: 1, divisor: inverse } : { multiplier: factor, divisor: 1 }
}

const bitsOf: Partial<Record<Encoding, readonly [bits: number, of: 'asIntN' | 'asUintN']>> = {
  u16: [16, 'asUintN'],
  i16: [16, 'asIntN'],
  u32: [32, 'asUintN'],
  i32: [32, 'asIntN'],
  u64: [64, 'asUintN'],
  i64: [64, 'asIntN'],
  bcd16: [16, 'asUintN'],
  bcd32: [32, 'asUintN'],
}

/** What an encoding reads where these bits are: makers write 0x8000 for a signed register, and −1 for an unsigned one. */
export function heldAs(as: Encoding, raw: bigint): bigint {
  const [bits = 0, of = 'asIntN'] = bitsOf[as] ?? []
  if (bits === 0 || raw < -(2n ** BigInt(bits - 1)) || raw >= 2n ** BigInt(bits)) return raw
  return BigInt[of](bits, raw)
}

function absentOf(point: ProfilePoint, rule: 'largest' | undefined): ReadonlySet<bigint> {
  const absent = new Set((point.absent ?? []).map((raw) => heldAs(point.as, BigInt(raw))))
  const sentinel = rule === 'largest' ? largest[point.as] : undefined
  if (sentinel !== undefined) absent.add(sentinel)
  return absent
}
