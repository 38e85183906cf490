/**
 * What may leave. The brand has no exported name and no exported constructor outside this room: the compiler refuses
 * to put anything into the outbox that `disclose` did not make (`gates.test.ts` proves it).
 */
import type { PointId, Quality, Value } from '../../drivers/reading.ts'
import type { Statistic } from '../releases.ts'

declare const disclosed: unique symbol

/** Why: too few have told, the day's budget of noise is spent, or the window was seen in part and would tell finer than the rules. */
export const suppressedReasons = ['too-few', 'budget-spent', 'too-short'] as const

/** There was a value, and it does not leave. Never zero. */
export interface Suppressed {
  readonly state: 'suppressed'
  readonly reason: (typeof suppressedReasons)[number]
}

/** One value of a series: milliseconds since the record's `from`; `null` is “no value”, never zero. */
export interface Sample {
  readonly offsetMs: number
  readonly value: Value | null
  readonly quality: Quality | Suppressed
}

export interface Series {
  /** its pseudonym, or a group's `all.<quantity>`, where the treatment makes it so */
  readonly point: PointId
  /** of an aggregate: which */
  readonly statistic?: Statistic
  readonly samples: readonly Sample[]
}

/** An alarm that began or ended. */
export interface AlarmSample {
  readonly offsetMs: number
  readonly code: string
  /** a line, a device, a segment, a release; empty: the gateway */
  readonly of: string
  readonly state: 'raised' | 'cleared'
}

/** One record of a release: a window, what was read between two ticks, or alarms. */
export interface Disclosed {
  readonly [disclosed]: true
  readonly release: string
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant
  readonly series: readonly Series[]
  /** Absent: there are none. With alarms there are no series: what is urgent is not crowded out by what is not. */
  readonly alarms?: readonly AlarmSample[]
  /** the window began before the gateway saw, or had not ended when it stopped */
  readonly partial?: true
  /** of the budget of noise, for the ledger */
  readonly epsilon?: number
}

/** A record that nobody has let out yet: it does not compile as one that leaves. */
export type Unsealed = Omit<Disclosed, keyof Disclosed & symbol>

/** A built-in release: that the gateway is there, and what it declares, both retained by the broker; and answers to commands. */
export interface Announced {
  readonly [disclosed]: true
  readonly topic: 'state' | 'meta' | 'answer'
  /** the payload, JSON */
  readonly body: string
}
