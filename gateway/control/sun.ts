/** Where the sun stands, and when it rises and sets: suncalc, behind this one import. */
import { getPosition, getTimes } from 'suncalc'
import type { Place, SunEvent } from '../site.ts'

type Coordinates = Pick<Place, 'latitude' | 'longitude'>

/** How high the sun stands at its events, in degrees: its upper limb on the horizon, refracted; and civil twilight. */
export const heights: Readonly<Record<SunEvent, number>> = {
  sunset: -0.833,
  sunrise: -0.833,
  'civil-dusk': -6,
  'civil-dawn': -6,
}

const names = { sunset: 'sunset', sunrise: 'sunrise', 'civil-dusk': 'dusk', 'civil-dawn': 'dawn' } as const

const dayMs = 86_400_000

/** Degrees above the horizon as they are seen, refraction included. */
export function elevation({ latitude, longitude }: Coordinates, at: Temporal.Instant): number {
  return getPosition(new Date(at.epochMilliseconds), latitude, longitude).altitude
}

/**
 * When this event happens from one moment to another, in order; not at all in a polar day or night. Within 20 s of
 * astronomy-engine between 60° S and 65° N (`npm run bench -- control`).
 */
export function eventsBetween(
  { latitude, longitude }: Coordinates,
  event: SunEvent,
  from: Temporal.Instant,
  until: Temporal.Instant,
): Temporal.Instant[] {
  return solarDays(from, until).flatMap((day) => {
    const ms = getTimes(day, latitude, longitude)[names[event]]?.getTime()
    const within = ms !== undefined && ms >= from.epochMilliseconds && ms < until.epochMilliseconds
    return within ? [Temporal.Instant.fromEpochMilliseconds(Math.round(ms))] : []
  })
}

/** When the sun stands lowest between two noons. */
export function lowestBetween(
  { latitude, longitude }: Coordinates,
  from: Temporal.Instant,
  until: Temporal.Instant,
): Temporal.Instant {
  const [fromMs, untilMs] = [from.epochMilliseconds, until.epochMilliseconds]
  const nadirs = solarDays(from, until).map((day) => getTimes(day, latitude, longitude).nadir.getTime())
  const ms = nadirs.find((nadir) => nadir >= fromMs && nadir < untilMs) ?? (fromMs + untilMs) / 2
  return Temporal.Instant.fromEpochMilliseconds(Math.round(ms))
}

/** Where street time and sun differ by hours, a solar day begins anywhere in a civil one: so the neighbours are asked too. */
function solarDays(from: Temporal.Instant, until: Temporal.Instant): Date[] {
  const days = Math.ceil((until.epochMilliseconds - from.epochMilliseconds) / dayMs)
  return Array.from({ length: days + 3 }, (_, day) => new Date(from.epochMilliseconds + (day - 1) * dayMs))
}
