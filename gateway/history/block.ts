/**
 * Samples of one series as bytes. Pure.
 *
 * A byte that tells the form (0 plain, 1 deflated), then varints: how many samples; their times, as differences of differences,
 * since a poll has a beat; their values, as differences, since a load has a memory. What is alike stands together, which
 * deflating likes. Numbers are integers: times in grains, values in units of their last digit.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** A block that makes no sense. */
export class Garbled extends Error {}

/** `scaled` null: from here on no value is known. */
export type Visit = (atMs: number, scaled: number | null) => void

const plain = 0
const deflated = 1
/** A window of 4 KiB: a block is hardly longer, and zlib's memory stays small. */
const zlib = { windowBits: 12, memLevel: 5, level: 6 } as const
/** A longer body than any block's is damage. */
const mostBytes = 4 * 2 ** 20
/**
 * A block of ten minutes hardly gets shorter (all of them together by a sixth), and zlib leaves some 20 kB behind each time,
 * until the next collection: 20 MB of RSS for a cabinet's hundred and fifty.
 */
const worthDeflating = 512

/** Times and values stand by pairs. What falls between grains is the grain's before it. */
export function encode(times: readonly number[], values: readonly (number | null)[], grainMs: number): Uint8Array {
  const bytes = new Writer()
  bytes.put(times.length)
  let before = 0
  let step = 0
  for (const atMs of times) {
    const at = Math.floor(atMs / grainMs)
    bytes.put(zigzag(at - before - step))
    step = at - before
    before = at
  }
  let value = 0
  for (const scaled of values) {
    if (scaled === null) bytes.put(0)
    else {
      bytes.put(zigzag(scaled - value) + 1)
      value = scaled
    }
  }
  const body = bytes.taken()
  if (body.length >= worthDeflating) {
    const smaller = deflateRawSync(body, zlib)
    if (smaller.length < body.length) return Buffer.concat([Uint8Array.of(deflated), smaller])
  }
  return Buffer.concat([Uint8Array.of(plain), body])
}

/** Each sample, in the order in which it came. Throws Garbled, at the latest at the last one. */
export function decode(block: Uint8Array, grainMs: number, visit: Visit): void {
  const reader = new Reader(unpacked(block))
  const count = reader.next()
  if (count > reader.left) throw new Garbled('more samples than bytes')
  const times = new Float64Array(count)
  let before = 0
  let step = 0
  for (let index = 0; index < count; index++) {
    step += unzigzag(reader.next())
    before += step
    times[index] = before * grainMs
  }
  let value = 0
  for (const atMs of times) {
    const code = reader.next()
    if (code > 0) value += unzigzag(code - 1)
    visit(atMs, code === 0 ? null : value)
  }
}

function unpacked(block: Uint8Array): Uint8Array {
  const body = block.subarray(1)
  if (block[0] === plain) return body
  if (block[0] !== deflated) throw new Garbled('a form that is not known')
  try {
    return inflateRawSync(body, { windowBits: zlib.windowBits, maxOutputLength: mostBytes })
  } catch (cause) {
    throw new Garbled('it does not inflate', { cause })
  }
}

/** Small differences, up or down, become small numbers: 0, -1, 1, -2 … */
function zigzag(difference: number): number {
  return difference < 0 ? -2 * difference - 1 : 2 * difference
}

function unzigzag(code: number): number {
  return code % 2 === 0 ? code / 2 : -(code + 1) / 2
}

/** Seven bits a byte, the lowest first; up to 2^53, thus by arithmetic. */
class Writer {
  #bytes = new Uint8Array(256)
  #length = 0

  put(number: number): void {
    let rest = number
    while (rest >= 0x80) {
      this.#push((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.#push(rest)
  }

  taken(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length)
      longer.set(this.#bytes)
      this.#bytes = longer
    }
    this.#bytes[this.#length++] = byte
  }
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  next(): number {
    let number = 0
    for (let place = 1; place < 2 ** 56; place *= 0x80) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new Garbled('it ends too early')
      number += (byte & 0x7f) * place
      if (byte < 0x80) return number
    }
    throw new Garbled('a number that is too long')
  }
}
