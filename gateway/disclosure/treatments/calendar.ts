/** Windows on the street's calendar: from local midnight on, one each `every` by the street's clock, the last until the next midnight. */

/** From the one, which belongs to it, to the other, which does not; milliseconds since 1970. */
export interface Span {
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * The window of this length that holds the moment. Where clocks are changed, the change ends a window whose end it leaps
 * over, and an hour that comes twice has its windows twice: they are as long as they are, and none is missing or counted twice.
 */
export type Calendar = (atMs: number, everyMs: number) => Span

const dayMs = 86_400_000

/** The shortest window of a day of 24 hours: what is left before midnight, where windows so long do not divide it. */
export function shortestMs(everyMs: number): number {
  return dayMs % everyMs || everyMs
}

/** Remembers the last day that it was asked for: to ask for a zone's rules takes long. */
export function calendarOf(timeZone: string): Calendar {
  let day: readonly Stretch[] = []
  return (atMs, everyMs) => {
    const isToday = atMs >= (day[0]?.fromMs ?? Infinity) && atMs < (day.at(-1)?.untilMs ?? -Infinity)
    if (!isToday) day = stretchesAt(atMs, timeZone)
    const index = day.findIndex(({ untilMs }) => atMs < untilMs)
    return { fromMs: beginOf(day, index, atMs, everyMs), untilMs: endOf(day, index, atMs, everyMs) }
  }
}

/** A part of a day in which the clock is not changed; most days are one. */
interface Stretch extends Span {
  /** what to add to a moment to have the time of day */
  readonly toWallMs: number
}

function stretchesAt(atMs: number, timeZone: string): Stretch[] {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
  const midnightMs = at.toPlainDate().toZonedDateTime('UTC').epochMilliseconds
  const end = at.startOfDay().add({ days: 1 }).startOfDay()
  const stretches: Stretch[] = []
  let from = at.startOfDay()
  while (from.epochMilliseconds < end.epochMilliseconds) {
    const changes = from.getTimeZoneTransition('next')
    const until = changes === null || changes.epochMilliseconds > end.epochMilliseconds ? end : changes
    const toWallMs = from.offsetNanoseconds / 1e6 - midnightMs
    stretches.push({ fromMs: from.epochMilliseconds, untilMs: until.epochMilliseconds, toWallMs })
    from = until
  }
  return stretches
}

/** The latest moment, not after this one, at which the clock showed a multiple, or leapt over one; or the day's first. */
function beginOf(stretches: readonly Stretch[], index: number, atMs: number, everyMs: number): number {
  const stretch = stretches[index]
  const before = stretches[index - 1]
  if (stretch === undefined) return atMs
  const multipleMs = Math.floor((atMs + stretch.toWallMs) / everyMs) * everyMs - stretch.toWallMs
  if (multipleMs >= stretch.fromMs) return multipleMs
  if (before === undefined) return stretch.fromMs
  const leaptFromMs = before.untilMs + before.toWallMs
  return multipleMs + stretch.toWallMs >= leaptFromMs
    ? stretch.fromMs
    : beginOf(stretches, index - 1, before.untilMs - 1, everyMs)
}

function endOf(stretches: readonly Stretch[], index: number, atMs: number, everyMs: number): number {
  const stretch = stretches[index]
  if (stretch === undefined) return atMs
  const multipleMs = (Math.floor((atMs + stretch.toWallMs) / everyMs) + 1) * everyMs - stretch.toWallMs
  if (multipleMs < stretch.untilMs || stretches[index + 1] === undefined) return Math.min(multipleMs, stretch.untilMs)
  return beginOf(stretches, index + 1, stretch.untilMs, everyMs) === stretch.untilMs
    ? stretch.untilMs
    : endOf(stretches, index + 1, stretch.untilMs, everyMs)
}
