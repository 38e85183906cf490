/** Who rules, until when, and what comes then. */
import type { RulingTold } from '../../local/answers.ts'
import { useDesk } from '../browser/desk.ts'
import { levelText, rulerText } from '../rulers.ts'

/** Rows for `Facts`. */
export function useRulingRows(ruling: RulingTold): [name: string, what: string][] {
  const { form, say, store, language } = useDesk()
  const nowMs = store.now.value
  const untilMs = ruling.until === undefined ? undefined : Date.parse(ruling.until)
  return [
    [say('rules.by'), rulerText(ruling, language)],
    [
      say('rules.until'),
      untilMs === undefined
        ? say('rules.unknown-end')
        : say('rules.left', { moment: form.moment(untilMs, nowMs), length: form.span(untilMs - nowMs) }),
    ],
    ...(ruling.next === undefined
      ? []
      : [
          [
            say('rules.then'),
            say('rules.then-level', {
              who: rulerText(ruling.next, language),
              level: levelText(say, form, ruling.next.level),
            }),
          ] satisfies [string, string],
        ]),
  ]
}
