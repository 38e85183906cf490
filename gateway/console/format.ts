/** Numbers, spans, moments and units as people of each language write them. `Intl` only: phones need not know Temporal. */
import type { Language } from './language.ts'

/** no-break space */
const nbsp = '\u00a0'

const locales = { en: 'en-GB', fr: 'fr-FR' } as const satisfies Record<Language, string>

export interface Form {
  readonly language: Language
  readonly zone: string
  number(value: number, digits?: number): string
  /** with its unit, unless that is `1` */
  quantity(value: number, unit: string, digits: number): string
  percent(value: number): string
  /** `5 s`, `38 min`, `2 h 05`: as coarse as one needs to know */
  span(ms: number): string
  /** `23:14`, `23 h 14`; with its day where that is not the day of `nowMs` */
  moment(ms: number, nowMs: number): string
  /** with seconds */
  exact(ms: number): string
  /** with its day, always */
  dated(ms: number): string
  time(ms: number): string
  /** a calendar day, `2026-12-21` */
  day(text: string): string
  bytes(count: number): string
}

export function formIn(language: Language, zone: string | undefined): Form {
  const locale = locales[language]
  const timeZone = knownZone(zone)
  const digitsOf = new Map<number, Intl.NumberFormat>()
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
  const exactClock = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  })
  const dayNumber = new Intl.DateTimeFormat('en-CA', { timeZone })
  const day = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone })

  const calendar = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

  const number = (value: number, digits = 0) => {
    let format = digitsOf.get(digits)
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
      digitsOf.set(digits, format)
    }
    return format.format(value)
  }
  const time = (ms: number) => {
    const text = clock.format(ms)
    return language === 'fr' ? text.replace(':', `${nbsp}h${nbsp}`) : text
  }
  const dayOf = (ms: number) => day.format(ms).replaceAll(' ', nbsp)
  return {
    language,
    zone: timeZone,
    number,
    quantity: (value, unit, digits) => number(value, digits) + (unit === '1' || unit === '' ? '' : nbsp + unit),
    percent: (value) => `${number(value, Number.isInteger(value) || value >= 10 ? 0 : 1)}${nbsp}%`,
    span: (ms) => spanText(ms, language, number),
    moment: (ms, nowMs) => (dayNumber.format(ms) === dayNumber.format(nowMs) ? time(ms) : `${time(ms)} (${dayOf(ms)})`),
    exact: (ms) => exactClock.format(ms),
    dated: (ms) => `${dayOf(ms)}, ${time(ms)}`,
    time,
    day: (text) => {
      const ms = Date.parse(`${text}T12:00:00Z`)
      return Number.isNaN(ms) ? text : calendar.format(ms).replaceAll(' ', nbsp)
    },
    bytes: (count) => bytesText(count, language, number),
  }
}

/** A zone that this browser does not know is no reason to show nothing. */
function knownZone(zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', zone === undefined ? {} : { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

const dayLetter = { en: 'd', fr: 'j' } as const satisfies Record<Language, string>

function spanText(ms: number, language: Language, number: (value: number) => string): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 60) return `${seconds}${nbsp}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}${nbsp}min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) {
    const rest = minutes % 60
    return `${hours}${nbsp}h${rest === 0 ? '' : nbsp + String(rest).padStart(2, '0')}`
  }
  const days = Math.floor(hours / 24)
  const rest = hours % 24
  return `${number(days)}${nbsp}${dayLetter[language]}${rest === 0 || days > 6 ? '' : `${nbsp}${rest}${nbsp}h`}`
}

const byteUnits = { en: ['B', 'kB', 'MB', 'GB', 'TB'], fr: ['o', 'ko', 'Mo', 'Go', 'To'] } as const

function bytesText(count: number, language: Language, number: (value: number, digits?: number) => string): string {
  let value = count
  let step = 0
  while (value >= 999.5 && step < 4) {
    value /= 1_000
    step++
  }
  const digits = step === 0 || value >= 100 ? 0 : 1
  return `${number(value, digits)}${nbsp}${byteUnits[language][step] ?? ''}`
}

/** The words for people in which a moment stands as ISO text. */
export function withMoments(
  words: Readonly<Record<string, string | number>>,
  form: Form,
  nowMs: number,
): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(words).map(([name, word]) => {
      if (typeof word === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(word)) {
        const ms = Date.parse(word)
        if (!Number.isNaN(ms)) return [name, form.moment(ms, nowMs)]
      }
      return [name, typeof word === 'number' ? form.number(word, Number.isInteger(word) ? 0 : 1) : word]
    }),
  )
}
