/** One sentence a treatment, for whoever reads what leaves. */
import { durationText } from '../../drivers/schema.ts'
import type { Treatment } from './policy.ts'
import type { Language } from './text.ts'

export function sentencesOf(treatment: Treatment, language: Language): string[] {
  const fr = language === 'fr'
  if (Object.keys(treatment).length === 0)
    return [fr ? 'Les valeurs sortent telles qu’elles sont lues.' : 'Values leave as they are read.']
  const { aggregate, step, minimumGroup, noise, delayMs, pseudonym } = treatment
  return [
    ...(aggregate === undefined
      ? []
      : [
          fr
            ? `Seuls sortent ${aggregate.of.join(', ')} de chaque ${durationText(aggregate.everyMs)}.`
            : `Only ${aggregate.of.join(', ')} of each ${durationText(aggregate.everyMs)} leave.`,
        ]),
    ...(minimumGroup === undefined
      ? []
      : [
          fr
            ? `Ce qui compte moins de ${minimumGroup.least} ne sort pas.`
            : `What counts fewer than ${minimumGroup.least} does not leave.`,
        ]),
    ...(noise === undefined
      ? []
      : [fr ? `Un bruit est ajouté (ε = ${noise.epsilon}).` : `Noise is added (ε = ${noise.epsilon}).`]),
    ...(step === undefined ? [] : [fr ? `Arrondi à ${step} près.` : `Rounded to ${step}.`]),
    ...(pseudonym === undefined ? [] : [fr ? 'Les noms sont remplacés.' : 'Names are replaced.']),
    ...(delayMs === undefined
      ? []
      : [
          fr
            ? `Rien ne sort avant ${durationText(delayMs)}.`
            : `Nothing leaves sooner than after ${durationText(delayMs)}.`,
        ]),
  ]
}
