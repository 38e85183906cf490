/** Modbus TCP: a header with a transaction id before unit and PDU (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
import { composePdu, exceptionBit, longestPdu, repeats, type Framing, type Strays, type Verdict } from './frame.ts'
import type { Intake } from './intake.ts'
import { byteCountOf, echoLength, isWrite, type Request } from './request.ts'

/** Transaction id, protocol id (0) and length, of two bytes each; then what the length counts: the unit and the PDU. */
const headerLength = 6
const mostCounted = 254
const exceptionCounted = 3
const readLength = headerLength + 6

/** What a frame must stand up to before it is taken for the answer. */
export type MbapCheck = 'transaction' | 'unit'

export class MbapFraming implements Framing {
  garbled = false
  missing = 0
  dataAt = 0
  frameLength = 0
  readonly #out = Buffer.alloc(headerLength + longestPdu)
  readonly #read = this.#out.subarray(0, readLength)
  #transaction = 0
  readonly #without: MbapCheck | undefined

  /** All checks are made but the one named, which is for tests only: they show that it is needed. */
  constructor(without?: MbapCheck) {
    this.#without = without
  }

  answerLength(request: Request): number {
    return headerLength + (isWrite(request) ? 2 + echoLength : 3 + byteCountOf(request.function, request.count))
  }

  compose(request: Request): Buffer {
    this.#transaction = (this.#transaction + 1) & 0xffff
    this.garbled = false
    this.missing = this.answerLength(request)
    this.#out[0] = this.#transaction >> 8
    this.#out[1] = this.#transaction & 0xff
    const counted = composePdu(this.#out, headerLength, request)
    this.#out[5] = counted
    return isWrite(request) ? this.#out.subarray(0, headerLength + counted) : this.#read
  }

  hear(heard: Intake, request: Request, strays: Strays): Verdict {
    const { bytes } = heard
    while (heard.length >= headerLength) {
      const counted = bytes.readUInt16BE(4)
      const isHeader = bytes.readUInt16BE(2) === 0 && counted >= exceptionCounted && counted <= mostCounted
      this.frameLength = headerLength + counted
      if (!isHeader || bytes.readUInt16BE(0) !== this.#transaction) {
        const begins = this.#beginsWithin(heard, isHeader ? this.frameLength : heard.length, request)
        if (begins !== undefined) {
          this.garbled = true
          heard.discard(begins)
          continue
        }
      }
      if (!isHeader) return 'lost'
      if (heard.length < this.frameLength) break
      if (bytes.readUInt16BE(0) !== this.#transaction && this.#without !== 'transaction') strays.late()
      else {
        const verdict = this.#judge(bytes, counted, request)
        if (verdict !== undefined) return verdict
        if (bytes[6] === request.unit) this.garbled = true
        else strays.foreign(bytes[6] ?? 0, bytes[7] ?? 0, bytes[8] ?? 0)
      }
      heard.discard(this.frameLength)
    }
    this.missing = Math.max(1, this.answerLength(request) - heard.length)
    return 'more'
  }

  sweep(): void {
    // A late answer bears another transaction id; half of one must stay, for its other half is still to come.
  }

  /** Where the answer waited for begins inside of what claims to be another's: that one was cut short, and never completed. */
  #beginsWithin({ bytes, length }: Intake, end: number, { unit, function: fn }: Request): number | undefined {
    for (let at = 1; at < end && at + headerLength + 2 <= length; at++) {
      const counted = bytes.readUInt16BE(at + 4)
      const isOurs =
        bytes.readUInt16BE(at) === this.#transaction &&
        bytes.readUInt16BE(at + 2) === 0 &&
        counted >= exceptionCounted &&
        counted <= mostCounted &&
        bytes[at + 6] === unit &&
        ((bytes[at + 7] ?? 0) & ~exceptionBit) === fn
      if (isOurs) return at
    }
    return undefined
  }

  #judge(bytes: Buffer, counted: number, request: Request): Verdict | undefined {
    if (bytes[6] !== request.unit && this.#without !== 'unit') return undefined
    if (bytes[7] === (request.function | exceptionBit) && counted === exceptionCounted) {
      this.dataAt = 8
      return 'exception'
    }
    if (isWrite(request))
      return bytes[7] === request.function && counted === 2 + echoLength && repeats(bytes, 8, request)
        ? 'answer'
        : undefined
    const byteCount = byteCountOf(request.function, request.count)
    if (bytes[7] !== request.function || bytes[8] !== byteCount || counted !== 3 + byteCount) return undefined
    this.dataAt = 9
    return 'answer'
  }
}
