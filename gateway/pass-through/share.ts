/**
 * How much of a line its tools may take: most of what polling leaves, and a little where it leaves nothing, so that somebody
 * at the cabinet always gets an answer. What polling needs is read off the line's load; where a poll was missed all the
 * same, since pauses and silences are no load, the share drops at once and grows back slowly. Pure.
 */
import { Pace } from '../../drivers/modbus/pace.ts'

/** Where the line is full: then polling keeps 95 % of its rate over any minute, what may be saved up included. */
const leastShare = 0.04
const ofWhatIsLeft = 0.75
/** What may be saved up, in time on the wire: somebody who asks now and then never waits. */
const mostSavedMs = 500
const growthPerS = 0.002

export class Share {
  /** time on the wire; below 0 it is owed */
  #savedMs = mostSavedMs
  #atMs: number
  #cap = ofWhatIsLeft
  #missed: number
  readonly #own: Pace

  constructor(nowMs: number, missed: number) {
    this.#atMs = nowMs
    this.#missed = missed
    this.#own = new Pace(nowMs)
  }

  /** How long to wait before the next request. `load`: of the line, our own included; `missed`: polls, since the start. */
  waitMs(nowMs: number, { load, missed }: { readonly load: number; readonly missed: number }): number {
    const elapsedMs = nowMs - this.#atMs
    this.#atMs = nowMs
    const polling = Math.max(0, load - this.#own.load(nowMs))
    this.#cap =
      missed > this.#missed ? leastShare : Math.min(ofWhatIsLeft, this.#cap + (growthPerS * elapsedMs) / 1_000)
    this.#missed = missed
    const share = Math.max(leastShare, Math.min(this.#cap, ofWhatIsLeft * (1 - polling)))
    this.#savedMs = Math.min(mostSavedMs, this.#savedMs + share * elapsedMs)
    return this.#savedMs >= 0 ? 0 : -this.#savedMs / share
  }

  /** A request of ours took so much time on the wire, up to now. */
  spent(ms: number, nowMs: number): void {
    this.#savedMs -= ms
    this.#own.busy(nowMs - ms, nowMs)
  }
}
