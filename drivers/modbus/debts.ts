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
} from './request.ts'

interface Owed {
  readonly fn: ReadFunction | WriteFunction
  readonly byteCount: number
  readonly forgottenMs: number
}

/** After so many worst responses an answer is taken to be lost, so that a unit that was dead for long can be asked plainly. */
const worstResponsesRemembered = 10

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

  /**
   * Whether the unit must be asked something else before it is read. An owed echo of a write looks like no read's answer; and
   * before a write nothing need be asked, since what could be taken for its echo is an echo of the same.
   */
  inDebt(unit: number, nowMs: number): boolean {
    const owed = this.#accounts.get(unit)?.filter(({ forgottenMs }) => nowMs < forgottenMs)
    if (owed === undefined) return false
    this.#accounts.set(unit, owed)
    return owed.some(({ fn }) => fn <= 4)
  }

  /** Whether an exception to this function could be one that is owed: exceptions do not tell how much was asked. */
  owesException(unit: number, fn: number): boolean {
    return this.#accounts.get(unit)?.some((owed) => owed.fn === fn) ?? false
  }

  /** The unit gave this answer: if none of the owed ones can be it, none will come any more. */
  settled(request: Request): void {
    const owed = this.#accounts.get(request.unit)
    if (!isWrite(request) || owed?.some(({ fn }) => fn === request.function) !== true)
      this.#accounts.delete(request.unit)
  }

  /** Such an answer was heard out of turn. Whether it was owed: then it is paid, and those before it never will be. */
  heard(unit: number, fn: number, byteCount: number): boolean {
    const owed = this.#accounts.get(unit) ?? []
    const index = owed.findIndex((one) => one.fn === fn && one.byteCount === byteCount)
    owed.splice(0, index + 1)
    return index >= 0
  }

  /**
   * What to ask the unit instead, to learn that nothing owed will come: a few of the same registers in a number that is not
   * owed. When the answer is an exception, which could be an owed one (`other`): by a function that owes nothing.
   * Undefined when there is nothing left to ask.
   */
  probe(request: ReadRequest, other = false): ReadRequest | undefined {
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
}
