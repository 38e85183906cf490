/** A profile with a site's parameters filled in: what a driver reads, as numbers ready for the hot path. */
import type { ByteOrder, Encoding, ParameterValues, PollClass, Profile, ProfilePoint, Table } from './profile.ts'
import { registersOf } from './profile.ts'
import { factorTo, quantities, type QuantityName } from './quantities.ts'

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
  /** raw integers that mean “no value” */
  readonly absent: ReadonlySet<bigint>
  readonly flags: ReadonlyMap<number, string>
}

export interface Instance {
  readonly profile: Profile
  readonly points: ReadonlyMap<string, InstancePoint>
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
 * The points of a device of this profile, with these parameters. Both have passed their schemas
 * (`profileSchema` with `contradictions`, and the site's check of parameters); what is not given has its default.
 */
export function instantiate(profile: Profile, given: ParameterValues = {}): Instance {
  const parameter = (name: string | undefined): number | boolean | undefined => {
    if (name === undefined) return undefined
    return Object.hasOwn(given, name) ? given[name] : profile.parameters[name]?.default
  }

  const points = new Map<string, InstancePoint>()
  for (const [name, point] of Object.entries(profile.points)) {
    const { unit, range } = quantities[point.quantity]
    const { swap } = point
    const source = swap && parameter(swap.when) === true ? (profile.points[swap.with] ?? point) : point
    const times = parameter(source.times)
    const ratio = typeof times === 'number' ? times : 1
    const scaled = fraction(source.scale)
    const converted = fraction(factorTo(unit, source.unit ?? unit) ?? 1)
    const sign = parameter(source.negate_when) === true ? -1 : 1
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
      absent: absentOf(source, profile.modbus.absent),
      flags: new Map(Object.entries(source.flags ?? {}).map(([bit, flag]) => [Number(bit), flag])),
    })
  }
  return { profile, points }
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

function absentOf(point: ProfilePoint, rule: 'largest' | undefined): ReadonlySet<bigint> {
  const absent = new Set((point.absent ?? []).map(BigInt))
  const sentinel = rule === 'largest' ? largest[point.as] : undefined
  if (sentinel !== undefined) absent.add(sentinel)
  return absent
}
