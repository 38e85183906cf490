/** Where the sun stands, and when it rises and sets: suncalc, behind this one import. */
import { getPosition, getTimes } from 'suncalc'
import type { Place, SunEvent } from '../site.ts'

type Coordinates = Pick<Place, 'latitude' | 'longitude'>

/** A stretch of time in which the sun only sinks or only rises: at most from its highest to its lowest, or back. */
export interface Arc {
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant
  readonly sinks: boolean
}

/**
 * How high the middle of the sun stands at its events, in degrees and without refraction: its upper limb on the horizon,
 * which refraction lifts by 34′; and civil twilight.
 */
const heights: Readonly<Record<SunEvent, number>> = {
  sunset: -0.833,
  sunrise: -0.833,
  'civil-dusk': -6,
  'civil-dawn': -6,
}

/** What suncalc adds to every height at or below the horizon, in degrees: the refraction on it (Meeus, 16.4). */
const liftBelowHorizon = 0.48396

/** How much lower the sun stands for somebody on the ground than for the middle of the Earth, which suncalc goes by: 8.8″. */
const parallax = 0.00244

const dayMs = 86_400_000

/** Degrees above the horizon as they are seen, refraction included. */
export function elevation({ latitude, longitude }: Coordinates, at: Temporal.Instant): number {
  return elevationAt(latitude, longitude, at.epochMilliseconds)
}

/**
 * When this event happens from one moment to another, in order; not at all in a polar day or night. Between
 * 60° S and 65° N within 10 s of astronomy-engine as a rule; within 40 s, over 40 000 places and nights, where the sun only
 * grazes the height of the event (`npm run bench -- control`).
 */
export function eventsBetween(
  place: Coordinates,
  event: SunEvent,
  from: Temporal.Instant,
  until: Temporal.Instant,
): Temporal.Instant[] {
  return arcsBetween(place, from, until).flatMap((arc) => eventIn(place, event, arc) ?? [])
}

/** All the time from one moment to another, cut where the sun stands highest or lowest. */
export function arcsBetween(place: Coordinates, from: Temporal.Instant, until: Temporal.Instant): Arc[] {
  const [fromMs, untilMs] = [from.epochMilliseconds, until.epochMilliseconds]
  const turns = solarDays(fromMs, untilMs).flatMap((day) => {
    const { nadir, solarNoon } = getTimes(day, place.latitude, place.longitude)
    return [nadir, solarNoon].map((turn) => Math.round(turn.getTime())).filter((ms) => ms > fromMs && ms < untilMs)
  })
  const ends = [fromMs, ...turns, untilMs].map((ms) => Temporal.Instant.fromEpochMilliseconds(ms))
  return ends.slice(1).map((end, index) => {
    const begin = ends[index] ?? from
    // Not by which end is noon: near the poles the season moves the sun more than the day does.
    return { from: begin, until: end, sinks: elevation(place, end) < elevation(place, begin) }
  })
}

/** When the sun passes an event's height in its direction; what both ends lie on one side of has none. */
export function eventIn(place: Coordinates, event: SunEvent, arc: Arc): Temporal.Instant | undefined {
  const sinks = event === 'sunset' || event === 'civil-dusk'
  if (arc.sinks !== sinks || isBelow(place, event, arc.from) === sinks || isBelow(place, event, arc.until) !== sinks)
    return undefined
  let [before, after] = [arc.from.epochMilliseconds, arc.until.epochMilliseconds]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (isBelowAt(place, event, middle) === sinks) after = middle
    else before = middle
  }
  return Temporal.Instant.fromEpochMilliseconds(after)
}

/** Whether the sun is below the height that it has at this event. */
export function isBelow(place: Coordinates, event: SunEvent, at: Temporal.Instant): boolean {
  return isBelowAt(place, event, at.epochMilliseconds)
}

function isBelowAt({ latitude, longitude }: Coordinates, event: SunEvent, ms: number): boolean {
  return elevationAt(latitude, longitude, ms) < heights[event] + liftBelowHorizon + parallax
}

function elevationAt(latitude: number, longitude: number, ms: number): number {
  return getPosition(new Date(ms), latitude, longitude).altitude
}

/** Where street time and sun differ by hours, a solar day begins anywhere in a civil one: so the neighbours are asked too. */
function solarDays(fromMs: number, untilMs: number): Date[] {
  const days = Math.ceil((untilMs - fromMs) / dayMs)
  return Array.from({ length: days + 3 }, (_, day) => new Date(fromMs + (day - 1) * dayMs))
}
