/** What a tool asks, and what it is answered: the PDUs of Modbus (Modbus Application Protocol V1.1b3). Pure. */
import {
  asksBits,
  longestRead,
  longestWrite,
  type ReadFunction,
  type WriteFunction,
} from '../../drivers/modbus/request.ts'

/** The exceptions that are ours to give (7). */
export const exceptions = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  busy: 6,
  pathUnavailable: 0x0a,
  noAnswer: 0x0b,
} as const

export interface ReadAsked {
  readonly kind: 'read'
  readonly function: ReadFunction
  readonly address: number
  readonly count: number
}

export interface WriteAsked {
  readonly kind: 'write'
  readonly function: WriteFunction
  readonly address: number
  /** registers, or bits as 0 and 1 */
  readonly values: Uint16Array
}

export type Asked =
  | ReadAsked
  | WriteAsked
  /** not to be asked of anybody */
  | { readonly kind: 'wrong'; readonly function: number; readonly exception: number }

const exceptionBit = 0x80
const addresses = 0x1_0000
const coilOn = 0xff00

/** Any bytes, of which there is at least one: the function. */
export function parsePdu(pdu: Buffer): Asked {
  const fn = pdu.readUInt8(0)
  const wrong = (exception: number): Asked => ({ kind: 'wrong', function: fn, exception })
  if (!isRead(fn) && !isWriteFunction(fn)) return wrong(exceptions.illegalFunction)
  if (pdu.length < 5) return wrong(exceptions.illegalValue)
  const address = pdu.readUInt16BE(1)
  const second = pdu.readUInt16BE(3)
  if (isRead(fn)) {
    const most = asksBits(fn) ? longestRead.bits : longestRead.registers
    if (pdu.length !== 5 || second < 1 || second > most) return wrong(exceptions.illegalValue)
    return address + second > addresses
      ? wrong(exceptions.illegalAddress)
      : { kind: 'read', function: fn, address, count: second }
  }
  const values = valuesOf(fn, second, pdu)
  if (values === undefined) return wrong(exceptions.illegalValue)
  return address + values.length > addresses
    ? wrong(exceptions.illegalAddress)
    : { kind: 'write', function: fn, address, values }
}

function isRead(fn: number): fn is ReadFunction {
  return fn >= 1 && fn <= 4
}

function isWriteFunction(fn: number): fn is WriteFunction {
  return fn === 5 || fn === 6 || fn === 15 || fn === 16
}

/** `second`: a value, or how many follow; undefined: not as the standard has it. */
function valuesOf(fn: WriteFunction, second: number, pdu: Buffer): Uint16Array | undefined {
  if (fn === 6) return pdu.length === 5 ? Uint16Array.of(second) : undefined
  if (fn === 5)
    return pdu.length === 5 && (second === coilOn || second === 0) ? Uint16Array.of(Number(second > 0)) : undefined
  const bytes = fn === 15 ? Math.ceil(second / 8) : 2 * second
  const most = fn === 15 ? longestWrite.bits : longestWrite.registers
  if (second < 1 || second > most || pdu.length !== 6 + bytes || pdu[5] !== bytes) return undefined
  return Uint16Array.from({ length: second }, (_, index) =>
    fn === 16 ? pdu.readUInt16BE(6 + 2 * index) : (pdu.readUInt8(6 + (index >> 3)) >> (index & 7)) & 1,
  )
}

export function exceptionPdu(fn: number, exception: number): Buffer {
  return Buffer.of(fn | exceptionBit, exception)
}

/** The first values of `values` are those that were read. */
export function readPdu({ function: fn, count }: ReadAsked, values: Uint16Array): Buffer {
  const bytes = asksBits(fn) ? Math.ceil(count / 8) : 2 * count
  const pdu = Buffer.alloc(2 + bytes)
  pdu[0] = fn
  pdu[1] = bytes
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? 0
    if (!asksBits(fn)) pdu.writeUInt16BE(value, 2 + 2 * index)
    else if (value !== 0) pdu[2 + (index >> 3)] = (pdu[2 + (index >> 3)] ?? 0) | (1 << (index & 7))
  }
  return pdu
}

/** A write is answered with its first two words, or with the address and how many were written. */
export function writtenPdu({ function: fn, address, values }: WriteAsked): Buffer {
  const [value = 0] = values
  const pdu = Buffer.alloc(5)
  pdu[0] = fn
  pdu.writeUInt16BE(address, 1)
  pdu.writeUInt16BE(fn === 6 ? value : fn === 5 ? (value === 0 ? 0 : coilOn) : values.length, 3)
  return pdu
}
