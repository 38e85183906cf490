import { nightOf, slotAt } from '../control/program.ts'
import { eventsBetween } from '../control/sun.ts'
import { segmentOf } from '../control/testing/segments.ts'
import { compilePolicy } from '../disclosure/policy.ts'
import { disclose, noWindows } from '../disclosure/disclose.ts'
import { good } from '../../drivers/reading.ts'
import { siteSchema, type Place } from '../site.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

/** Zones that change their clocks by an hour, by half of one, in the south, and by law only lately; and one that never does. */
const places: readonly Place[] = [
  { latitude: 48.27, longitude: 7.4, time_zone: 'Europe/Paris' },
  { latitude: -31.55, longitude: 159.08, time_zone: 'Australia/Lord_Howe' },
  { latitude: -33.45, longitude: -70.67, time_zone: 'America/Santiago' },
  { latitude: 64.14, longitude: -21.94, time_zone: 'Atlantic/Reykjavik' },
  { latitude: 30.04, longitude: 31.24, time_zone: 'Africa/Cairo' },
]
/** On the days of change one of these does not exist, or exists twice. */
const lateFroms = ['22:30', '23:00', '00:30', '02:30'] as const
const lateUntils = ['03:30', '05:00'] as const
const dayMs = 86_400_000

/** The days of a year that are not 24 hours long, and their neighbours; where there are none, some others. */
function daysOf(place: Place, year: number): Temporal.PlainDate[] {
  const first = Temporal.PlainDate.from({ year, month: 1, day: 1 })
  const days = Array.from({ length: first.daysInYear }, (_, day) => first.add({ days: day }))
  const changing = days.filter((day) => day.toZonedDateTime(place.time_zone).hoursInDay !== 24)
  return (changing.length > 0 ? changing : [first]).flatMap((day) => [-1, 0, 1].map((days) => day.add({ days })))
}

function programs(
  place: Place,
  reckonedIn: string,
  minutes: number,
  broken: string[],
): { nights: number; changes: number } {
  let nights = 0
  let changes = 0
  for (const day of daysOf(place, 2027))
    for (const from of lateFroms)
      for (const until of lateUntils) {
        const { declared } = segmentOf({
          program: { from: 'sunset', until: 'sunrise', level: 100, late: { from, until, level: 50 } },
        })
        const noon = day.toZonedDateTime({ timeZone: place.time_zone, plainTime: '12:00' })
        const next = day.add({ days: 1 }).toZonedDateTime({ timeZone: place.time_zone, plainTime: '12:00' })
        const said = `${place.time_zone} ${day.toString()} late ${from}–${until}`
        const night = nightOf(declared.program, { ...place, time_zone: reckonedIn }, noon.add({ hours: 1 }).toInstant())
        nights++
        if (next.epochMilliseconds - noon.epochMilliseconds !== dayMs) changes++
        // Whole: from noon to noon on the street's clock, whether that is 23, 24 or 25 hours.
        if (night.fromMs !== noon.epochMilliseconds || night.untilMs !== next.epochMilliseconds)
          broken.push(`${said}: its night is not from noon to noon`)
        // At each of these minutes: lit while the sun is down, late by the street's clock, and each change once.
        const sunset = eventsBetween(place, 'sunset', noon.toInstant(), next.toInstant())[0]
        const sunrise = eventsBetween(place, 'sunrise', noon.toInstant(), next.toInstant())[0]
        const grounds: string[] = []
        for (let at = noon.toInstant(); Temporal.Instant.compare(at, next.toInstant()) < 0; at = at.add({ minutes })) {
          const { level, ground } = slotAt(night, at)
          if (grounds.at(-1) !== ground) grounds.push(ground)
          const isDown = sunset !== undefined && sunrise !== undefined && isBetween(at, sunset, sunrise)
          const isLate = isLateAt(at.toZonedDateTimeISO(place.time_zone), day, from, until)
          const must = isDown ? (isLate ? 50 : 100) : 0
          if (level === must) continue
          broken.push(`${said}: at ${at.toZonedDateTimeISO(place.time_zone).toString()} ${level} %, not ${must} %`)
          break
        }
        if (
          new Set(grounds.filter((ground) => ground !== 'day')).size < grounds.filter((each) => each !== 'day').length
        )
          broken.push(`${said}: ${grounds.join(', ')}`)
      }
  return { nights, changes }
}

function isBetween(at: Temporal.Instant, from: Temporal.Instant, until: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, until) < 0
}

/**
 * By the street's clock, on paper: a time that is skipped is as much later as the clock jumps, and of a time that comes
 * twice the first counts (RFC 5545, 3.3.5: what Temporal calls `compatible`).
 */
function isLateAt(at: Temporal.ZonedDateTime, evening: Temporal.PlainDate, from: string, until: string): boolean {
  const moment = (time: string) =>
    evening
      .add({ days: time < '12:00' ? 1 : 0 })
      .toZonedDateTime({ timeZone: at.timeZoneId, plainTime: Temporal.PlainTime.from(time) })
  return Temporal.ZonedDateTime.compare(at, moment(from)) >= 0 && Temporal.ZonedDateTime.compare(at, moment(until)) < 0
}

/** Quarters of an hour, over a day of change: each once, each 15 minutes, none at odds with UTC. */
function intervals(place: Place, broken: string[]): number {
  const releases = siteSchema.shape.releases.parse({
    bill: {
      points: ['meter.power_active'],
      purpose: 'energy_efficiency',
      basis: 'public-task',
      recipient: { name: 'Ville', role: 'controller' },
      treatment: [{ aggregate: { every: '15m', of: ['mean'] } }],
      delivery: 'durable',
      retention: '3y',
    },
  })
  const policy = compilePolicy(releases, new Map([['meter.power_active', 'power_active']]))
  let counted = 0
  for (const day of daysOf(place, 2027)) {
    const [from, until] = [day, day.add({ days: 1 })].map((date) => date.toZonedDateTime(place.time_zone).toInstant())
    if (from === undefined || until === undefined) throw new RangeError('a day without ends')
    let state = noWindows()
    const windows: [fromMs: number, untilMs: number][] = []
    for (let at = from; Temporal.Instant.compare(at, until) <= 0; at = at.add({ minutes: 1 }))
      for (const event of [{ tick: at }, { point: 'meter.power_active' as const, at, quality: good, value: 1 }]) {
        const disclosed = disclose(policy, event, state)
        state = disclosed.state
        for (const record of disclosed.out)
          windows.push([record.from.epochMilliseconds, record.until.epochMilliseconds])
      }
    counted += windows.length
    const quarters = (until.epochMilliseconds - from.epochMilliseconds) / 900_000
    const fit = windows.every(
      ([begins, ends], n) => ends - begins === 900_000 && begins === from.epochMilliseconds + n * 900_000,
    )
    if (windows.length !== quarters || !fit)
      broken.push(`${place.time_zone} ${day.toString()}: ${windows.length} of ${quarters} quarters`)
  }
  return counted
}

function look({ short }: FaultContext, zoneOf: (place: Place) => string): Promise<Found> {
  const broken: string[] = []
  const figures = { nights: 0, 'nights of 23 or 25 h': 0, 'billing intervals': 0 }
  for (const place of places) {
    const { nights, changes } = programs(place, zoneOf(place), short ? 5 : 1, broken)
    figures.nights += nights
    figures['nights of 23 or 25 h'] += changes
    figures['billing intervals'] += intervals(place, broken)
  }
  if (figures['nights of 23 or 25 h'] === 0) broken.push('no night of another length was looked at')
  return Promise.resolve({ broken, figures: { looked: figures.nights, ...figures } })
}

/** The street's offset of winter, all year. */
function fixedZone(place: Place): string {
  return Temporal.PlainDate.from('2027-01-15').toZonedDateTime(place.time_zone).offset
}

export const fault: Fault = {
  id: 'F07',
  title: 'the clocks change: days of 23 and 25 hours',
  passes:
    'each minute of these nights has the level that sun and street clock ask for, each part of the night comes once, and billing intervals stay quarters of an hour, none missing, none twice. (Unix time has no leap second.)',
  run: (context) => look(context, (place) => place.time_zone),
  control: { without: 'the zone’s rules (its offset of January all year)', run: (context) => look(context, fixedZone) },
}
