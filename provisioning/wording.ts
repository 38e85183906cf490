/** Values, qualities and ages as people read them. */
import { quantities, quantityNames, type Quantity } from '../drivers/quantities.ts'
import { milliseconds, durationText as millisecondsText } from '../drivers/schema.ts'
import { purposeWords } from '../gateway/disclosure/words.ts'
import type { KnownPoint } from '../gateway/local/answers.ts'
import type { Context } from './context.ts'
import type { Language } from './language.ts'
import type { MessageKey } from './messages.ts'

/** `3 412 W`, `230.1 V`; a dash where there is no value. */
export function valueText({ language }: Pick<Context, 'language'>, { quantity, value, unit }: KnownPoint): string {
  if (value === undefined) return '—'
  if (typeof value !== 'number') return String(value)
  const name = quantityNames.find((known) => known === quantity)
  const digits = (name && (quantities[name] as Quantity).digits) ?? 3
  const number = value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === '1' ? number : `${number} ${unit}`
}

/** `good`, `uncertain: old`, `bad: no answer`. */
export function qualityText({ say }: Pick<Context, 'say'>, { state, reason }: KnownPoint): string {
  const word = say(`quality.${state}`)
  return reason === undefined ? word : `${word}: ${say(`reason.${reason}` as MessageKey)}`
}

/** `840 ms`, `12 s`, `3 min`, `5 h`. */
export function ageText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 3_600_000)} h`
}

/** `2 h`, `1 h 30 min`, `90 s`, `7 d` (`7 j`): exact to the second. */
export function lengthText(language: Language, ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  const length = Temporal.Duration.from({ milliseconds: Math.round(ms) }).round({
    largestUnit: 'days',
    smallestUnit: 'seconds',
  })
  const parts = [
    [length.days, language === 'fr' ? 'j' : 'd'],
    [length.hours, 'h'],
    [length.minutes, 'min'],
    [length.seconds, 's'],
  ] as const
  return parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount} ${unit}`])).join(' ')
}

/** As the site file writes it: `15m`, `10s`. */
export function durationText(duration: Temporal.Duration): string {
  return millisecondsText(milliseconds(duration))
}

/** `2026-12-21T16:00:00Z`: nobody reads a clock finer. */
export function secondText(moment: string): string {
  return Temporal.Instant.from(moment).toString({ smallestUnit: 'second' })
}

/** `efficacité énergétique`; the word of the file where this release of Fanal knows none. */
export function purposeText(purpose: string, language: Language): string {
  const words: Readonly<Record<string, Readonly<Record<Language, string>>>> = purposeWords
  return (Object.hasOwn(words, purpose) ? words[purpose]?.[language] : undefined) ?? purpose
}
