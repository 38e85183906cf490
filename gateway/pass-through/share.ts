/**
 * How much of a line its tools may take: most of what polling leaves, and a little where it leaves nothing, so that somebody
 * at the cabinet always gets an answer. What polling needs is read off the line's load; where polls are missed all the same,
 * since pauses and silences are no load, tools get half as much, and more again as long as none is missed. Pure.
 */
import { Pace } from '../../drivers/modbus/pace.ts'

/** Where the line is full: then polling keeps 95 % of its rate over any minute, what may be saved up included. */
const leastShare = 0.04
const ofWhatIsLeft = 0.6
/** What may be saved up, in time on the wire: somebody who asks now and then never waits. */
const mostSavedMs = 500
/** What a request counts for at least: where the wire is fast, it is the gateway's own time that is short. */
const leastCostMs = 5
/** Polling is looked at so often; of its polls so many may be missed. */
const lookMs = 5_000
const missedAtMost = 0.02
const growth = 1.25

/** What a poller has done since the start. */
export interface Polled {
  readonly polls: number
  readonly missed: number
}

export class Share {
  /** time on the wire; below 0 it is owed */
  #savedMs = mostSavedMs
  #atMs: number
  /** so much at most, by what polling missed */
  #cap = ofWhatIsLeft
  #looked: Polled & { readonly atMs: number }
  readonly #own: Pace

  constructor(nowMs: number, { polls, missed }: Polled) {
    this.#atMs = nowMs
    this.#looked = { polls, missed, atMs: nowMs }
    this.#own = new Pace(nowMs)
  }

  /** How long to wait before the next request. `load`: of the line, our own included. */
  waitMs(nowMs: number, load: number, polled: Polled): number {
    this.#look(nowMs, polled)
    const elapsedMs = nowMs - this.#atMs
    this.#atMs = nowMs
    const polling = Math.max(0, load - this.#own.load(nowMs))
    const share = Math.max(leastShare, Math.min(this.#cap, ofWhatIsLeft * (1 - polling)))
    this.#savedMs = Math.min(mostSavedMs, this.#savedMs + share * elapsedMs)
    return this.#savedMs >= 0 ? 0 : -this.#savedMs / share
  }

  /** A request of ours took so much time on the wire, up to now. */
  spent(ms: number, nowMs: number): void {
    this.#savedMs -= Math.max(leastCostMs, ms)
    this.#own.busy(nowMs - ms, nowMs)
  }

  #look(nowMs: number, { polls, missed }: Polled): void {
    if (nowMs - this.#looked.atMs < lookMs) return
    const [done, lost] = [polls - this.#looked.polls, missed - this.#looked.missed]
    this.#cap =
      lost > missedAtMost * (done + lost)
        ? Math.max(leastShare, this.#cap / 2)
        : Math.min(ofWhatIsLeft, this.#cap * growth)
    this.#looked = { polls, missed, atMs: nowMs }
  }
}
