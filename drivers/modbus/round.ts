/**
 * One read of a device: asks its questions, and where one is refused for its registers, cuts it up until every point that can
 * be read has been, and it is known why they cannot be read together.
 */
import type { Clock } from '../clock.ts'
import type { Illegal } from '../learned-registers.ts'
import type { Line, Outcome } from '../line.ts'
import type { BadReason, Reading } from '../reading.ts'
import { questionOf, questionsFor, type Question, type Wanted } from './question.ts'
import type { Limits } from './read-plan.ts'
import type { Refusals } from './refusals.ts'
import type { Manners } from './request.ts'

/** A device that is busy is asked again within the same read, so often, and so long after it said so. */
export const usualTries = 2
const againAfterMs = 100

export interface RoundParts {
  readonly line: Line
  readonly clock: Clock
  readonly manners: Manners
  readonly refusals: Refusals
  /** as the device has shown them so far */
  readonly limits: () => Limits
  /** Puts what became of a question in its places: its registers are filled, or why they are not. */
  readonly answer: (question: Question, readings: Reading[], reason: BadReason | undefined) => void
  /** how often a busy device is asked again */
  readonly tries: number
}

/** The device itself answered so: the next question is worth asking. */
const spoken: ReadonlySet<BadReason> = new Set(['refused', 'illegal-address'])

export class Round {
  readonly #parts: RoundParts
  readonly #readings: Reading[]
  readonly #signal: AbortSignal
  /** why nothing more is asked: asking on would only cost the line as many timeouts more */
  #open: BadReason | undefined
  /** the last question was of one point, and refused: its neighbours may well be missing, too */
  #isMissing = false
  /** the device was busy */
  #later: Question[] | undefined
  #busyMs = 0

  constructor(parts: RoundParts, readings: Reading[], signal: AbortSignal) {
    this.#parts = parts
    this.#readings = readings
    this.#signal = signal
  }

  /** Rejects only with the signal's reason. */
  async ask(questions: readonly Question[]): Promise<void> {
    const { refusals } = this.#parts
    const planned = refusals.revision
    for (const question of questions) {
      // What was learned from the questions before may well concern this one.
      if (refusals.revision === planned) await this.#put(question)
      else await this.#askFor(question.wanted)
    }
    for (let tried = 0; this.#later !== undefined; tried++) {
      const busy = this.#later
      this.#later = undefined
      if (tried < this.#parts.tries && this.#open === undefined) await this.#askAgain(busy)
      else for (const question of busy) this.#answer(question, this.#open ?? 'refused')
    }
  }

  async #askAgain(questions: readonly Question[]): Promise<void> {
    const { clock } = this.#parts
    const pauseMs = this.#busyMs + againAfterMs - clock.monotonicMs()
    if (pauseMs > 0) await clock.sleep(pauseMs, this.#signal)
    for (const question of questions) await this.#put(question)
  }

  #answer(question: Question, reason: BadReason | undefined): void {
    this.#parts.answer(question, this.#readings, reason)
  }

  /** Whether one question told them all. */
  async #askFor(wanted: readonly Wanted[]): Promise<boolean> {
    const { limits, manners, refusals } = this.#parts
    let left: Wanted[] = []
    for (const one of wanted)
      if (refusals.of(one.point) === 'refused') this.#answer(questionOf([one], manners), 'illegal-address')
      else left.push(one)
    const many = left.length
    while (this.#isMissing && left.length > 1) {
      await this.#put(questionOf(left.slice(0, 1), manners))
      left = left.slice(1)
    }
    const questions = questionsFor(left, limits(), manners)
    let isAnswered = false
    for (const question of questions) isAnswered = await this.#put(question)
    return isAnswered && questions.length === 1 && left.length === many && many === wanted.length
  }

  /** Whether it was answered. */
  async #put(question: Question): Promise<boolean> {
    const { line, refusals, clock } = this.#parts
    this.#isMissing = false
    if (this.#open !== undefined) {
      this.#answer(question, this.#open)
      return false
    }
    const { wanted, request, registers } = question
    const outcome = await line.read(request, registers, this.#signal)
    const exception = illegalOf(outcome)
    if (exception !== undefined && wanted.length > 1) {
      await this.#cut(wanted, exception)
      return false
    }
    if (isBusy(outcome)) {
      this.#later = [...(this.#later ?? []), question]
      this.#busyMs = clock.monotonicMs()
      return false
    }
    const reason = reasonOf(outcome)
    this.#answer(question, reason)
    const [first] = wanted
    if (reason === undefined && first !== undefined)
      refusals.answered(first.point.table, request.address, request.count, wanted.length)
    if (exception !== undefined && first !== undefined) {
      const { table, address, count } = first.point
      refusals.note({ kind: 'point', table, from: address, to: address + count }, exception)
      this.#isMissing = true
    }
    if (reason !== undefined && !spoken.has(reason)) this.#open = reason
    return reason === undefined
  }

  /** `wanted`, in the order of their addresses, were refused together. */
  async #cut(wanted: readonly Wanted[], exception: Illegal): Promise<void> {
    const middle = wanted.length >> 1
    const isLeft = await this.#askFor(wanted.slice(0, middle))
    const isRight = await this.#askFor(wanted.slice(middle))
    if (isLeft && isRight) await this.#learnWhy(wanted, middle, exception)
  }

  /** Those before `middle` were answered, and those from it on, but not all of them together. */
  async #learnWhy(wanted: readonly Wanted[], middle: number, exception: Illegal): Promise<void> {
    const last = wanted.slice(0, middle).reduce((a, b) => (endOf(b) >= endOf(a) ? b : a))
    const nearest = await this.#tryOut([last, ...wanted.slice(middle, middle + 1)])
    if (nearest === 'refused') this.#noteApart(wanted, middle, exception)
    // If they were all of them, the refusal was an accident.
    if (nearest !== 'answered' || wanted.length === 2) return
    // So it is the length. All are tried once more: a refusal may have been an accident.
    let [works, fails] = [middle, wanted.length + 1]
    for (let next = wanted.length; fails - works > 1; next = (works + fails) >> 1) {
      const tried = await this.#tryOut(wanted.slice(0, next))
      if (tried === 'unknown') return
      if (tried === 'refused') fails = next
      else works = next
    }
    if (fails <= wanted.length) this.#noteLength(wanted.slice(0, fails), works, exception)
  }

  /** The points on both sides of `at` are refused even when nothing else is asked for. */
  #noteApart(wanted: readonly Wanted[], at: number, exception: Illegal): void {
    const point = wanted[at]?.point
    if (point === undefined) return
    const { table, address: to } = point
    const from = Math.max(...wanted.slice(0, at).map(endOf))
    if (from < to) this.#parts.refusals.note({ kind: 'hole', table, from, to }, exception)
    else {
      const [last] = wanted.slice(0, at).filter((one) => endOf(one) === from)
      if (last !== undefined) this.#noteLength([last, ...wanted.slice(at, at + 1)], 1, exception)
    }
  }

  /** These are refused together, and all before `at` are not: they are too many, unless as many have been answered elsewhere. */
  #noteLength(wanted: readonly Wanted[], at: number, exception: Illegal): void {
    const point = wanted[at]?.point
    if (point === undefined) return
    const { refusals, manners } = this.#parts
    const { table, address: to } = point
    const longest = refusals.longestAnswered(table)
    const from = Math.max(...wanted.slice(0, at).map(endOf))
    if (questionOf(wanted, manners).request.count > longest)
      refusals.note({ kind: 'length', table, longest }, exception)
    else if (from <= to) refusals.note({ kind: from < to ? 'hole' : 'seam', table, from, to }, exception)
  }

  /** Asks to learn whether these may be read together; what they say is told already. */
  async #tryOut(wanted: readonly Wanted[]): Promise<'answered' | 'refused' | 'unknown'> {
    const { line, refusals, manners } = this.#parts
    if (this.#open !== undefined) return 'unknown'
    const { request, registers } = questionOf(wanted, manners)
    const outcome = await line.read(request, registers, this.#signal)
    if (illegalOf(outcome) !== undefined) return 'refused'
    const reason = reasonOf(outcome)
    const table = wanted[0]?.point.table
    if (reason === undefined && table !== undefined) {
      refusals.answered(table, request.address, request.count, wanted.length)
      return 'answered'
    }
    if (reason !== undefined && !spoken.has(reason)) this.#open = reason
    return 'unknown'
  }
}

function endOf({ point: { address, count } }: Wanted): number {
  return address + count
}

/** Some register of the request is not there, or they are too many. */
function illegalOf(outcome: Outcome): Illegal | undefined {
  if (outcome.state !== 'exception') return undefined
  return outcome.exception === 2 || outcome.exception === 3 ? outcome.exception : undefined
}

/** It has accepted the request and needs time, or it is busy with another (Modbus Application Protocol V1.1b3, 7). */
function isBusy(outcome: Outcome): boolean {
  return outcome.state === 'exception' && (outcome.exception === 5 || outcome.exception === 6)
}

/** Why there is no value, or undefined when there is one. */
function reasonOf(outcome: Outcome): BadReason | undefined {
  switch (outcome.state) {
    case 'answered':
      return undefined
    case 'exception':
      if (illegalOf(outcome) !== undefined) return 'illegal-address'
      // 10 and 11: it is a gateway that says so, of a unit that it did not reach
      return outcome.exception === 10 || outcome.exception === 11 ? 'no-answer' : 'refused'
    case 'no-answer':
    case 'resting':
      return 'no-answer'
    case 'garbled':
    case 'line-down':
      return outcome.state
  }
}
