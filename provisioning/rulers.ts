/** Who rules a segment, as people read it. */
import type { RulerTold, SegmentStatus } from '../gateway/local/answers.ts'
import { isMessage, type MessageKey, type Say } from './messages.ts'

/** `at 60 %`, `off`. */
export function levelText(say: Say, level: number): string {
  return level === 0 ? say('level.off') : say('level.at', { level: Math.round(level * 10) / 10 })
}

/** `the program (evening)`, `m.durand: “night market”`. */
export function rulerText(say: Say, { priority, source, reason, ground }: RulerTold): string {
  return say(`rules.${priority}` as MessageKey, { who: source.who, reason, ground: groundText(say, ground) })
}

/** `because the program says so (evening)`; of what is past, `because the program said so (evening)`. */
export function becauseText(say: Say, { priority, source, reason, ground }: RulerTold, isPast: boolean): string {
  const what =
    ground === 'no-trusted-time' ? 'no-trusted-time' : ground?.startsWith('photocell') ? 'photocell' : priority
  const then = `why.then.${what}`
  const key = isPast && isMessage(then) ? then : (`why.because.${what}` as MessageKey)
  const because = reason === '' ? '' : ` (${reason})`
  return say(key, { who: source.who, reason, because, ground: groundText(say, ground) })
}

/** How the last write went, with the reason where there is one. */
export function stateText(
  say: Say,
  state: Exclude<SegmentStatus['state'], 'applied'>,
  because: string | undefined,
): string {
  const text = say(`wrote.${state}`)
  return because === undefined ? text : `${text} (${reasonText(say, because)})`
}

/** Words for a reason that has a code; one in a person's or a device's words as it is. */
export function reasonText(say: Say, reason: string): string {
  const key = `reason.${reason}`
  return isMessage(key) ? say(key) : reason
}

function groundText(say: Say, ground: string | undefined): string {
  return ground === undefined ? '' : say(`ground.${ground}` as MessageKey)
}

/** A moment on the street's clock, with its day where that is not today: `23:14`, `23 h 14`, `05:00 (Tue, Dec 22)`. */
export function momentText(
  language: 'en' | 'fr',
  at: Temporal.Instant,
  { zone, now }: { zone: string; now: Temporal.Instant },
): string {
  const there = at.toZonedDateTimeISO(zone)
  const hour = String(there.hour).padStart(2, '0')
  const minute = String(there.minute).padStart(2, '0')
  const time = language === 'fr' ? `${hour} h ${minute}` : `${hour}:${minute}`
  if (there.toPlainDate().equals(now.toZonedDateTimeISO(zone).toPlainDate())) return time
  const day = there.toLocaleString(language, { weekday: 'short', day: 'numeric', month: 'short' })
  return `${time} (${day})`
}
