/**
 * What may leave. The brand has no exported name and no exported constructor outside this room: the compiler refuses
 * to put anything into the outbox that `disclose` did not make (`gates.test.ts` proves it).
 */
import type { PointId, Quality, Value } from '../../drivers/reading.ts'
import type { Statistic } from '../site.ts'

declare const disclosed: unique symbol

/** One value of a series: milliseconds since the record's `from`; `null` is “no value”, never zero. */
export interface Sample {
  readonly offsetMs: number
  readonly value: Value | null
  readonly quality: Quality
}

export interface Series {
  readonly point: PointId
  /** of an aggregate: which */
  readonly statistic?: Statistic
  readonly samples: readonly Sample[]
}

/** One record of a release: a window, or what was read between two ticks. */
export interface Disclosed {
  readonly [disclosed]: true
  readonly release: string
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant
  readonly series: readonly Series[]
}

/** A built-in release: that the gateway is there, and what it declares, both retained by the broker; and answers to commands. */
export interface Announced {
  readonly [disclosed]: true
  readonly topic: 'state' | 'meta' | 'answer'
  /** the payload, JSON */
  readonly body: string
}
