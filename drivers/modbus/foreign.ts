/**
 * Another master on the same wire, known by what it asks and by answers to what we never asked. The rule: within five
 * minutes two questions, or a question and the answer that fits it, or four answers that nothing explains. One frame alone
 * may be chance, since noise passes a CRC of 16 bits now and then. It is gone after a minute without such frames, or after
 * three times its longest pause, for one that asks seldom.
 */
import { exceptionBit } from './frame.ts'

const questionWeighs = 2
const answerWeighs = 1
const enough = 4
const gatheredMs = 5 * 60_000
const leastQuietMs = 60_000
const mostQuietMs = 15 * 60_000
/** An answer to its question is waited for so long before we speak. */
const answersWithinMs = 500

/** The silence before we speak is up to so long, by chance: doubled after each question that failed, halved after others. */
const shortestWindowMs = 16
const longestWindowMs = 1_024

interface Question {
  readonly unit: number
  readonly fn: number
  readonly byteCount: number
  readonly atMs: number
}

export class ForeignMaster {
  #weight = 0
  #gatheredFromMs = -Infinity
  #lastMs = -Infinity
  #quietMs = leastQuietMs
  #sinceMs: number | undefined
  /** its latest question, as long as nobody answered */
  #question: Question | undefined
  #windowMs = shortestWindowMs
  #notBeforeMs = -Infinity

  asked(unit: number, fn: number, byteCount: number, nowMs: number): void {
    this.#question = { unit, fn, byteCount, atMs: nowMs }
    this.#note(questionWeighs, nowMs)
  }

  /** Whether it answers the question that was heard last. */
  fits(unit: number, fn: number, byteCount: number): boolean {
    const question = this.#question
    if (question?.unit !== unit) return false
    return fn === (question.fn | exceptionBit) || (fn === question.fn && byteCount === question.byteCount)
  }

  /** An answer that is not for us; `fits`: the question that was heard last. */
  answered(fits: boolean, nowMs: number): void {
    if (fits) this.#question = undefined
    this.#note(fits ? questionWeighs : answerWeighs, nowMs)
  }

  /** Since when it is here; undefined: it is not. */
  since(nowMs: number): number | undefined {
    if (this.#sinceMs !== undefined && nowMs - this.#lastMs > this.#quietMs) {
      this.#sinceMs = undefined
      this.#weight = 0
      this.#windowMs = shortestWindowMs
    }
    return this.#sinceMs
  }

  /** Whether anything of it was heard lately. */
  isSuspected(nowMs: number): boolean {
    return this.since(nowMs) !== undefined || nowMs - this.#lastMs < gatheredMs
  }

  /** How long to listen before the next question of ours: for the answer to its question, and while it is here some more. */
  listensMs(chance: number, nowMs: number): number {
    if (this.awaitsAnswer(nowMs)) return answersWithinMs - (nowMs - (this.#question?.atMs ?? 0))
    if (this.since(nowMs) === undefined) return 0
    return Math.max(this.#notBeforeMs - nowMs, chance * this.#windowMs)
  }

  /** Whether a question of its was heard, and no answer yet. */
  awaitsAnswer(nowMs: number): boolean {
    return this.#question !== undefined && nowMs - this.#question.atMs < answersWithinMs
  }

  /** A question of ours took so long: the wire is left to the other for as long. */
  took(failed: boolean, beganMs: number, nowMs: number): void {
    if (this.since(nowMs) === undefined) return
    this.#notBeforeMs = nowMs + (nowMs - beganMs)
    const windowMs = failed ? 2 * this.#windowMs : this.#windowMs / 2
    this.#windowMs = Math.min(Math.max(windowMs, shortestWindowMs), longestWindowMs)
  }

  #note(weight: number, nowMs: number): void {
    const pauseMs = nowMs - this.#lastMs
    this.#quietMs = pauseMs > mostQuietMs ? leastQuietMs : Math.max(this.#quietMs, Math.min(3 * pauseMs, mostQuietMs))
    if (this.since(nowMs) === undefined && nowMs - this.#gatheredFromMs > gatheredMs) {
      this.#weight = 0
      this.#gatheredFromMs = nowMs
    }
    this.#lastMs = nowMs
    this.#weight += weight
    if (this.#weight >= enough) this.#sinceMs ??= nowMs
  }
}
