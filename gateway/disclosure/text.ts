/** A sentence in both languages, and how it is said in one. */
import { typeset } from '../../drivers/french.ts'

export const languages = ['en', 'fr'] as const
export type Language = (typeof languages)[number]

export type Text = Readonly<Record<Language, string>>

/** The sentence with its `{words}` filled in; French with the spaces that it wants. */
export function said(text: Text, language: Language, words: Readonly<Record<string, string | number>> = {}): string {
  const sentence = language === 'fr' ? typeset(text.fr) : text.en
  return sentence.replaceAll(/\{([a-z]+)\}/g, (hole, name: string) => String(words[name] ?? hole))
}

/** The same in both languages at once, for what is told to machines. */
export function inBoth(make: (language: Language) => string): { en: string; fr: string } {
  return { en: make('en'), fr: make('fr') }
}

/** `3y`, as the site file writes a retention, in words. */
export function retentionSaid(retention: string): { en: string; fr: string } {
  const n = parseInt(retention)
  const words = retentionWords[retention.at(-1) ?? '']
  if (words === undefined || Number.isNaN(n)) return { en: retention, fr: retention }
  const { en, fr } = words
  // French counts in the singular up to below two
  return { en: `${n} ${n === 1 ? en[0] : en[1]}`, fr: `${n} ${n < 2 ? fr[0] : fr[1]}` }
}

/** One, and many. */
const retentionWords: Readonly<Record<string, Readonly<Record<Language, readonly [string, string]>>>> = {
  d: { en: ['day', 'days'], fr: ['jour', 'jours'] },
  m: { en: ['month', 'months'], fr: ['mois', 'mois'] },
  y: { en: ['year', 'years'], fr: ['an', 'ans'] },
}
