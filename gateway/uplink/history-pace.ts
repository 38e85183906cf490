/** How fast what is late may go: a token bucket, and no more of it under way than would keep what is live waiting. */
import type { Clock } from '../../drivers/clock.ts'
import { Bucket } from './bucket.ts'

/** So much goes at once, in seconds of the rate: twice of it is what a slow link may have before what is live. */
const burstS = 0.5
/** A record with what wraps it, until some have been seen. */
const usualBytes = 550
/** Over which the pace is measured. */
const spanMs = 30_000

export class HistoryPace {
  readonly #clock: Clock
  readonly #bytesPerS: number
  readonly #burstBytes: number
  readonly #bucket: Bucket
  #averageBytes = usualBytes
  #underWayBytes = 0
  /** since when, and how much was acknowledged since */
  #sinceMs: number
  #bytes = 0
  /** of the span before; undefined: none has passed in which something went */
  #seenPerS: number | undefined

  constructor(bitsPerS: number, clock: Clock) {
    this.#clock = clock
    this.#bytesPerS = bitsPerS / 8
    this.#burstBytes = this.#bytesPerS * burstS
    this.#sinceMs = clock.monotonicMs()
    this.#bucket = new Bucket({ bytesPerS: this.#bytesPerS, burstBytes: this.#burstBytes }, this.#sinceMs)
  }

  /** Whether more of it may be under way. */
  get hasRoom(): boolean {
    return this.#underWayBytes < Math.max(this.#burstBytes, 1)
  }

  /** Until the next may go. */
  waitMs(): number {
    return this.#bucket.waitMs(this.#clock.monotonicMs())
  }

  /** About so many may go now, at least one. */
  records(): number {
    return Math.max(1, Math.floor(this.#bucket.level(this.#clock.monotonicMs()) / this.#averageBytes))
  }

  sent(bytes: number): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#underWayBytes === 0 && this.#bytes === 0) this.#sinceMs = nowMs // a rest is no slow pace
    this.#bucket.spend(bytes, nowMs)
    this.#averageBytes += (bytes - this.#averageBytes) / 16
    this.#underWayBytes += bytes
  }

  answered(bytes: number): void {
    this.#underWayBytes -= bytes
    const nowMs = this.#clock.monotonicMs()
    this.#bytes += bytes
    const passedMs = nowMs - this.#sinceMs
    if (passedMs < spanMs) return
    this.#seenPerS = (this.#bytes / passedMs) * 1_000
    this.#sinceMs = nowMs
    this.#bytes = 0
  }

  /** How long so many records take: at the pace that was seen, but no faster than is allowed. */
  secondsFor(records: number): number {
    return (records * this.#averageBytes) / Math.min(this.#bytesPerS, this.#seenPerS ?? Infinity)
  }
}
