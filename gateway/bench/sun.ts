/** How far our sun is from astronomy-engine's, over many places and nights. */
import { Body, Observer, SearchAltitude, SearchRiseSet } from 'astronomy-engine'
import { dice } from '../../drivers/testing/dice.ts'
import { eventsBetween } from '../control/sun.ts'
import type { SunEvent } from '../site.ts'

export interface SunError {
  readonly worstS: number
  readonly seed: number
  readonly places: number
  /** events that both found, and compared */
  readonly compared: number
  /** events that only one of the two found: the sun grazes the height there */
  readonly onlyOne: number
  /** where the worst one was */
  readonly at: string
}

const dayMs = 86_400_000
const events: readonly SunEvent[] = ['sunset', 'civil-dusk', 'civil-dawn', 'sunrise']

/** Places from 60° S to 65° N, nights from 2024 to 2044. */
export function sunError({ seed, places }: { seed: number; places: number }): SunError {
  const random = dice(seed)
  const worst = { s: 0, at: '' }
  let compared = 0
  let onlyOne = 0
  for (let place = 0; place < places; place++) {
    const latitude = -60 + 125 * random()
    const longitude = -180 + 360 * random()
    // A night from solar noon to solar noon, wherever it is.
    const noonMs = Math.floor((Date.UTC(2024, 0, 1) + random() * 20 * 365.25 * dayMs) / dayMs) * dayMs
    const from = Temporal.Instant.fromEpochMilliseconds(Math.round(noonMs + dayMs / 2 - (longitude / 360) * dayMs))
    const until = from.add({ hours: 24 })
    for (const event of events) {
      const ours = eventsBetween({ latitude, longitude }, event, from, until)[0]
      const theirs = theirEvent(new Observer(latitude, longitude, 0), event, from, until)
      if (ours === undefined || theirs === undefined) {
        if ((ours === undefined) !== (theirs === undefined)) onlyOne++
        continue
      }
      compared++
      const s = Math.abs(ours.epochMilliseconds - theirs) / 1_000
      if (s > worst.s) {
        worst.s = s
        worst.at = `${event} at ${latitude.toFixed(2)}, ${longitude.toFixed(2)}, ${ours.toString({ smallestUnit: 'second' })}`
      }
    }
  }
  return { worstS: worst.s, seed, places, compared, onlyOne, at: worst.at }
}

function theirEvent(
  observer: Observer,
  event: SunEvent,
  from: Temporal.Instant,
  until: Temporal.Instant,
): number | undefined {
  const direction = event === 'sunset' || event === 'civil-dusk' ? -1 : 1
  const begin = new Date(from.epochMilliseconds)
  const found =
    event === 'sunset' || event === 'sunrise'
      ? SearchRiseSet(Body.Sun, observer, direction, begin, 1)
      : SearchAltitude(Body.Sun, observer, direction, begin, 1, -6)
  const ms = found?.date.getTime()
  return ms !== undefined && ms < until.epochMilliseconds ? ms : undefined
}
