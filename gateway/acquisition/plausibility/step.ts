/** A gauge that can change only so fast: a value from further away is suspect until some have gone together. Pure. */
import { furthest, type Limits } from './limits.ts'

/** Belongs to the caller and is changed in place, so that a reading costs no copy. */
export interface Gauge {
  readonly limits: Limits
  /** the last that was believed; NaN: none yet */
  value: number
  valueMs: number
  /** where it is now, if it is so */
  other: number
  otherMs: number
  /** readings that went together with `other`; 0: there is none */
  seen: number
}

/** `over`: it was suspect, and is believed again. */
export type Step = 'fine' | 'suspect' | 'over'

/** So many readings that go together are believed, wherever they are. */
const enough = 3

export function gaugeOf(limits: Limits): Gauge {
  return { limits, value: NaN, valueMs: 0, other: 0, otherMs: 0, seen: 0 }
}

export function step(gauge: Gauge, value: number, nowMs: number): Step {
  const { limits, seen } = gauge
  const isNear = Math.abs(value - gauge.value) <= furthest(limits, value, nowMs - gauge.valueMs)
  if (!isNear && !Number.isNaN(gauge.value)) {
    const isNext = seen > 0 && Math.abs(value - gauge.other) <= furthest(limits, value, nowMs - gauge.otherMs)
    gauge.seen = isNext ? seen + 1 : 1
    gauge.other = value
    gauge.otherMs = nowMs
    if (gauge.seen < enough) return 'suspect'
  }
  gauge.value = value
  gauge.valueMs = nowMs
  gauge.seen = 0
  return seen === 0 ? 'fine' : 'over'
}
