/** Modbus TCP: a header with a transaction id before unit and PDU (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
import { composePdu, exceptionBit, type Framing, type Strays, type Verdict } from './frame.ts'
import type { Intake } from './intake.ts'
import { byteCountOf, type ReadRequest } from './request.ts'

/** Transaction id, protocol id (0) and length, of two bytes each; then what the length counts: the unit and the PDU. */
const headerLength = 6
const mostCounted = 254
const exceptionCounted = 3

export class MbapFraming implements Framing {
  garbled = false
  missing = 0
  dataAt = 0
  frameLength = 0
  readonly #out = Buffer.alloc(headerLength + 6)
  #transaction = 0

  answerLength({ function: fn, count }: ReadRequest): number {
    return headerLength + 3 + byteCountOf(fn, count)
  }

  compose(request: ReadRequest): Buffer {
    this.#transaction = (this.#transaction + 1) & 0xffff
    this.garbled = false
    this.missing = this.answerLength(request)
    this.#out[0] = this.#transaction >> 8
    this.#out[1] = this.#transaction & 0xff
    this.#out[5] = 6
    composePdu(this.#out, headerLength, request)
    return this.#out
  }

  hear(heard: Intake, request: ReadRequest, strays: Strays): Verdict {
    const { bytes } = heard
    while (heard.length >= headerLength) {
      const counted = bytes.readUInt16BE(4)
      if (bytes.readUInt16BE(2) !== 0 || counted < exceptionCounted || counted > mostCounted) return 'lost'
      this.frameLength = headerLength + counted
      if (heard.length < this.frameLength) break
      if (bytes.readUInt16BE(0) !== this.#transaction) strays.late()
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

  #judge(bytes: Buffer, counted: number, request: ReadRequest): Verdict | undefined {
    if (bytes[6] !== request.unit) return undefined
    if (bytes[7] === (request.function | exceptionBit) && counted === exceptionCounted) {
      this.dataAt = 8
      return 'exception'
    }
    const byteCount = byteCountOf(request.function, request.count)
    if (bytes[7] !== request.function || bytes[8] !== byteCount || counted !== 3 + byteCount) return undefined
    this.dataAt = 9
    return 'answer'
  }
}
