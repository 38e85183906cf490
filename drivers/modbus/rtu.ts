/** Modbus RTU: unit, PDU, CRC; frames end by their length, for the silences between bytes do not survive adapters. */
import { u16 } from './bytes.ts'
import { crcHolds, putCrc } from './crc.ts'
import { composePdu, exceptionBit, longestPdu, repeats, type Framing, type Strays, type Verdict } from './frame.ts'
import type { Intake } from './intake.ts'
import {
  answeredBytesOf,
  byteCountOf,
  echoLength,
  isFunction,
  isWrite,
  isWriteFunction,
  longestRead,
  type Request,
} from './request.ts'

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

/**
 * The length of the request that may begin at `at`: reads are asked in eight bytes, writes of several say how many they are.
 * Single writes look like their answers, but for those to all units, which none answers.
 */
function requestLengthAt(bytes: Buffer, at: number, end: number): number {
  const unit = bytes[at] ?? 0
  if (unit > 247) return none
  if (at + 1 >= end) return unknown
  const fn = bytes[at + 1] ?? 0
  if (fn >= 1 && fn <= 4) return unit === 0 || !asksReadably(bytes, at, end) ? none : requestLength
  if (fn === 5 || fn === 6) return unit === 0 ? requestLength : none
  if (fn !== 15 && fn !== 16) return none
  if (at + 6 >= end) return unknown
  const count = u16(bytes, at + 4)
  const byteCount = bytes[at + 6] ?? 0
  return byteCount === (fn === 15 ? Math.ceil(count / 8) : 2 * count) ? requestLength + 1 + byteCount : none
}

/** Whether as many are asked for as can be, as far as the bytes that have come tell. */
function asksReadably(bytes: Buffer, at: number, end: number): boolean {
  if (at + 5 >= end) return true
  const count = u16(bytes, at + 4)
  return count > 0 && count <= ((bytes[at + 1] ?? 0) <= 2 ? longestRead.bits : longestRead.registers)
}

/** What the answer to the whole request at `at` will tell. */
function askedBytesAt(bytes: Buffer, at: number): number {
  const fn = bytes[at + 1] ?? 0
  const count = u16(bytes, at + 4)
  return fn > 4 ? echoLength : fn <= 2 ? Math.ceil(count / 8) : 2 * count
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
  /** the length of what was sent last, and whether it came back */
  #sent = 0
  #echoed = false
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
    this.#sent = length + 2
    this.#echoed = false
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
      const isAnswer = this.#isWhole(bytes, at, length, end)
      // A question whose CRC ends with a zero is an answer with a zero behind it, too.
      const isBoth = isAnswer && length === requestLength - 1 && this.#isWhole(bytes, at, asking, end)
      if (isAnswer && !(isBoth && strays.othersAsk())) {
        if (begun >= 0) this.garbled = true
        begun = -1
        if (request !== undefined && this.#isEcho(bytes, at, length, strays, true)) {
          at += length
          continue
        }
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
        if (begun >= 0) this.garbled = true
        begun = -1
        if (!this.#isEcho(bytes, at, asking, strays, false))
          strays.asked(bytes[at] ?? 0, bytes[at + 1] ?? 0, askedBytesAt(bytes, at))
        at += asking
      } else {
        if (begun < 0) {
          if (length === unknown || asking === unknown || at + length > end || at + asking > end) begun = at
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

  /** Whether these are the bytes that were sent last. What could as well be the answer is looked at once a request. */
  #isEcho(bytes: Buffer, at: number, length: number, strays: Strays, either: boolean): boolean {
    const out = this.#out
    if (length !== this.#sent || (either && this.#echoed)) return false
    for (let index = 0; index < length; index++) if (bytes[at + index] !== out[index]) return false
    this.#echoed = true
    return strays.echo(either)
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
