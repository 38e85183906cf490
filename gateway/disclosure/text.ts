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
  const [, count = '0', unit = ''] = /^(\d+)([dmy])$/.exec(retention) ?? []
  const n = Number(count)
  const [en, fr, frMany] = { d: ['day', 'jour', 'jours'], m: ['month', 'mois', 'mois'], y: ['year', 'an', 'ans'] }[
    unit as 'd' | 'm' | 'y'
  ] ?? [unit, unit, unit]
  // French counts in the singular up to below two
  return { en: `${n} ${en ?? ''}${n === 1 ? '' : 's'}`, fr: `${n} ${(n < 2 ? fr : frMany) ?? ''}` }
}
