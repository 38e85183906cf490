/** Modbus RTU: unit, PDU, CRC; frames end by their length, for the silences between bytes do not survive adapters. */
import { crcHolds, putCrc } from './crc.ts'
import { composePdu, exceptionBit, longestPdu, repeats, type Framing, type Strays, type Verdict } from './frame.ts'
import type { Intake } from './intake.ts'
import { answeredBytesOf, byteCountOf, echoLength, isWrite, type Request } from './request.ts'

const requestLength = 8
const exceptionLength = 5
const shortestFrame = 5
/** unit, function, echo, CRC */
const writtenLength = 4 + echoLength
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
  if (isFunction(fn - exceptionBit)) return exceptionLength
  if (isWriteFunction(fn)) return writtenLength
  if (fn < 1 || fn > 4) return none
  if (at + 2 >= end) return unknown
  const byteCount = bytes[at + 2] ?? 0
  if (byteCount === 0 || byteCount > mostValueBytes || (fn >= 3 && byteCount % 2 === 1)) return none
  return shortestFrame + byteCount
}

function isWriteFunction(fn: number): boolean {
  return fn === 5 || fn === 6 || fn === 15 || fn === 16
}

/** One of those that this master uses. */
function isFunction(fn: number): boolean {
  return (fn >= 1 && fn <= 4) || isWriteFunction(fn)
}

/**
 * The length of the request that may begin at `at`: reads are asked in eight bytes, writes of several say how many they are.
 * Single writes look like their answers.
 */
function requestLengthAt(bytes: Buffer, at: number, end: number): number {
  const fn = bytes[at + 1] ?? 0
  if (fn >= 1 && fn <= 4) return requestLength
  if ((fn !== 15 && fn !== 16) || at + 6 >= end) return none
  const count = bytes.readUInt16BE(at + 4)
  const byteCount = bytes[at + 6] ?? 0
  return byteCount === (fn === 15 ? Math.ceil(count / 8) : 2 * count) ? requestLength + 1 + byteCount : none
}

/** What a frame must stand up to before it is taken for the answer. */
export type RtuCheck = 'crc' | 'unit' | 'function' | 'count'

export class RtuFraming implements Framing {
  garbled = false
  missing = 0
  dataAt = 0
  frameLength = 0
  readonly #out = Buffer.alloc(longestPdu + 2)
  readonly #read = this.#out.subarray(0, requestLength)
  readonly #without: RtuCheck | undefined

  /** All checks are made but the one named, which is for tests only: they show that it is needed. */
  constructor(without?: RtuCheck) {
    this.#without = without
  }

  answerLength(request: Request): number {
    return isWrite(request) ? writtenLength : shortestFrame + byteCountOf(request.function, request.count)
  }

  compose(request: Request): Buffer {
    const length = composePdu(this.#out, 0, request)
    putCrc(this.#out, length)
    this.garbled = false
    this.missing = this.answerLength(request)
    return isWrite(request) ? this.#out.subarray(0, length + 2) : this.#read
  }

  hear(heard: Intake, request: Request, strays: Strays): Verdict {
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
  #cut(heard: Intake, strays: Strays, request: Request | undefined): Verdict {
    const { bytes, length: end } = heard
    let at = 0
    /** Where the first frame that is not complete may begin: from here on bytes are kept. */
    let begun = -1
    while (at < end) {
      const length = answerLengthAt(bytes, at, end)
      const asking = requestLengthAt(bytes, at, end)
      if (this.#isWhole(bytes, at, length, end)) {
        if (begun >= 0) this.garbled = true
        begun = -1
        const verdict = request === undefined ? undefined : this.#judge(bytes, at, request)
        if (verdict !== undefined) {
          heard.discard(at)
          this.frameLength = length
          return verdict
        }
        const fn = bytes[at + 1] ?? 0
        const told = fn > exceptionBit ? 0 : isWriteFunction(fn) ? echoLength : (bytes[at + 2] ?? 0)
        strays.foreign(bytes[at] ?? 0, fn, told)
        at += length
      } else if (this.#isWhole(bytes, at, asking, end)) {
        // Another master asks, or the adapter echoes our own question.
        if (begun >= 0) this.garbled = true
        begun = -1
        strays.foreign(bytes[at] ?? 0, bytes[at + 1] ?? 0, 0)
        at += asking
      } else {
        if (begun < 0) {
          if (length === unknown || at + length > end || (asking > requestLength && at + asking > end)) begun = at
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

  #isWhole(bytes: Buffer, at: number, length: number, end: number): boolean {
    return length > 0 && at + length <= end && (this.#without === 'crc' || crcHolds(bytes, at, length))
  }

  #judge(bytes: Buffer, at: number, request: Request): Verdict | undefined {
    const without = this.#without
    if (bytes[at] !== request.unit && without !== 'unit') return undefined
    if (bytes[at + 1] === (request.function | exceptionBit)) {
      this.dataAt = 2
      return 'exception'
    }
    if (bytes[at + 1] !== request.function && without !== 'function') return undefined
    if (isWrite(request)) return repeats(bytes, at + 2, request) ? 'answer' : undefined
    if (bytes[at + 2] !== answeredBytesOf(request) && without !== 'count') return undefined
    this.dataAt = 3
    return 'answer'
  }
}
