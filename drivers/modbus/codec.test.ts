import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InstancePoint } from '../instance.ts'
import { byteOrders, encodings, type Encoding } from '../profile.ts'
import { bad, good, type Value } from '../reading.ts'
import { decode, encode } from './codec.ts'

function point(as: Encoding, more: Partial<InstancePoint> = {}): InstancePoint {
  return {
    name: 'power',
    quantity: 'power_active',
    poll: 'normal',
    table: as === 'bool' ? 'coil' : 'input',
    address: 0,
    count: encodings[as] ?? 4,
    as,
    order: 'ABCD',
    multiplier: 1,
    divisor: 1,
    range: [-Infinity, Infinity],
    absent: new Set(),
    flags: new Map(),
    ...more,
  }
}

function registers(hex: string): Uint16Array {
  return Uint16Array.from(hex.split(' '), (word) => Number(`0x${word}`))
}

const whole = (bits: number, signed: boolean) => {
  const least = signed ? -(2n ** BigInt(bits - 1)) : 0n
  return fc.bigInt(least, least + 2n ** BigInt(bits) - 1n).map(plain)
}
/** As decoding gives it: a number where that is exact. */
const plain = (raw: bigint): number | bigint => (BigInt.asIntN(54, raw) === raw ? Number(raw) : raw)

const samples: Record<Encoding, fc.Arbitrary<Value>> = {
  bool: fc.boolean(),
  u16: whole(16, false),
  i16: whole(16, true),
  u32: whole(32, false),
  i32: whole(32, true),
  u64: whole(64, false),
  i64: whole(64, true),
  f32: fc.float({ noNaN: true, noDefaultInfinity: true }),
  f64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  bcd16: fc.nat(9_999),
  bcd32: fc.nat(99_999_999),
  flags16: fc.subarray(['on', 'bit1', 'lost', 'bit15']).map((names) => names.join(' ')),
  flags32: fc.subarray(['on', 'bit1', 'lost', 'bit15', 'bit16', 'bit31']).map((names) => names.join(' ')),
  text: fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[\0 ]$/.test(text)),
}
const flags = new Map([
  [0, 'on'],
  [2, 'lost'],
])

describe.each(Object.keys(encodings) as Encoding[])('%s', (as) => {
  test.each(byteOrders)('in %s comes back as it was', (order) => {
    fc.assert(
      fc.property(samples[as], fc.nat(3), (value, offset) => {
        const described = point(as, { order, flags })
        const wire = [...new Array<number>(offset).fill(0xbeef), ...encode(described, value)]
        expect(decode(described, Uint16Array.from(wire), offset)).toEqual({ quality: good, value })
      }),
    )
  })
})

test('each order lays the bytes A to D, or words alike for 64 bits, where it says', () => {
  const at = (as: Encoding, value: Value) =>
    byteOrders.map((order) => [...encode(point(as, { order }), value)].map((word) => word.toString(16)).join(' '))
  expect(at('u32', 0xaabbccdd)).toEqual(['aabb ccdd', 'ccdd aabb', 'bbaa ddcc', 'ddcc bbaa'])
  expect(at('u64', 0x1122334455667788n)).toEqual([
    '1122 3344 5566 7788',
    '7788 5566 3344 1122',
    '2211 4433 6655 8877',
    '8877 6655 4433 2211',
  ])
  expect(at('u16', 0xaabb)).toEqual(['aabb', 'aabb', 'bbaa', 'bbaa'])
  expect(at('text', 'Fanal')).toEqual(['4661 6e61 6c00 0', '4661 6e61 6c00 0', '6146 616e 6c 0', '6146 616e 6c 0'])
})

test('a TUF-2000M’s 80 6B 42 12 is 36.6254 °C', () => {
  const decoded = decode(point('f32', { order: 'CDAB' }), registers('806b 4212'), 0)
  expect(decoded).toMatchObject({ quality: good, value: expect.closeTo(36.6254, 4) as number })
})

describe('what is no value', () => {
  test('a sentinel is absent', () => {
    expect(decode(point('u32', { absent: new Set([0xffffffffn]) }), registers('ffff ffff'), 0)).toEqual({
      quality: bad('absent'),
    })
    expect(decode(point('i16', { absent: new Set([-1n]) }), registers('ffff'), 0)).toEqual({ quality: bad('absent') })
    expect(decode(point('u64', { absent: new Set([2n ** 64n - 1n]) }), registers('ffff ffff ffff ffff'), 0)).toEqual({
      quality: bad('absent'),
    })
    expect(decode(point('bcd16', { absent: new Set([0xffffn]) }), registers('ffff'), 0)).toEqual({
      quality: bad('absent'),
    })
  })

  test.each(['7fc0 0000', '7f80 0000', 'ff80 0000', 'ffff ffff'])('a float %s is absent', (hex) => {
    expect(decode(point('f32'), registers(hex), 0)).toEqual({ quality: bad('absent') })
  })

  test('a digit above nine is no decimal', () => {
    expect(decode(point('bcd16'), registers('12a4'), 0)).toEqual({ quality: bad('implausible') })
  })

  test('an empty text is absent, one that is no UTF-8 implausible', () => {
    expect(decode(point('text', { count: 2 }), registers('2020 0000'), 0)).toEqual({ quality: bad('absent') })
    expect(decode(point('text', { count: 2 }), registers('ffff ffff'), 0)).toEqual({ quality: bad('implausible') })
  })

  test('both ends of the range are plausible, beyond is not', () => {
    const described = point('i16', { divisor: 10, range: [-5, 5] })
    expect(decode(described, registers('0032'), 0)).toEqual({ quality: good, value: 5 })
    expect(decode(described, registers('0033'), 0)).toEqual({ quality: bad('implausible') })
    expect(decode(described, registers('ffce'), 0)).toEqual({ quality: good, value: -5 })
    expect(decode(point('u64', { range: [0, 1e10] }), registers('ffff ffff ffff ffff'), 0)).toEqual({
      quality: bad('implausible'),
    })
  })
})

describe('scaling', () => {
  test('hundredths are exact', () => {
    expect(decode(point('u16', { divisor: 100 }), registers('13a6'), 0)).toEqual({ quality: good, value: 50.3 })
  })

  test('64 bits are scaled without rounding twice', () => {
    // Oracle: the decimal text of the exact quotient, read by the language itself.
    fc.assert(
      fc.property(fc.bigInt(2n ** 53n, 2n ** 63n - 1n), fc.boolean(), (magnitude, negative) => {
        const raw = negative ? -magnitude : magnitude
        const digits = magnitude.toString().padStart(4, '0')
        const exact = Number(`${negative ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`)
        const described = point('i64', { divisor: 1_000 })
        expect(decode(described, encode(point('i64'), raw), 0)).toEqual({ quality: good, value: exact })
      }),
    )
  })

  test('a quotient just above the middle between two doubles becomes the upper one', () => {
    const raw = 8_589_934_592_000_664_711n // one that random ones hardly meet: without the part cut off it would be the middle
    const decoded = decode(point('i64', { divisor: 1e9 }), encode(point('i64'), raw), 0)
    expect(decoded).toEqual({ quality: good, value: Number('8589934592.000664711') })
  })

  test('a fractional ratio and a turned sign count too', () => {
    const raw = 2n ** 60n
    const described = point('u64', { multiplier: -0.5, divisor: 4 })
    expect(decode(described, encode(point('u64'), raw), 0)).toEqual({ quality: good, value: -(2 ** 57) })
  })
})

test.each<[Encoding, Value]>([
  ['u16', 65_536],
  ['i16', -32_769],
  ['u32', -1],
  ['bcd16', 10_000],
  ['u64', 2n ** 64n],
  ['u16', NaN],
  ['f32', 'high'],
  ['bool', 1],
  ['flags16', 'bit16'],
  ['flags16', 'unheard_of'],
  ['text', 'too long by one'],
])('%s cannot say %s', (as, value) => {
  expect(() => encode(point(as), value)).toThrow(RangeError)
})
