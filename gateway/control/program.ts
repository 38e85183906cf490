/** What a segment's program asks for tonight, from noon to noon (TALQ's `dayOffset` 12): pure. */
import type { Place, SiteProgram } from '../site.ts'
import { elevation, eventsBetween, heights, lowestBetween } from './sun.ts'

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
    until: instantOf(dayOf(date, program.late.until), program.late.until),
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
 * that of its second, once it rises again. So where twilight never ends, a program until civil dawn ends when the sun is
 * lowest; a polar night is lit throughout, and a polar day not at all. Beyond the polar circles, where the street's noon may
 * be dark and its day short, there may be several such periods.
 */
function litPeriods(program: SiteProgram, place: Place, from: Temporal.Instant, until: Temporal.Instant): Period[] {
  const lowest = lowestBetween(place, from, until)
  const sinking = walk(program, place, from, lowest, heights[program.from.event])
  const rising = walk(program, place, lowest, until, heights[program.until.event])
  const [last, first] = [sinking.at(-1), rising[0]]
  const joined = last?.until.equals(lowest) === true && first?.from.equals(lowest) === true
  const periods = joined
    ? [...sinking.slice(0, -1), { from: last.from, until: first.until }, ...rising.slice(1)]
    : [...sinking, ...rising]
  return periods.filter((period) => Temporal.Instant.compare(period.from, period.until) < 0)
}

/** The periods of one half of a night: `dark` is the height below which it is dark at its beginning. */
function walk(
  program: SiteProgram,
  place: Place,
  from: Temporal.Instant,
  until: Temporal.Instant,
  dark: number,
): Period[] {
  const edges = [
    ...eventsBetween(place, program.from.event, from, until).map((at) => ({ at, darkens: true })),
    ...eventsBetween(place, program.until.event, from, until).map((at) => ({ at, darkens: false })),
  ].sort((a, b) => Temporal.Instant.compare(a.at, b.at))
  const periods: Period[] = []
  let since = elevation(place, from) < dark ? from : undefined
  for (const { at, darkens } of edges) {
    if (darkens) since ??= at.add({ minutes: program.from.offsetMinutes })
    else if (since !== undefined) {
      periods.push({ from: since, until: at.add({ minutes: program.until.offsetMinutes }) })
      since = undefined
    }
  }
  return since === undefined ? periods : [...periods, { from: since, until }]
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
