/** Moments and places told no finer than declared. */
import type { Calendar, Span } from './calendar.ts'

/** The moment's multiple of `timeMs` on the street's calendar, which is not after it. */
export function coarseMs(atMs: number, timeMs: number, calendar: Calendar): number {
  return calendar(atMs, timeMs).fromMs
}

/** A span that is told as from one multiple to another, and so tells no more of its ends. */
export function coarseSpan({ fromMs, untilMs }: Span, timeMs: number, calendar: Calendar): Span {
  const last = calendar(Math.max(fromMs, untilMs - 1), timeMs)
  return { fromMs: coarseMs(fromMs, timeMs, calendar), untilMs: last.untilMs }
}

interface Place {
  readonly latitude: number
  readonly longitude: number
}

/** The middle of the field of so many degrees in which the place lies: the same for all places in it. */
export function coarsePlace({ latitude, longitude }: Place, degrees: number): Place {
  const middle = (value: number, most: number) => {
    const field = Math.floor(value / degrees) * degrees + degrees / 2
    // 0.30000000000000004 is no honest tenth
    return Number(Math.min(most, Math.max(-most, field)).toFixed(6))
  }
  return { latitude: middle(latitude, 90), longitude: middle(longitude, 180) }
}
