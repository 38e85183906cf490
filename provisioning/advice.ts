/** Advice on releases, in words: one line each. */
import type { Advice } from '../gateway/disclosure/lint.ts'
import type { Context } from './context.ts'
import type { Language } from './language.ts'
import { purposeText } from './wording.ts'

export function adviceText({ say, language }: Pick<Context, 'say' | 'language'>, advice: Advice): string {
  const { code, release = '', words, because, saves } = advice
  const saved =
    saves === undefined
      ? ''
      : say('advice.saves', {
          messages: Math.round(saves.messages).toLocaleString(language),
          bytes: bytesText(language, saves.bytes),
        })
  const purpose = words['purpose'] === undefined ? {} : { purpose: purposeText(words['purpose'], language) }
  return say(`advice.${code}`, { release, ...words, ...purpose, because: because?.[language] ?? '', saves: saved })
}

const sizes = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const
const octets = { GB: 'Go', MB: 'Mo', kB: 'ko' } as const

function bytesText(language: Language, bytes: number): string {
  const [name, size] = sizes.find(([, size]) => bytes >= size) ?? ['kB', 1e3]
  return `${(bytes / size).toLocaleString(language, { maximumSignificantDigits: 2 })} ${language === 'fr' ? octets[name] : name}`
}
