/** What the rest of the system knows of the field: points, and readings of them. */

/** A point or setpoint of a site, `device.point`. */
export type PointId = `${string}.${string}`

export const uncertainReasons = [
  /** older than a few periods of its poll */
  'stale',
  /** it came in a way in which this value does not change: too fast, backwards, or in another's place */
  'suspect',
] as const
/** Why a value may be used with care. */
export type UncertainReason = (typeof uncertainReasons)[number]

export const badReasons = [
  /** nobody has asked yet */
  'not-read',
  /** the last value is too old to be used */
  'stale',
  /** the line cannot be opened, or was lost */
  'line-down',
  /** the device did not answer in time */
  'no-answer',
  /** what came was damaged, or another's */
  'garbled',
  /** the device answered with an exception */
  'refused',
  /** the device does not have this register */
  'illegal-address',
  /** the device says that it has no value (a sentinel, NaN) */
  'absent',
  /** a number outside what the point can measure */
  'implausible',
  /** what answers there does not look like the device that the site names */
  'not-identified',
] as const
/** Why there is no value. */
export type BadReason = (typeof badReasons)[number]

export type Good = { readonly state: 'good' }
export type Uncertain = { readonly state: 'uncertain'; readonly reason: UncertainReason }
export type Bad = { readonly state: 'bad'; readonly reason: BadReason }
export type Quality = Good | Uncertain | Bad

export type Value = number | boolean | string | bigint

/** A union, so that a bad reading has no value to misuse. */
export type Reading =
  | {
      readonly point: PointId
      readonly at: Temporal.Instant
      readonly quality: Good | Uncertain
      readonly value: Value
    }
  | { readonly point: PointId; readonly at: Temporal.Instant; readonly quality: Bad }

export const good: Good = { state: 'good' }

export function uncertain(reason: UncertainReason): Uncertain {
  return { state: 'uncertain', reason }
}

export function bad(reason: BadReason): Bad {
  return { state: 'bad', reason }
}

export function hasValue(reading: Reading): reading is Extract<Reading, { value: Value }> {
  return reading.quality.state !== 'bad'
}
