/** Troubles of lines and broker, and refusals of commands, as people read them: what, where, what to do. */
import { isLineErrorCode, lineTrouble } from '../drivers/line-error.ts'
import { isRefusalCode, refusalText } from '../gateway/control/messages.ts'
import { brokerTrouble, isBrokerFault } from '../gateway/uplink/messages.ts'
import { typeset } from '../drivers/french.ts'
import type { Language } from './language.ts'

export function troubleText(
  language: Language,
  code: string,
  words: { url?: string; where?: string; detail?: string },
): string {
  if (isLineErrorCode(code)) return lineTrouble(code, words.url ?? '', language)
  if (!isBrokerFault(code)) return code
  const text = brokerTrouble({ code, where: words.where ?? '', detail: words.detail ?? '' }, language)
  return language === 'fr' ? typeset(text) : text
}

/** Why a command was refused. */
export function refusalSaid(
  language: Language,
  code: string,
  words: Readonly<Record<string, string | number>>,
): string {
  if (!isRefusalCode(code)) return code
  const text = refusalText(code, words, language)
  return language === 'fr' ? typeset(text) : text
}
