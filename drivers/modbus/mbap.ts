/** Modbus TCP: a header with a transaction id before unit and PDU (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
import { u16 } from './bytes.ts'
import { composePdu, exceptionBit, longestPdu, repeats, type Framing, type Strays, type Verdict } from './frame.ts'
import type { Intake } from './intake.ts'
import { byteCountOf, echoLength, isWrite, type Request } from './request.ts'

/** Transaction id, protocol id (0) and length, of two bytes each; then what the length counts: the unit and the PDU. */
const headerLength = 6
const mostCounted = 254
const exceptionCounted = 3
const readLength = headerLength + 6
/** So many requests that got no answer are remembered. */
const mostOwed = 32

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
  #isAnswered = true
  /** the transactions that were not answered, the latest last */
  readonly #owed: number[] = []
  readonly #without: MbapCheck | undefined

  /** All checks are made but the one named, which is for tests only: they show that it is needed. */
  constructor(without?: MbapCheck) {
    this.#without = without
  }

  answerLength(request: Request): number {
    return headerLength + (isWrite(request) ? 2 + echoLength : 3 + byteCountOf(request.function, request.count))
  }

  compose(request: Request): Buffer {
    if (!this.#isAnswered && this.#owed.push(this.#transaction) > mostOwed) this.#owed.shift()
    this.#isAnswered = false
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
      const counted = u16(bytes, 4)
      const isHeader = u16(bytes, 2) === 0 && counted >= exceptionCounted && counted <= mostCounted
      this.frameLength = headerLength + counted
      if (!isHeader || u16(bytes, 0) !== this.#transaction) {
        const begins = this.#beginsWithin(heard, isHeader ? this.frameLength : heard.length, request)
        if (begins !== undefined) {
          this.garbled = true
          if (isHeader) this.#forget(u16(bytes, 0)) // what was cut short is not completed any more
          heard.discard(begins)
          continue
        }
      }
      if (!isHeader) return 'lost'
      if (heard.length < this.frameLength) break
      if (u16(bytes, 0) !== this.#transaction && this.#without !== 'transaction') {
        this.#forget(u16(bytes, 0))
        strays.late()
      } else {
        const begins = this.#lateBeginsWithin(heard)
        if (begins !== undefined) {
          this.garbled = true
          heard.discard(begins)
          continue
        }
        if (!this.#endsWhole(heard)) return 'lost'
        const verdict = this.#judge(bytes, counted, request)
        if (verdict !== undefined) {
          this.#isAnswered = true
          return verdict
        }
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
      const counted = u16(bytes, at + 4)
      const isOurs =
        u16(bytes, at) === this.#transaction &&
        u16(bytes, at + 2) === 0 &&
        counted >= exceptionCounted &&
        counted <= mostCounted &&
        bytes[at + 6] === unit &&
        ((bytes[at + 7] ?? 0) & ~exceptionBit) === fn
      if (isOurs) return at
    }
    return undefined
  }

  /** Where a late answer begins inside of the one that was waited for: that one was cut short, and this one's bytes are no values. */
  #lateBeginsWithin({ bytes, length }: Intake): number | undefined {
    if (this.#owed.length === 0) return undefined
    for (let at = headerLength + 2; at < this.frameLength && at + 4 <= length; at++) {
      const counted = at + headerLength <= length ? u16(bytes, at + 4) : exceptionCounted
      const isHeader = u16(bytes, at + 2) === 0 && counted >= exceptionCounted && counted <= mostCounted
      if (isHeader && this.#owed.includes(u16(bytes, at))) return at
    }
    return undefined
  }

  /** Whether what follows the frame begins as a frame does: otherwise the frame was cut, and has taken in a part of that one. */
  #endsWhole({ bytes, length }: Intake): boolean {
    const at = this.frameLength
    if (at + 4 > length) return true
    if (u16(bytes, at + 2) !== 0) return false
    const counted = at + headerLength <= length ? u16(bytes, at + 4) : exceptionCounted
    return counted >= exceptionCounted && counted <= mostCounted
  }

  #forget(transaction: number): void {
    const at = this.#owed.indexOf(transaction)
    if (at >= 0) this.#owed.splice(at, 1)
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
