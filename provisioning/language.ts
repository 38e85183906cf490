/** Which of our two languages a person reads. */
export const languages = ['en', 'fr'] as const
export type Language = (typeof languages)[number]

/** What `--lang` says, else what the environment says (POSIX order), else English. */
export function languageOf(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const asked = argv.flatMap((word, i) =>
    word === '--lang' ? [argv[i + 1]] : word.startsWith('--lang=') ? [word.slice(7)] : [],
  )[0]
  const wanted = asked ?? (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '')
  return /^fr/i.test(wanted) ? 'fr' : 'en'
}
