/** Where the sun and the clock on the wall stand in the demo's street, the middle of France. */

const latitude = 47.2
const longitude = 2.4
const timeZone = 'Europe/Paris'

const radians = Math.PI / 180
const dayMs = 86_400_000

export interface Sky {
  /** degrees above the horizon, good to about one degree */
  readonly sunElevation: number
  /** before the sun's highest point */
  readonly morning: boolean
  /** local hours since midnight, with fractions */
  readonly hour: number
  /** local days since 1970-01-01, a Thursday */
  readonly day: number
}

export function sky(at: Temporal.Instant): Sky {
  const utcMs = at.epochMilliseconds
  const localMs = utcMs + at.toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6
  const day = Math.floor(localMs / dayMs)

  // The mean sun: without the equation of time a lamp switches at most a quarter of an hour early or late.
  const dayOfYear = (utcMs / dayMs) % 365.2422
  const declination = -23.44 * Math.cos((2 * Math.PI * (dayOfYear + 10)) / 365.2422)
  const solarDays = utcMs / dayMs + longitude / 360
  const hourAngle = (solarDays - Math.floor(solarDays) - 0.5) * 360
  const sine =
    Math.sin(latitude * radians) * Math.sin(declination * radians) +
    Math.cos(latitude * radians) * Math.cos(declination * radians) * Math.cos(hourAngle * radians)
  return {
    sunElevation: Math.asin(sine) / radians,
    morning: hourAngle < 0,
    hour: (localMs - day * dayMs) / 3_600_000,
    day,
  }
}
