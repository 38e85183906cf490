/** Alarms, troubles and refusals in words: what, where, what to do. */
import { isLineErrorCode, lineTrouble } from '../../drivers/line-error.ts'
import { typeset } from '../../drivers/french.ts'
import { isRefusalCode, refusalText } from '../control/messages.ts'
import type { Alarm, VerdictTold } from '../local/answers.ts'
import type { RefusalTold } from '../local/session.ts'
import { brokerTrouble, isBrokerFault } from '../uplink/messages.ts'
import { withMoments, type Form } from './format.ts'
import { known, reasonText } from './rulers.ts'
import type { Language } from './language.ts'
import { alarmWords, trustReasons } from './words/system.ts'
import { refusals } from './words/frame.ts'

/** What a door answered instead of doing it; `UNREACHABLE`: none answered. */
export type Refusal = RefusalTold | { readonly error: 'UNREACHABLE'; readonly words: Readonly<Record<string, never>> }

export function refusedText({ error, words }: Refusal, form: Form, nowMs: number): string {
  return known(refusals, error, form.language, withMoments(words, form, nowMs))
}

/** Why a command was refused. */
export function verdictRefusal(
  { code, words }: Extract<VerdictTold, { verdict: 'refused' }>,
  form: Form,
  nowMs: number,
): string {
  if (!isRefusalCode(code)) return code
  const text = refusalText(code, withMoments(words, form, nowMs), form.language)
  return form.language === 'fr' ? typeset(text) : text
}

export function troubleText(code: string, words: Readonly<Record<string, string>>, language: Language): string {
  if (isLineErrorCode(code)) return lineTrouble(code, words['url'] ?? '', language)
  if (!isBrokerFault(code)) return code
  const text = brokerTrouble({ code, where: words['where'] ?? '', detail: words['detail'] ?? '' }, language)
  return language === 'fr' ? typeset(text) : text
}

export function alarmText({ code, of, words }: Pick<Alarm, 'code' | 'of' | 'words'>, language: Language): string {
  const { because, reason, code: trouble } = words
  const text = known(alarmWords, code, language, {
    ...words,
    of,
    ...(because === undefined ? {} : { because: reasonText(because, language) }),
    ...(reason === undefined ? {} : { reason: known(trustReasons, reason, language) }),
    ...(trouble === undefined ? {} : { trouble: troubleText(trouble, words, language) }),
  })
  // A trouble that asks something ends its sentence itself.
  return text.replace(/([?!.])\.$/, '$1')
}
