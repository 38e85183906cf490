/** Words of the doctor's sentences and commands. */
import type { Language } from '../language.ts'

const prefixes = ['', 'k', 'M', 'G', 'T'] as const

/** `12.3 GB`, `12,3 Go`. */
export function bytesText(bytes: number, language: Language): string {
  const power = Math.min(prefixes.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const digits = power === 0 ? 0 : 1
  const amount = (bytes / 1_000 ** power).toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return `${amount}\u00a0${prefixes[power] ?? ''}${language === 'fr' ? (power === 0 ? 'octets' : 'o') : 'B'}`
}

/** As a shell takes it for one word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
