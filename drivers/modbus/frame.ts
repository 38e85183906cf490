/** Requests into bytes, bytes into answers: what the two framings have in common. */
import type { Intake } from './intake.ts'
import type { ReadRequest } from './request.ts'

/**
 * `answer`, `exception`: it lies at the head of the intake. `more`: not there yet; what could not become it was taken out.
 * `lost`: the stream can no longer be cut into frames.
 */
export type Verdict = 'answer' | 'exception' | 'more' | 'lost'

/** Is told of whole frames that are not the answer waited for. */
export interface Strays {
  /** A read's answer (`byteCount` of values) or an exception (`byteCount` 0, `fn` with its high bit set). */
  foreign(unit: number, fn: number, byteCount: number): void
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
  answerLength(request: ReadRequest): number
  /** The request's bytes, in a buffer that is used again for the next. */
  compose(request: ReadRequest): Buffer
  /** Looks for the answer in what was heard, taking out what comes before it. */
  hear(heard: Intake, request: ReadRequest, strays: Strays): Verdict
  /** Before a request: takes out what cannot be the answer to it, since it came before. */
  sweep(heard: Intake, strays: Strays): void
}

/** Reads answer with function and byte count and values, exceptions with the function's high bit set and a code (7). */
export const exceptionBit = 0x80

export function composePdu(out: Buffer, at: number, { unit, function: fn, address, count }: ReadRequest): void {
  out[at] = unit
  out[at + 1] = fn
  out[at + 2] = address >> 8
  out[at + 3] = address & 0xff
  out[at + 4] = count >> 8
  out[at + 5] = count & 0xff
}
