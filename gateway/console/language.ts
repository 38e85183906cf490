/** The two languages of the console, and which one a person reads. */
export const languages = ['en', 'fr'] as const
export type Language = (typeof languages)[number]

export function isLanguage(text: string | undefined): text is Language {
  return languages.some((language) => language === text)
}

/** What was chosen before, else the first of the browser's languages that we speak, else English. */
export function languageOf(kept: string | undefined, browsers: readonly string[]): Language {
  if (isLanguage(kept)) return kept
  return browsers.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}
