/** Where the sun and the clock on the wall stand in the demo's street, the middle of France. */
import { elevation } from '../control/sun.ts'

/** As `site.yaml` has it. */
export const place = { latitude: 47.2, longitude: 2.4, time_zone: 'Europe/Paris' } as const

const dayMs = 86_400_000

export interface Sky {
  /** degrees above the horizon */
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
  const localMs = utcMs + at.toZonedDateTimeISO(place.time_zone).offsetNanoseconds / 1e6
  const day = Math.floor(localMs / dayMs)

  // The mean sun: it is at its highest at most a quarter of an hour sooner or later than the true one.
  const solarDays = utcMs / dayMs + place.longitude / 360
  return {
    sunElevation: elevation(place, at),
    morning: solarDays - Math.floor(solarDays) < 0.5,
    hour: (localMs - day * dayMs) / 3_600_000,
    day,
  }
}
