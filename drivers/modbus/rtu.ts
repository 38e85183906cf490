/** Modbus RTU: unit, PDU, CRC; frames end by their length, for the silences between bytes do not survive adapters. */
import { crcHolds, putCrc } from './crc.ts'
import { composePdu, exceptionBit, type Framing, type Strays, type Verdict } from './frame.ts'
import type { Intake } from './intake.ts'
import { byteCountOf, type ReadRequest } from './request.ts'

const requestLength = 8
const exceptionLength = 5
const shortestFrame = 5
const mostValueBytes = 250

/** No frame begins here. */
const none = -1
/** One may, but too little has come to tell. */
const unknown = 0

/** The length of the answer that may begin at `at`, by its header; or `none`, or `unknown`. */
function answerLengthAt(bytes: Buffer, at: number, end: number): number {
  const unit = bytes[at] ?? 0
  if (unit < 1 || unit > 247) return none
  if (at + 1 >= end) return unknown
  const fn = bytes[at + 1] ?? 0
  if (fn > exceptionBit && fn <= exceptionBit + 4) return exceptionLength
  if (fn < 1 || fn > 4) return none
  if (at + 2 >= end) return unknown
  const byteCount = bytes[at + 2] ?? 0
  if (byteCount === 0 || byteCount > mostValueBytes || (fn >= 3 && byteCount % 2 === 1)) return none
  return shortestFrame + byteCount
}

function isWhole(bytes: Buffer, at: number, length: number, end: number): boolean {
  return length > 0 && at + length <= end && crcHolds(bytes, at, length)
}

/** Reads and single writes are asked in eight bytes. */
function isRequest(bytes: Buffer, at: number, end: number): boolean {
  const fn = bytes[at + 1] ?? 0
  return fn >= 1 && fn <= 6 && isWhole(bytes, at, requestLength, end)
}

export class RtuFraming implements Framing {
  garbled = false
  missing = 0
  dataAt = 0
  frameLength = 0
  readonly #out = Buffer.alloc(requestLength)

  answerLength({ function: fn, count }: ReadRequest): number {
    return shortestFrame + byteCountOf(fn, count)
  }

  compose(request: ReadRequest): Buffer {
    composePdu(this.#out, 0, request)
    putCrc(this.#out, requestLength - 2)
    this.garbled = false
    this.missing = this.answerLength(request)
    return this.#out
  }

  hear(heard: Intake, request: ReadRequest, strays: Strays): Verdict {
    return this.#cut(heard, strays, request)
  }

  sweep(heard: Intake, strays: Strays): void {
    if (heard.length === 0) return
    this.#cut(heard, strays, undefined)
    heard.discard(heard.length)
  }

  /**
   * Cuts whole frames out of the head of the intake until one is what `request` waits for. A frame is whole when its CRC
   * holds; where none is, the next byte may begin one, so noise before a frame costs nothing but itself.
   */
  #cut(heard: Intake, strays: Strays, request: ReadRequest | undefined): Verdict {
    const { bytes, length: end } = heard
    let at = 0
    /** Where the first frame that is not complete may begin: from here on bytes are kept. */
    let begun = -1
    while (at < end) {
      const length = answerLengthAt(bytes, at, end)
      if (isWhole(bytes, at, length, end)) {
        if (begun >= 0) this.garbled = true
        begun = -1
        const verdict = request === undefined ? undefined : this.#judge(bytes, at, request)
        if (verdict !== undefined) {
          heard.discard(at)
          this.frameLength = length
          return verdict
        }
        const fn = bytes[at + 1] ?? 0
        strays.foreign(bytes[at] ?? 0, fn, fn > exceptionBit ? 0 : (bytes[at + 2] ?? 0))
        at += length
      } else if (isRequest(bytes, at, end)) {
        // Another master asks, or the adapter echoes our own question.
        if (begun >= 0) this.garbled = true
        begun = -1
        strays.foreign(bytes[at] ?? 0, bytes[at + 1] ?? 0, 0)
        at += requestLength
      } else {
        if (begun < 0) {
          if (length === unknown || at + length > end) begun = at
          else this.garbled = true
        }
        at++
      }
    }
    const keep = begun < 0 ? 0 : end - begun
    heard.discard(end - keep)
    if (request !== undefined) this.missing = Math.max(1, this.answerLength(request) - keep)
    return 'more'
  }

  #judge(bytes: Buffer, at: number, request: ReadRequest): Verdict | undefined {
    if (bytes[at] !== request.unit) return undefined
    if (bytes[at + 1] === (request.function | exceptionBit)) {
      this.dataAt = 2
      return 'exception'
    }
    if (bytes[at + 1] !== request.function || bytes[at + 2] !== byteCountOf(request.function, request.count))
      return undefined
    this.dataAt = 3
    return 'answer'
  }
}
