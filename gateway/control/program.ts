/** What a segment's program asks for tonight, from noon to noon (TALQ's `dayOffset` 12): pure. */
import type { Place, SiteProgram } from '../site.ts'
import { arcsBetween, eventIn, isBelow } from './sun.ts'

/** `ground` says why, in the words of `ruling.ts`. */
export interface Slot {
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant
  /** the same in milliseconds since 1970: asked for at every turn */
  readonly fromMs: number
  readonly untilMs: number
  readonly level: number
  readonly ground: 'day' | 'evening' | 'late' | 'morning'
}

/** From one noon of the street's clock to the next. */
export interface Night {
  /** of its first noon */
  readonly date: Temporal.PlainDate
  readonly fromMs: number
  readonly untilMs: number
  /** one after the other, none empty, covering all of it */
  readonly slots: readonly Slot[]
}

const noon = Temporal.PlainTime.from('12:00')

/** The night that a moment lies in. */
export function nightOf(program: SiteProgram, place: Place, at: Temporal.Instant): Night {
  const local = at.toZonedDateTimeISO(place.time_zone)
  const date = local.hour < 12 ? local.toPlainDate().subtract({ days: 1 }) : local.toPlainDate()
  const instantOf = (day: Temporal.PlainDate, time: Temporal.PlainTime) =>
    day.toZonedDateTime({ timeZone: place.time_zone, plainTime: time }).toInstant()
  const [from, until] = [instantOf(date, noon), instantOf(date.add({ days: 1 }), noon)]

  const late = program.late && {
    level: program.late.level,
    from: instantOf(dayOf(date, program.late.from), program.late.from),
    // At noon it ends with the night, not where the night begins.
    until: program.late.until.equals(noon) ? until : instantOf(dayOf(date, program.late.until), program.late.until),
  }
  const slots = slotsOf(program.level, late, litPeriods(program, place, from, until), from, until)
  return { date, fromMs: from.epochMilliseconds, untilMs: until.epochMilliseconds, slots }
}

export function slotAt({ slots }: Night, at: Temporal.Instant): Slot {
  const ms = at.epochMilliseconds
  const slot = slots.findLast(({ fromMs }) => fromMs <= ms) ?? slots[0]
  if (slot === undefined) throw new RangeError('a night without slots')
  return slot
}

/** Times before noon belong to the day after the first noon. */
function dayOf(date: Temporal.PlainDate, time: Temporal.PlainTime): Temporal.PlainDate {
  return Temporal.PlainTime.compare(time, noon) < 0 ? date.add({ days: 1 }) : date
}

interface Period {
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant
}

/**
 * When there is to be light: while the sun is below the height of the program's first event, as long as it sinks, and below
 * that of its second, while it rises. So where twilight never ends, a program from civil dusk gives none (light is for the
 * dark), and one from sunset until civil dawn ends when the sun is lowest; a polar night is lit throughout, and a polar day
 * not at all. There may be several such periods: where the street's noon is before sunrise, and beyond the polar circles.
 * Offsets move the sun's events only, not the ends of a polar night.
 */
function litPeriods(program: SiteProgram, place: Place, from: Temporal.Instant, until: Temporal.Instant): Period[] {
  const periods: Period[] = []
  // The days on both sides too: what began there, or is brought forward by its offset, may reach into this one.
  for (const arc of arcsBetween(place, from.subtract({ hours: 24 }), until.add({ hours: 24 }))) {
    const { event, offsetMinutes } = arc.sinks ? program.from : program.until
    const passed = eventIn(place, event, arc)
    if (passed === undefined && !isBelow(place, event, arc.from)) continue
    const at = passed?.add({ minutes: offsetMinutes })
    const period = arc.sinks ? { from: at ?? arc.from, until: arc.until } : { from: arc.from, until: at ?? arc.until }
    const last = periods.at(-1)
    if (last?.until.equals(period.from)) periods[periods.length - 1] = { from: last.from, until: period.until }
    else periods.push(period)
  }
  return periods.filter((period) => Temporal.Instant.compare(period.from, period.until) < 0)
}

interface Late extends Period {
  readonly level: number
}

function slotsOf(
  level: number,
  late: Late | undefined,
  lit: readonly Period[],
  noonBefore: Temporal.Instant,
  noonAfter: Temporal.Instant,
): Slot[] {
  const slots: Slot[] = []
  let at = noonBefore
  /** Goes on to `end`; what would be empty is left out, so a morning that the sun has overtaken is none. */
  const upTo = (end: Temporal.Instant, levelThere: number, ground: Slot['ground']) => {
    const until = earlier(end, noonAfter)
    if (Temporal.Instant.compare(at, until) >= 0) return
    slots.push({
      from: at,
      until,
      fromMs: at.epochMilliseconds,
      untilMs: until.epochMilliseconds,
      level: levelThere,
      ground,
    })
    at = until
  }
  const hasLate = late !== undefined && Temporal.Instant.compare(late.from, late.until) < 0
  for (const period of lit) {
    upTo(period.from, 0, 'day')
    upTo(hasLate ? earlier(late.from, period.until) : period.until, level, 'evening')
    if (hasLate) upTo(earlier(late.until, period.until), late.level, 'late')
    upTo(period.until, level, 'morning')
  }
  upTo(noonAfter, 0, 'day')
  return slots
}

function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b
}
