/** What disturbs a line whose answers do not name their questions, and what follows: writes stop, reads give way. */
import type { Random } from '../clock.ts'
import type { Disturbance } from '../line.ts'
import { Echo } from './echo.ts'
import { ForeignMaster } from './foreign.ts'
import { exceptionBit } from './frame.ts'
import type { Intake } from './intake.ts'
import { Noise } from './noise.ts'
import { answeredBytesOf, type Request } from './request.ts'

export class Disturbances {
  readonly #random: Random
  readonly #echo = new Echo()
  readonly #foreign = new ForeignMaster()
  readonly #noise = new Noise()
  /** what we asked last, and when */
  #asked: Request | undefined
  #askedMs = 0
  /** another asked the same unit while it was to answer us: whose the answer is, nobody knows */
  #isDoubtful = false

  constructor(random: Random) {
    this.#random = random
  }

  /** The one that matters most. */
  now(nowMs: number): Disturbance | undefined {
    if (this.#echo.isHeard === true) return { kind: 'echo', sinceMs: this.#echo.sinceMs }
    const sinceMs = this.#foreign.since(nowMs)
    if (sinceMs !== undefined) return { kind: 'foreign-master', sinceMs }
    return this.#noise.sinceMs === undefined ? undefined : { kind: 'noise', sinceMs: this.#noise.sinceMs }
  }

  /** Whether it has not been shown, since the port was opened, that the adapter does not hear what it sends. */
  get echoIsUnknown(): boolean {
    return this.#echo.isHeard === undefined
  }

  /** Whether no write may go out now. */
  stopsWrites(nowMs: number): boolean {
    return this.#echo.isHeard !== false || this.#foreign.since(nowMs) !== undefined || this.#foreign.awaitsAnswer(nowMs)
  }

  opened(): void {
    this.#echo.opened()
  }

  /** How long to go on listening before the next question. */
  listensMs(nowMs: number): number {
    return this.#foreign.listensMs(this.#random(), nowMs)
  }

  /** The question goes out now. */
  asking(request: Request, bytes: Buffer, heard: Intake, nowMs: number): void {
    this.#asked = request
    this.#askedMs = nowMs
    this.#isDoubtful = false
    this.#echo.asking(bytes, heard)
  }

  /** Before what was heard is looked at. */
  listen(heard: Intake): void {
    this.#echo.listen(heard)
  }

  /** Whether what looks like our answer may be another master's. */
  get isDoubtful(): boolean {
    return this.#isDoubtful
  }

  /** Whether another master is here, or something hints at one. */
  othersAsk(nowMs: number): boolean {
    return this.#foreign.isSuspected(nowMs)
  }

  /** See `Strays.echo`. */
  isEcho(either: boolean, nowMs: number): boolean {
    const isNews = this.#echo.isHeard === false
    if (!this.#echo.isBack(either)) return false
    // Where no echo was, another that asks just the same is the likelier.
    if (isNews && this.#asked !== undefined)
      this.#foreign.asked(this.#asked.unit, this.#asked.function, answeredBytesOf(this.#asked), nowMs)
    return true
  }

  asked(unit: number, fn: number, byteCount: number, nowMs: number): void {
    this.#foreign.asked(unit, fn, byteCount, nowMs)
    if (unit === this.#asked?.unit) this.#isDoubtful = true
  }

  /** Whether it answers another master's question. */
  fits(unit: number, fn: number, byteCount: number): boolean {
    return this.#foreign.fits(unit, fn, byteCount)
  }

  /** An answer that no unit owes us. One that has the form of the latest question's may be that of a unit with a wrong number. */
  answered(unit: number, fn: number, byteCount: number, nowMs: number): void {
    const fits = this.fits(unit, fn, byteCount)
    if (fits || !this.#answersUs(fn, byteCount)) this.#foreign.answered(fits, nowMs)
  }

  /** The question has come to its end. */
  settled({ damaged, failed }: { damaged: boolean; failed: boolean }, nowMs: number): void {
    this.#echo.settled(damaged, nowMs)
    this.#noise.settled(damaged, nowMs)
    this.#foreign.took(failed, this.#askedMs, nowMs)
  }

  #answersUs(fn: number, byteCount: number): boolean {
    const asked = this.#asked
    if (asked === undefined) return false
    return fn === (asked.function | exceptionBit) || (fn === asked.function && byteCount === answeredBytesOf(asked))
  }
}
