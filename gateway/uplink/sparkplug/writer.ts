/**
 * Writes Protocol Buffers from the last byte to the first: a nested message stands already when its length is asked for,
 * so that nothing is measured beforehand and nothing copied.
 */

const firstBytes = 1_024
/** 28 bits are four bytes of a varint */
const lowPart = 2 ** 28

export class Writer {
  #bytes = Buffer.allocUnsafe(firstBytes)
  /** the first byte that is written */
  #at = firstBytes

  /** so many bytes are written */
  get length(): number {
    return this.#bytes.length - this.#at
  }

  varint(field: number, value: number): void {
    this.#rawVarint(value)
    this.#tag(field, 0)
  }

  /** As two's complement in 64 bits, as Sparkplug has an Int64 in its `long_value`. */
  long(field: number, value: bigint): void {
    const unsigned = BigInt.asUintN(64, value)
    const length = varintLength(unsigned)
    this.#reserve(length)
    let at = this.#at
    let rest = unsigned
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[at++] = Number(rest & 0x7fn) | 0x80
    this.#bytes[at] = Number(rest)
    this.#tag(field, 0)
  }

  boolean(field: number, value: boolean): void {
    this.varint(field, value ? 1 : 0)
  }

  float(field: number, value: number): void {
    this.#reserve(4)
    this.#bytes.writeFloatLE(value, this.#at)
    this.#tag(field, 5)
  }

  double(field: number, value: number): void {
    this.#reserve(8)
    this.#bytes.writeDoubleLE(value, this.#at)
    this.#tag(field, 1)
  }

  string(field: number, value: string): void {
    const length = Buffer.byteLength(value)
    this.#reserve(length)
    this.#bytes.write(value, this.#at, 'utf8')
    this.#rawVarint(length)
    this.#tag(field, 2)
  }

  /** Closes a nested message: its content was written since `length` was `before`. */
  nested(field: number, before: number): void {
    this.#rawVarint(this.length - before)
    this.#tag(field, 2)
  }

  /** A copy of its own. */
  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#at))
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.#at = this.#bytes.length
  }

  #tag(field: number, wireType: number): void {
    this.#rawVarint((field << 3) | wireType)
  }

  /** Whole, from 0 to 2^53; in two parts, of which each is cheap. */
  #rawVarint(value: number): void {
    if (value < 0x80) {
      this.#reserve(1)
      this.#bytes[this.#at] = value
      return
    }
    const high = Math.floor(value / lowPart)
    const low = value - high * lowPart
    if (high > 0) {
      this.#small(high)
      this.#reserve(4)
      for (let place = 0; place < 4; place++) this.#bytes[this.#at + place] = ((low >>> (7 * place)) & 0x7f) | 0x80
    } else this.#small(low)
  }

  /** Less than 2^28. */
  #small(value: number): void {
    const length = value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4
    this.#reserve(length)
    let at = this.#at
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[at++] = (rest & 0x7f) | 0x80
    this.#bytes[at] = rest
  }

  #reserve(length: number): void {
    if (length > this.#at) {
      const written = this.length
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#bytes.length + length))
      this.#bytes.copy(larger, larger.length - written, this.#at)
      this.#bytes = larger
      this.#at = larger.length - written
    }
    this.#at -= length
  }
}

function varintLength(value: bigint): number {
  let length = 1
  for (let rest = value; rest > 0x7fn; rest >>= 7n) length++
  return length
}
