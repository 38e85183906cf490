/** What is wrong with a gateway, as people read it: the sentences that `fanal up` says when it begins. */
import type { Alarm } from '../gateway/local/answers.ts'
import type { Language } from './language.ts'
import { isMessage, type Say } from './messages.ts'
import { reasonText } from './rulers.ts'
import { troubleText } from './troubles.ts'

/** The bare code, of a gateway of a newer release. */
export function alarmText(say: Say, language: Language, { code, of, words }: Alarm): string {
  const { code: trouble = '', url = '', where = '', detail = '', because = '', reason = '' } = words
  switch (code) {
    case 'time-unknown':
      return say('up.time-unknown', { reason: reasonText(say, reason) })
    case 'time-holdover':
      return say('up.time-holdover')
    case 'line-down':
      return say('status.alarm-of', { of, what: troubleText(language, trouble, { url }) })
    case 'line-foreign-master':
    case 'line-echo':
    case 'line-noise':
      return say(`up.${code}`, { line: of })
    case 'device-dead':
      return say('up.device-dead', { device: of })
    case 'device-doubt':
      return say('up.device-doubt', { ...words, device: of, because: reasonText(say, because) })
    case 'profile-defect':
      return say('up.profile-defect', { registers: '', profile: '', ...words, device: of })
    case 'write-trouble':
      return say('up.write-trouble', { ...words, because: reasonText(say, because) })
    case 'unarmed':
      return say('up.unarmed', { device: of, because: reasonText(say, because) })
    case 'site-refused':
      return say('up.site-refused', { code: trouble })
    case 'outbox-trouble':
      return outboxText(say, trouble)
    case 'keeping-trouble':
      return say('up.keeping-trouble', { code: trouble })
    case 'history-trouble':
      return say('up.history-trouble', { code: trouble })
    case 'uplink-down':
      return troubleText(language, trouble, { where, detail })
    case 'release-refused':
      return say('status.alarm-of', { of, what: troubleText(language, trouble, { where, detail }) })
    case 'unlocked':
      return say('up.unlocked', { line: of, who: words['who'] ?? '', reason })
    default:
      return of === '' ? code : say('status.alarm-of', { of, what: code })
  }
}

function outboxText(say: Say, code: string): string {
  const key = `fault.${code}`
  return isMessage(key) ? say(key, { detail: code }) : code
}
