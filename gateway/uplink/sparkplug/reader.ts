/** Reads Protocol Buffers that a stranger may have written: whatever comes, it ends, within what there is, or says no. */

/** What is read is no message: cut short, or of a form that there is not. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

export type WireType = 0 | 1 | 2 | 5

export interface Field {
  readonly number: number
  readonly wireType: WireType
}

export class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The next field's head, or undefined at the end. */
  next(): Field | undefined {
    if (this.#at >= this.#bytes.length) return undefined
    const tag = Number(this.long())
    const number = Math.floor(tag / 8)
    const wireType = tag % 8
    // 3 and 4 are groups, which Sparkplug has none of; the number of a field has 29 bits.
    if (number < 1 || number > 0x1f_ff_ff_ff || !(wireType === 0 || wireType === 1 || wireType === 2 || wireType === 5))
      throw new Malformed(`no field begins with ${tag}`)
    return { number, wireType }
  }

  /** 64 bits, unsigned. */
  long(): bigint {
    let low = 0 // 28 bits
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new Malformed('a number has more than ten bytes')
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#take(4))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#take(8))
  }

  string(): string {
    return this.bytes().toString('utf8')
  }

  /** Not a copy. */
  bytes(): Buffer {
    const length = Number(this.long())
    const from = this.#take(length)
    return this.#bytes.subarray(from, from + length)
  }

  skip(wireType: WireType): void {
    if (wireType === 0) this.long()
    else if (wireType === 1) this.#take(8)
    else if (wireType === 5) this.#take(4)
    else this.bytes()
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new Malformed('the message is cut short')
    this.#at++
    return byte
  }

  #take(length: number): number {
    const from = this.#at
    if (length > this.#bytes.length - from) throw new Malformed('the message is cut short')
    this.#at += length
    return from
  }
}
