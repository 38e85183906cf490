/** Registers and the raw values in them: what a profile's encodings and byte orders mean on the wire. */
import type { ByteOrder } from '../profile.ts'

/**
 * A maker's byte order, as two questions: does the least significant word come first (CDAB, DCBA), and does the least
 * significant byte come first within each word (BADC, DCBA)?
 */
function wordsReversed(order: ByteOrder): boolean {
  return order === 'CDAB' || order === 'DCBA'
}
function bytesReversed(order: ByteOrder): boolean {
  return order === 'BADC' || order === 'DCBA'
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >>> 8)
}

/** Floats are read from the bytes of integers; nothing stays in here between two calls. */
const scratch = new DataView(new ArrayBuffer(8))

/** The word of significance `index` (0: most significant) of the value of `words` registers at `at`. */
function word(registers: Uint16Array, at: number, words: number, index: number, order: ByteOrder): number {
  const register = registers[at + (wordsReversed(order) ? words - 1 - index : index)] ?? 0
  return bytesReversed(order) ? swapped(register) : register
}

export function getU16(registers: Uint16Array, at: number, order: ByteOrder): number {
  return word(registers, at, 1, 0, order)
}

export function getU32(registers: Uint16Array, at: number, order: ByteOrder): number {
  return word(registers, at, 2, 0, order) * 0x1_0000 + word(registers, at, 2, 1, order)
}

/** Both halves of 64 bits, in `scratch`. */
function load64(registers: Uint16Array, at: number, order: ByteOrder): void {
  for (let index = 0; index < 4; index++) scratch.setUint16(2 * index, word(registers, at, 4, index, order))
}

export function getU64(registers: Uint16Array, at: number, order: ByteOrder): bigint {
  load64(registers, at, order)
  return scratch.getBigUint64(0)
}

export function getI64(registers: Uint16Array, at: number, order: ByteOrder): bigint {
  load64(registers, at, order)
  return scratch.getBigInt64(0)
}

export function getF32(registers: Uint16Array, at: number, order: ByteOrder): number {
  scratch.setUint32(0, getU32(registers, at, order))
  return scratch.getFloat32(0)
}

export function getF64(registers: Uint16Array, at: number, order: ByteOrder): number {
  load64(registers, at, order)
  return scratch.getFloat64(0)
}

/** The bytes of a text, in reading order. */
export function getBytes(registers: Uint16Array, at: number, count: number, order: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(2 * count)
  for (let index = 0; index < count; index++) {
    const register = getU16(registers, at + index, order)
    bytes[2 * index] = register >>> 8
    bytes[2 * index + 1] = register & 0xff
  }
  return bytes
}

/** Words from the most significant to the least, laid into registers. */
function lay(words: readonly number[], order: ByteOrder): Uint16Array {
  const bytesRight = bytesReversed(order) ? words.map(swapped) : words
  return Uint16Array.from(wordsReversed(order) ? bytesRight.toReversed() : bytesRight)
}

/** The two's complement of an integer in so many registers. */
export function putInteger(raw: bigint, count: number, order: ByteOrder): Uint16Array {
  const words = Array.from({ length: count }, (_, index) => Number((raw >> BigInt(16 * (count - 1 - index))) & 0xffffn))
  return lay(words, order)
}

export function putF32(value: number, order: ByteOrder): Uint16Array {
  scratch.setFloat32(0, value)
  return lay([scratch.getUint16(0), scratch.getUint16(2)], order)
}

export function putF64(value: number, order: ByteOrder): Uint16Array {
  scratch.setFloat64(0, value)
  return lay(
    [0, 2, 4, 6].map((at) => scratch.getUint16(at)),
    order,
  )
}

/** Bytes in reading order, two a register, the rest filled with zeros. */
export function putBytes(bytes: Uint8Array, count: number, order: ByteOrder): Uint16Array {
  return Uint16Array.from({ length: count }, (_, index) => {
    const register = ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)
    return bytesReversed(order) ? swapped(register) : register
  })
}
