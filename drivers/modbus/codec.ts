/** Registers to values and back, as a profile describes them. */
import type { InstancePoint } from '../instance.ts'
import type { Encoding } from '../profile.ts'
import { bad, good, type Bad, type Good, type Value } from '../reading.ts'
import {
  getBytes,
  getF32,
  getF64,
  getI64,
  getU16,
  getU32,
  getU64,
  putBytes,
  putF32,
  putF64,
  putInteger,
} from './registers.ts'
import { scale, unscale } from './scaling.ts'

export type Decoded = { readonly quality: Good; readonly value: Value } | { readonly quality: Bad }

const absent: Decoded = { quality: bad('absent') }
const implausible: Decoded = { quality: bad('implausible') }

/**
 * The value of a point whose first register (or bit, 0 or 1) is `registers[offset]`, in the quantity's unit.
 * Integers come out as numbers; those of 64 bits beyond ±2⁵³ as bigints where they are not scaled, else as the nearest
 * number. Flags come out as their names, lowest bit first, joined by spaces; texts without padding.
 */
export function decode(point: InstancePoint, registers: Uint16Array, offset: number): Decoded {
  const { as, order } = point
  switch (as) {
    case 'bool':
      return { quality: good, value: registers[offset] !== 0 }
    case 'u16':
      return integer(point, getU16(registers, offset, order))
    case 'i16':
      return integer(point, (getU16(registers, offset, order) << 16) >> 16)
    case 'u32':
      return integer(point, getU32(registers, offset, order))
    case 'i32':
      return integer(point, getU32(registers, offset, order) | 0)
    case 'u64':
      return wideInteger(point, getU64(registers, offset, order))
    case 'i64':
      return wideInteger(point, getI64(registers, offset, order))
    case 'f32':
      return float(point, getF32(registers, offset, order))
    case 'f64':
      return float(point, getF64(registers, offset, order))
    case 'bcd16':
      return decimal(point, getU16(registers, offset, order))
    case 'bcd32':
      return decimal(point, getU32(registers, offset, order))
    case 'flags16':
      return flags(point, getU16(registers, offset, order))
    case 'flags32':
      return flags(point, getU32(registers, offset, order))
    case 'text':
      return text(getBytes(registers, offset, point.count, order))
  }
}

/** The conversion to bigint is paid only where a point has sentinels. */
function isAbsent(point: InstancePoint, raw: number): boolean {
  return point.absent.size > 0 && point.absent.has(BigInt(raw))
}

function within(point: InstancePoint, value: number): Decoded {
  return value >= point.range[0] && value <= point.range[1] ? { quality: good, value } : implausible
}

function integer(point: InstancePoint, raw: number): Decoded {
  return isAbsent(point, raw) ? absent : within(point, (raw * point.multiplier) / point.divisor)
}

function wideInteger(point: InstancePoint, raw: bigint): Decoded {
  if (point.absent.has(raw)) return absent
  const { multiplier, divisor, range } = point
  if (BigInt.asIntN(54, raw) === raw) return within(point, (Number(raw) * multiplier) / divisor)
  if (multiplier !== 1 || divisor !== 1) return within(point, scale(raw, multiplier, divisor))
  return raw >= range[0] && raw <= range[1] ? { quality: good, value: raw } : implausible
}

function float(point: InstancePoint, raw: number): Decoded {
  if (!Number.isFinite(raw) || (Number.isInteger(raw) && isAbsent(point, raw))) return absent
  return within(point, (raw * point.multiplier) / point.divisor)
}

function decimal(point: InstancePoint, raw: number): Decoded {
  if (isAbsent(point, raw)) return absent
  let value = 0
  for (let shift = 28; shift >= 0; shift -= 4) {
    const digit = (raw >>> shift) & 0xf
    if (digit > 9) return implausible
    value = value * 10 + digit
  }
  return within(point, (value * point.multiplier) / point.divisor)
}

function flags(point: InstancePoint, raw: number): Decoded {
  if (isAbsent(point, raw)) return absent
  const names: string[] = []
  for (let bit = 0; bit < 32; bit++) if ((raw >>> bit) & 1) names.push(point.flags.get(bit) ?? `bit${bit}`)
  return { quality: good, value: names.join(' ') }
}

function text(bytes: Uint8Array): Decoded {
  let value: string
  try {
    value = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return implausible
  }
  const trimmed = value.replace(/[\0 ]+$/, '')
  return trimmed === '' ? absent : { quality: good, value: trimmed }
}

/** What each integer encoding can hold, both ends included. */
const limits: Partial<Record<Encoding, readonly [least: bigint, most: bigint]>> = {
  u16: [0n, 0xffffn],
  i16: [-0x8000n, 0x7fffn],
  u32: [0n, 0xffff_ffffn],
  i32: [-0x8000_0000n, 0x7fff_ffffn],
  u64: [0n, 0xffff_ffff_ffff_ffffn],
  i64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  bcd16: [0n, 9_999n],
  bcd32: [0n, 99_999_999n],
}

/** The registers (or the bit) that say `value`. Throws a RangeError when the encoding cannot say it. */
export function encode(point: InstancePoint, value: Value): Uint16Array {
  const { as, order, count } = point
  const refuse = () => new RangeError(`${point.name}: ${as} cannot say ${String(value)}`)
  switch (as) {
    case 'bool':
      if (typeof value !== 'boolean') throw refuse()
      return Uint16Array.of(value ? 1 : 0)
    case 'text': {
      const bytes = new TextEncoder().encode(String(value))
      if (bytes.length > 2 * count) throw refuse()
      return putBytes(bytes, count, order)
    }
    case 'flags16':
    case 'flags32': {
      const raw = flagBits(point, String(value))
      if (raw === undefined || raw >= 1n << BigInt(16 * count)) throw refuse()
      return putInteger(raw, count, order)
    }
    case 'f32':
    case 'f64': {
      if (typeof value !== 'number') throw refuse()
      const raw = (value * point.divisor) / point.multiplier
      return as === 'f32' ? putF32(raw, order) : putF64(raw, order)
    }
    case 'u16':
    case 'i16':
    case 'u32':
    case 'i32':
    case 'u64':
    case 'i64':
    case 'bcd16':
    case 'bcd32': {
      if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isFinite(value))) throw refuse()
      const raw = unscale(value, point.multiplier, point.divisor)
      const [least, most] = limits[as] ?? [0n, 0n]
      if (raw < least || raw > most) throw refuse()
      return putInteger(as === 'bcd16' || as === 'bcd32' ? BigInt(`0x${raw}`) : raw, count, order)
    }
  }
}

function flagBits(point: InstancePoint, value: string): bigint | undefined {
  const bits = new Map([...point.flags].map(([bit, name]) => [name, bit]))
  let raw = 0n
  for (const name of value.split(' ').filter((part) => part !== '')) {
    const bit = bits.get(name) ?? (/^bit\d+$/.test(name) ? Number(name.slice(3)) : undefined)
    if (bit === undefined) return undefined
    raw |= 1n << BigInt(bit)
  }
  return raw
}
