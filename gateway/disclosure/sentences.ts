/** What a release's treatment does, a sentence each, exact and with its numbers: for whoever reads what leaves. */
import { typeset } from '../../drivers/french.ts'
import type { Treatment } from './policy.ts'
import { andWords, sentences, statisticWords, unitWords, type Language } from './sentence-words.ts'
import { dailyNumbers, scaleOf } from './treatments/noise.ts'

export type { Language }

/** In the order in which the treatments are applied; of none, that values leave as they are read. */
export function sentencesOf(treatment: Treatment, language: Language): string[] {
  const say = (key: keyof typeof sentences, words: Readonly<Record<string, string>> = {}): string => {
    const text = language === 'fr' ? typeset(sentences[key].fr) : sentences[key].en
    return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '')
  }
  const span = (ms: number) => spanText(ms, language)
  const number = (value: number) => numberText(value, language)
  const list = (items: readonly string[]) => listText(items, language)
  const { drop, changeOnly, aggregate, detail, minimumGroup, noise, clamp, bucket, step, pseudonym, coarsen, delayMs } =
    treatment
  const said: string[] = []
  if (drop !== undefined) said.push(say('drop', { patterns: list(drop) }))
  if (changeOnly !== undefined) {
    const words = { band: number(changeOnly.deadBand), heartbeat: span(changeOnly.heartbeatMs) }
    said.push(say(changeOnly.deadBand === 0 ? 'change_only_any' : 'change_only', words))
  }
  if (aggregate !== undefined) {
    const of = list(aggregate.of.map((statistic) => statisticWords[statistic][language]))
    const every = periodText(aggregate.everyMs, language)
    said.push(say(aggregate.of.length === 1 ? 'aggregate' : 'aggregate_many', { of, every }))
  }
  if (detail !== undefined) {
    const words = { alarms: list(detail.while), after: span(detail.afterMs) }
    said.push(say(detail.afterMs === 0 ? 'detail_only' : 'detail', words))
  }
  if (minimumGroup !== undefined) said.push(say(`group_${minimumGroup.of}`, { least: number(minimumGroup.least) }))
  if (noise !== undefined) {
    const { num, den } = scaleOf(noise)
    const words = {
      scale: number(Number((100n * num) / den) / 100),
      epsilon: number(noise.epsilon),
      numbers: number(dailyNumbers(noise)),
      day: number(noise.perDay),
    }
    said.push(say('noise', words))
  }
  if (clamp !== undefined) said.push(say('clamp', { least: number(clamp[0]), most: number(clamp[1]) }))
  if (bucket !== undefined) said.push(say('bucket', { bounds: bucket.map(number).join(', ') }))
  if (step !== undefined) said.push(say('round', { step: number(step) }))
  if (pseudonym !== undefined) said.push(say('pseudonym', { rotates: periodText(pseudonym.rotatesMs, language) }))
  if (coarsen?.timeMs !== undefined) said.push(say('coarsen_time', { time: span(coarsen.timeMs) }))
  if (coarsen?.placeDegrees !== undefined) said.push(say('coarsen_place', { place: number(coarsen.placeDegrees) }))
  if (delayMs !== undefined) said.push(say('delay', { delay: span(delayMs) }))
  return said.length === 0 ? [say('asRead')] : said
}

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const
type Unit = keyof typeof unitMs

/** In the greatest unit of which it is a whole number: `15 minutes`, `90 minutes`, `1 day`; below, in seconds. */
function spanIn(ms: number): { count: number; unit: Unit } {
  const unit = (['d', 'h', 'm'] as const).find((one) => ms > 0 && ms % unitMs[one] === 0) ?? 's'
  return { count: ms / unitMs[unit], unit }
}

function spanText(ms: number, language: Language): string {
  const { count, unit } = spanIn(ms)
  return `${numberText(count, language)} ${unitText(unit, count, language)}`
}

/** After “each”: `15 minutes`, but `hour`. In French after “période de”: `1 heure`. */
function periodText(ms: number, language: Language): string {
  const { count, unit } = spanIn(ms)
  return count === 1 && language === 'en' ? unitText(unit, 1, language) : spanText(ms, language)
}

function unitText(unit: Unit, count: number, language: Language): string {
  const [one, more] = unitWords[unit][language]
  // French has the plural from two on, English wherever it is not one.
  return (language === 'fr' ? count < 2 : count === 1) ? one : more
}

function numberText(value: number, language: Language): string {
  return value.toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    maximumSignificantDigits: 15,
    useGrouping: true,
  })
}

function listText(items: readonly string[], language: Language): string {
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')}${andWords[language]}${items.at(-1) ?? ''}`
}
