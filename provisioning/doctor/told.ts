/** A finding as people read it. */
import { typeset } from '../../drivers/french.ts'
import type { Language } from '../language.ts'
import { troubleText } from '../troubles.ts'
import { known } from './catalogue.ts'
import type { Finding, Subject } from './finding.ts'
import { bytesText } from './wording.ts'

export interface FindingTold {
  readonly of: Subject
  readonly code: string
  readonly state: 'ok' | 'warning' | 'wrong'
  readonly what: string
  readonly why?: string
  /** a command to type, or a page of the manual */
  readonly remedy?: string
}

/** Sizes and moments, which checks leave as they are, as people read them. */
function wordText(name: string, word: string | number, language: Language): string {
  if (name === 'free' && typeof word === 'number') return bytesText(word, language)
  if (name === 'since' || name === 'time') return String(word).replace(/\.\d+Z$/, 'Z')
  return String(word)
}

export function findingTold({ code, words }: Finding, language: Language): FindingTold {
  const { of, state, what, why, remedy } = known(code)
  const said = (text: string) =>
    text.replaceAll(/\{([a-z-]+)\}/g, (whole, name: string) => wordText(name, words[name] ?? whole, language))
  const inLanguage = (text: Readonly<Record<Language, string>>) => said(language === 'fr' ? typeset(text.fr) : text.en)
  const { code: trouble = '', url = '', where = '', detail = '' } = words
  return {
    of,
    code,
    state,
    what:
      what === undefined
        ? troubleText(language, String(trouble), { url: String(url), where: String(where), detail: String(detail) })
        : inLanguage(what),
    ...(why === undefined ? {} : { why: inLanguage(why) }),
    ...(remedy === undefined ? {} : { remedy: said(remedy) }),
  }
}
