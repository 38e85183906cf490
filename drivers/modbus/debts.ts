/**
 * What units still owe, where an answer does not name its question (RTU). A unit that did not answer in time, or whose
 * answer nobody waited for, may yet answer; so, when it has rested, it is asked something else first: no question is put
 * whose answer would look like one that is owed.
 * Units answer in the order they are asked. So the first answer that cannot be an owed one shows that none will come any
 * more, even from a unit that is slower than it declares.
 */
import {
  answeredBytesOf,
  asksBits,
  byteCountOf,
  isWrite,
  type ReadFunction,
  type ReadRequest,
  type Request,
  type WriteFunction,
  type WriteRequest,
} from './request.ts'

interface Owed {
  readonly fn: ReadFunction | WriteFunction
  readonly byteCount: number
  readonly forgottenMs: number
  /** another master asked for it */
  readonly isAnothers?: true
}

/** After so many worst responses an answer is taken to be lost, so that a unit that was dead for long can be asked plainly. */
const worstResponsesRemembered = 10

/** We do not know how long the unit may take for it, and it is asked again and again. */
const anothersRememberedMs = 5_000
const mostOwed = 32

/** Even counts first, since most values have two or four registers and some devices refuse to cut one. */
const probeCounts = {
  registers: [2, 4, 6, 8, 1, 3, 5, 7, 10, 12, 14, 16, 9, 11, 13, 15],
  bits: [1, 9, 17, 25, 33, 41, 49, 57],
} as const

export class Debts {
  readonly #accounts = new Map<number, Owed[]>()

  /** The request went out, and its answer may still come. */
  owe(request: Request, nowMs: number): void {
    const owed = this.#accounts.get(request.unit) ?? []
    this.#accounts.set(request.unit, owed)
    owed.push({
      fn: request.function,
      byteCount: answeredBytesOf(request),
      forgottenMs: nowMs + worstResponsesRemembered * request.worstResponseMs,
    })
  }

  /** Another master asked for it: the answer will come, and is not for us. */
  oweToAnother(unit: number, fn: ReadFunction | WriteFunction, byteCount: number, nowMs: number): void {
    const owed = [
      ...this.#owedBy(unit, nowMs),
      { fn, byteCount, forgottenMs: nowMs + anothersRememberedMs, isAnothers: true as const },
    ]
    this.#accounts.set(unit, owed.slice(-mostOwed))
  }

  /** Whether the unit may still answer something. */
  inDebt(unit: number, nowMs: number): boolean {
    return this.#owedBy(unit, nowMs).length > 0
  }

  /**
   * Whether the unit must be asked something else first. What a write's answer repeats looks like no read's answer; that of a
   * write of several does not tell their values, and an exception nothing, so that it could be another's of its function.
   */
  couldBeMistaken(request: Request, nowMs: number): boolean {
    const owed = this.#owedBy(request.unit, nowMs)
    if (owed.length === 0) return false
    return owed.some(({ fn }) => (isWrite(request) ? fn === request.function : isRead(fn)))
  }

  /** Whether an exception to this function could be one that is owed: exceptions do not tell how much was asked. */
  owesException(unit: number, fn: number): boolean {
    return this.#accounts.get(unit)?.some((owed) => owed.fn === fn) ?? false
  }

  /** The unit gave an answer that none of the owed ones can be. */
  settled(unit: number): void {
    this.#accounts.delete(unit)
  }

  /**
   * Such an answer was heard out of turn. Whether it was owed: then it is paid, and those before it never will be; unless it
   * was another's, of whose question we know no more than that it was heard.
   */
  heard(unit: number, fn: number, byteCount: number): boolean {
    const owed = this.#accounts.get(unit) ?? []
    const index = owed.findIndex((one) => one.fn === fn && one.byteCount === byteCount)
    if (owed[index]?.isAnothers === true) owed.splice(index, 1)
    else owed.splice(0, index + 1)
    return index >= 0
  }

  /**
   * What to ask the unit instead, to learn that nothing owed will come: a few of the same registers in a number that is not
   * owed; before a write too, since reading changes nothing. When the answer is an exception, which could be an owed one (`other`): by a function that owes nothing.
   * Undefined when there is nothing left to ask.
   */
  probe(wanted: Request, other = false): ReadRequest | undefined {
    const request = isWrite(wanted) ? readOf(wanted) : wanted
    const owed = this.#accounts.get(request.unit) ?? []
    const functions: ReadFunction[] = other ? [4, 3, 2, 1] : [request.function]
    for (const fn of functions) {
      if (other && owed.some((one) => one.fn === fn)) continue
      const fits = (count: number) =>
        count <= 0x1_0000 - request.address &&
        owed.every((one) => one.fn !== fn || one.byteCount !== byteCountOf(fn, count))
      const counts: readonly number[] = asksBits(fn) ? probeCounts.bits : probeCounts.registers
      const count = counts.find((few) => few <= request.count && fits(few)) ?? counts.find(fits)
      if (count !== undefined) return { ...request, function: fn, count }
    }
    return undefined
  }

  #owedBy(unit: number, nowMs: number): readonly Owed[] {
    const owed = this.#accounts.get(unit)
    if (owed === undefined) return nothing
    const remembered = owed.filter(({ forgottenMs }) => nowMs < forgottenMs)
    this.#accounts.set(unit, remembered)
    return remembered
  }
}

const nothing: readonly Owed[] = []

function isRead(fn: number): boolean {
  return fn <= 4
}

/** Reads what the write is about to change, or the first of it. */
export function readOf({
  function: fn,
  address,
  unit,
  timeoutMs,
  worstResponseMs,
  pauseMs,
}: WriteRequest): ReadRequest {
  return { unit, timeoutMs, worstResponseMs, pauseMs, function: fn === 5 || fn === 15 ? 1 : 3, address, count: 1 }
}
