import { describe, expect, test } from 'vitest'
import { sunError } from '../bench/sun.ts'
import { arcsBetween, elevation, eventsBetween } from './sun.ts'
import type { SunEvent } from '../site.ts'

const paris = { latitude: 48.8566, longitude: 2.3522 }
const brest = { latitude: 48.39, longitude: -4.486 }
const marseille = { latitude: 43.2965, longitude: 5.3698 }
const tromso = { latitude: 69.6492, longitude: 18.9553 }

/** On this day of UTC. */
function on(date: string, place: typeof paris, event: SunEvent): Temporal.Instant[] {
  const from = Temporal.Instant.from(`${date}T00:00:00Z`)
  return eventsBetween(place, event, from, from.add({ hours: 24 }))
}

const apartS = (found: Temporal.Instant | undefined, expected: string) =>
  Math.abs((found?.epochMilliseconds ?? Infinity) - Temporal.Instant.from(expected).epochMilliseconds) / 1_000

// NOAA's, to two minutes.
const known: [string, typeof paris, SunEvent, time: string][] = [
  ['2026-03-20', paris, 'sunrise', '05:53:41'],
  ['2026-03-20', paris, 'sunset', '18:03:16'],
  ['2026-03-20', paris, 'civil-dawn', '05:22:14'],
  ['2026-03-20', paris, 'civil-dusk', '18:34:48'],
  ['2026-06-21', paris, 'sunrise', '03:46:56'],
  ['2026-06-21', paris, 'sunset', '19:57:53'],
  ['2026-06-21', paris, 'civil-dawn', '03:04:15'],
  ['2026-06-21', paris, 'civil-dusk', '20:40:33'],
  ['2026-12-21', paris, 'sunrise', '07:41:15'],
  ['2026-12-21', paris, 'sunset', '15:56:03'],
  ['2026-12-21', paris, 'civil-dawn', '07:03:56'],
  ['2026-12-21', paris, 'civil-dusk', '16:33:22'],
  ['2026-12-21', brest, 'sunrise', '08:06:35'],
  ['2026-12-21', brest, 'sunset', '16:25:27'],
  ['2026-06-21', marseille, 'sunrise', '03:58:20'],
  ['2026-06-21', marseille, 'sunset', '19:22:20'],
  ['2026-12-21', tromso, 'civil-dawn', '08:31:13'],
  ['2026-12-21', tromso, 'civil-dusk', '12:53:13'],
]

test.each(known)('%s %o: %s at %s', (date, place, event, time) => {
  expect(apartS(on(date, place, event)[0], `${date}T${time}Z`)).toBeLessThan(120)
})

test('Tromsø has no night in June and no sunrise in December', () => {
  for (const event of ['sunset', 'sunrise', 'civil-dusk', 'civil-dawn'] as const)
    expect(on('2026-06-21', tromso, event)).toEqual([])
  expect([on('2026-12-21', tromso, 'sunrise'), on('2026-12-21', tromso, 'sunset')]).toEqual([[], []])
})

test.each([
  ['2026-11-26', 1],
  ['2026-11-27', 1],
  ['2026-11-28', 0],
  ['2027-01-14', 0],
  ['2027-01-15', 1],
])('on %s, around its polar night, Tromsø has %i sunrise and as many sunsets', (date, times) => {
  expect([on(date, tromso, 'sunrise'), on(date, tromso, 'sunset')].map(({ length }) => length)).toEqual([times, times])
})

// In the last one is a place where it is darker than civil twilight for nine minutes only, where a little height is much time.
test.each([20_261_122, 1, 121])(
  'a thousand places and nights are within a minute of astronomy-engine (seed %i)',
  { timeout: 60_000 },
  (seed) => {
    const { worstS, compared, onlyOne } = sunError({ seed, places: 1_000 })
    expect(worstS).toBeLessThan(60)
    expect(compared).toBeGreaterThan(3_800)
    expect(onlyOne).toBe(0)
  },
)

describe('at the poles', () => {
  test.each([90, 89.999, 66.56, -66.56, -89.999, -90])('latitude %f: a year without NaN', (latitude) => {
    let looked = 0
    for (const longitude of [-180, -60.5, 0, 99.9, 180])
      for (let day = 0; day < 366; day += 3) {
        const from = Temporal.Instant.from('2026-01-01T12:00:00Z').add({ hours: 24 * day })
        const until = from.add({ hours: 24 })
        const place = { latitude, longitude }
        for (const event of ['sunset', 'sunrise', 'civil-dusk', 'civil-dawn'] as const)
          for (const at of eventsBetween(place, event, from, until)) {
            expect(at.epochMilliseconds).toBeGreaterThanOrEqual(from.epochMilliseconds)
            expect(at.epochMilliseconds).toBeLessThanOrEqual(until.epochMilliseconds)
          }
        expect(Number.isFinite(elevation(place, from))).toBe(true)
        const arcs = arcsBetween(place, from, until)
        expect([arcs[0]?.from, ...arcs.map((arc) => arc.until)]).toEqual([...arcs.map((arc) => arc.from), until])
        expect(arcs.length).toBeGreaterThanOrEqual(2)
        looked++
      }
    expect(looked).toBe(610)
  })
})
