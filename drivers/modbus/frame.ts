/** Requests into bytes, bytes into answers: what the two framings have in common. */
import { u16 } from './bytes.ts'
import type { Intake } from './intake.ts'
import { isWrite, type Request, type WriteRequest } from './request.ts'

/**
 * `answer`, `exception`: it lies at the head of the intake. `more`: not there yet; what could not become it was taken out.
 * `lost`: the stream can no longer be cut into frames.
 */
export type Verdict = 'answer' | 'exception' | 'more' | 'lost'

/** Is told of whole frames that are not the answer waited for. */
export interface Strays {
  /** An answer (`byteCount` of values, or of a write's echo) or an exception (`byteCount` 0, `fn` with its high bit set). */
  foreign(unit: number, fn: number, byteCount: number): void
  /** A question that is not ours, whose answer will tell `byteCount`. */
  asked(unit: number, fn: number, byteCount: number): void
  /** Whether others have asked here lately, so that what may be a question is one. */
  othersAsk(): boolean
  /** Our own question, or an answer that is just like it (`either`). Whether it is taken for the question, and passed over. */
  echo(either: boolean): boolean
  /** An answer to an earlier request, certainly. */
  late(): void
}

/** Frames of one line; one request is in the air at a time. */
export interface Framing {
  /** Whether damaged bytes were heard since the last request. */
  readonly garbled: boolean
  /** How many bytes the answer still lacks, at least. */
  readonly missing: number
  /** In the intake, after `answer` the first byte of the values, after `exception` its code. */
  readonly dataAt: number
  /** The length of the frame at the head of the intake, after `answer` or `exception`. */
  readonly frameLength: number
  /** The bytes of an answer, from the first to the last. */
  answerLength(request: Request): number
  /** The request's bytes, in a buffer that is used again for the next. */
  compose(request: Request): Buffer
  /** Looks for the answer in what was heard, taking out what comes before it. */
  hear(heard: Intake, request: Request, strays: Strays): Verdict
  /** Before a request: takes out what cannot be the answer to it, since it came before. */
  sweep(heard: Intake, strays: Strays): void
}

/** Reads answer with function and byte count and values, exceptions with the function's high bit set and a code (7). */
export const exceptionBit = 0x80

/** Unit and PDU of a read: six bytes. */
const readLength = 6
/** The longest unit and PDU (4.1). */
export const longestPdu = 254

/** Puts unit and PDU at `at`; says how many bytes they are. */
export function composePdu(out: Buffer, at: number, request: Request): number {
  out[at] = request.unit
  out[at + 1] = request.function
  putWord(out, at + 2, request.address)
  if (isWrite(request)) return composeValues(out, at, request)
  putWord(out, at + 4, request.count)
  return readLength
}

function composeValues(out: Buffer, at: number, { function: fn, values }: WriteRequest): number {
  if (fn === 5 || fn === 6) {
    const [value = 0] = values
    putWord(out, at + 4, fn === 6 ? value : value === 0 ? 0 : coilOn)
    return readLength
  }
  const byteCount = fn === 15 ? Math.ceil(values.length / 8) : 2 * values.length
  putWord(out, at + 4, values.length)
  out[at + 6] = byteCount
  out.fill(0, at + 7, at + 7 + byteCount)
  values.forEach((value, index) => {
    if (fn === 16) putWord(out, at + 7 + 2 * index, value)
    else if (value !== 0) out[at + 7 + (index >> 3)] = (out[at + 7 + (index >> 3)] ?? 0) | (1 << (index & 7))
  })
  return 7 + byteCount
}

/** A coil is on (6.5); off is 0, and every other value is forbidden. */
const coilOn = 0xff00

/** Whether the two words at `at` are those that the answer to this write repeats. */
export function repeats(bytes: Buffer, at: number, { function: fn, address, values }: WriteRequest): boolean {
  const [value = 0] = values
  const second = fn === 6 ? value : fn === 5 ? (value === 0 ? 0 : coilOn) : values.length
  return u16(bytes, at) === address && u16(bytes, at + 2) === second
}

function putWord(out: Buffer, at: number, word: number): void {
  out[at] = word >> 8
  out[at + 1] = word & 0xff
}
