/** As much of ASN.1's distinguished encoding rules (X.690) as a certificate needs. Pure. */

export function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

export const sequence = (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]) => tagged(0x31, ...parts)
export const octets = (bytes: Uint8Array) => tagged(0x04, bytes)
export const text = (letters: string) => tagged(0x0c, Buffer.from(letters, 'utf8'))
export const yes = tagged(0x01, Buffer.from([0xff]))
/** In parentheses of X.509's own tags: `[n]`. */
export const within = (n: number, ...parts: readonly Uint8Array[]) => tagged(0xa0 + n, ...parts)

/** Of whole bytes. */
export const bits = (bytes: Uint8Array, unused = 0) => tagged(0x03, Buffer.from([unused]), bytes)

/** A positive one, as bytes of which the first is the most significant. */
export function integer(bytes: Uint8Array): Buffer {
  const from = bytes.findIndex((byte) => byte !== 0)
  const short = from < 0 ? Buffer.from([0]) : bytes.subarray(from)
  return tagged(0x02, ...((short[0] ?? 0) > 0x7f ? [Buffer.from([0])] : []), short)
}

/** `2.5.4.3`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** To the second; RFC 5280, 4.1.2.5: with two digits for the year until 2049, with four from then on. */
export function time(at: Temporal.Instant): Buffer {
  const { year } = at.toZonedDateTimeISO('UTC')
  const digits = `${at.toString({ smallestUnit: 'second' }).replaceAll(/[^\d]/g, '')}Z`
  return year >= 1950 && year < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits))
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff]
  return Buffer.from([0x80 + bytes.length, ...bytes])
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}
