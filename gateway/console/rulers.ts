/** Who rules a segment, as people read it. */
import type { RulerTold } from '../local/answers.ts'
import type { Form } from './format.ts'
import type { Language } from './language.ts'
import { fill, sentence, type Say, type Sentence } from './say.ts'
import { groundWords, rulerWords } from './words/light.ts'
import { reasonWords } from './words/field.ts'

/** The sentence of a closed list that the gateway, being of another release, may know more of than we do. */
export function known(
  list: Readonly<Record<string, Sentence>>,
  key: string,
  language: Language,
  words: Readonly<Record<string, string | number>> = {},
): string {
  const found = Object.hasOwn(list, key) ? list[key] : undefined
  return found === undefined ? fill(key, words) : sentence(found, language, words)
}

/** `at 60 %`, `off`. */
export function levelText(say: Say, form: Form, level: number): string {
  return level === 0 ? say('level.off') : say('level.at', { level: form.percent(level) })
}

/** `the program (evening)`, `m.durand: “night market”`. */
export function rulerText({ priority, source, reason, ground }: RulerTold, language: Language): string {
  return known(rulerWords, priority, language, {
    who: source.who,
    reason,
    ground: ground === undefined ? '' : groundText(ground, language),
  })
}

export function groundText(ground: string, language: Language): string {
  return known(groundWords, ground, language)
}

/** Why a write did not go well, or a value is missing. */
export function reasonText(reason: string, language: Language): string {
  return known(reasonWords, reason, language)
}

/** Whether somebody's command rules, as opposed to what the cabinet does by itself. */
export function isCommand({ priority }: Pick<RulerTold, 'priority'>): boolean {
  return ['emergency', 'operator', 'upstream', 'flow'].includes(priority)
}
