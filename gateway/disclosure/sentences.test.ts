import { expect, test } from 'vitest'
import { siteSchema } from '../site.ts'
import { statistics, treatmentNames } from '../releases.ts'
import { compilePolicy, type Treatment } from './policy.ts'
import { sentencesOf } from './sentences.ts'

function treatmentOf(...steps: object[]): Treatment {
  const releases = siteSchema.shape.releases.parse({
    one: {
      points: ['*.*'],
      purpose: 'inform',
      basis: 'public-task',
      recipient: { name: 'Ville', role: 'controller' },
      treatment: steps,
      delivery: 'durable',
      retention: '1y',
    },
  })
  const [release] = compilePolicy(releases, new Map()).releases
  return release!.treatment
}

test('without a treatment it says that nothing is done', () => {
  expect(sentencesOf({}, 'en')).toEqual(['Values leave as they are read.'])
  expect(sentencesOf({}, 'fr')).toEqual(['Les valeurs sortent telles qu’elles sont lues.'])
})

test.each<[object, string, string]>([
  [
    { aggregate: { every: '15m', of: ['mean'] } },
    'Only the mean of each 15 minutes leaves.',
    'Il ne sort que la moyenne pour chaque période de 15 minutes.',
  ],
  [
    { aggregate: { every: '1h', of: ['mean', 'max', 'last'] } },
    'Only the mean, the greatest value and the last value of each hour leave.',
    'Il ne sort que la moyenne, la valeur maximale et la dernière valeur pour chaque période de 1 heure.',
  ],
  [{ drop: ['yard.*'] }, 'What fits yard.* never leaves.', 'Ce qui correspond à yard.* ne sort jamais.'],
  [
    { change_only: { dead_band: 0.5, heartbeat: '1h' } },
    'A value leaves only when it differs by more than 0.5 from the last that left, and at the latest after 1 hour.',
    'Une valeur ne sort que si elle diffère de plus de 0,5 de la dernière sortie, et au plus tard après 1 heure.',
  ],
  [
    { detail: { while: ['device-*', 'line-down'], after: '90s' } },
    'While one of these alarms stands, and for 90 seconds after it, values leave as they are read besides: device-* and line-down.',
    'Tant que dure l’une de ces alarmes, et 90 secondes après, les valeurs sortent aussi telles qu’elles sont lues : device-* et line-down.',
  ],
  [
    { minimum_group: { least: 10, of: 'counts' } },
    'A number below 10 does not leave: in its place stands “suppressed”, never 0.',
    'Un nombre inférieur à 10 ne sort pas : à sa place est écrit « masqué », jamais 0.',
  ],
  [
    { minimum_group: { least: 10, of: 'points' } },
    'Only sums of all points leave, and none in which fewer than 10 points have told: then it says “suppressed”, never 0.',
    'Il ne sort que la somme de tous les points, et aucune où moins de 10 points comptent : elle dit alors « masqué », jamais 0.',
  ],
  [
    { noise: { epsilon: 0.1, per_day: 9.6 } },
    'Each number is changed at random by a whole number, typically by 10 either way (ε = 0.1, at most 96 numbers of a point a day, together ε = 9.6).',
    'Chaque nombre est modifié au hasard d’un nombre entier, typiquement de 10 en plus ou en moins (ε = 0,1, au plus 96 nombres par point et par jour, ε = 9,6 en tout).',
  ],
  [
    { clamp: [0, 1500] },
    'What is below 0 leaves as 0, what is above 1,500 as 1,500.',
    'Ce qui est inférieur à 0 sort comme 0, ce qui dépasse 1 500 comme 1 500.',
  ],
  [
    { bucket: [0, 10, 100] },
    'Instead of a number leaves the greatest of these bounds that it reaches: 0, 10, 100; below them all, the first.',
    'Au lieu d’un nombre sort la plus grande de ces bornes qu’il atteint : 0, 10, 100 ; en dessous de toutes, la première.',
  ],
  [{ round: 0.01 }, 'Numbers are rounded to multiples of 0.01.', 'Les nombres sont arrondis aux multiples de 0,01.'],
  [
    { pseudonym: { rotates: '30d' } },
    'In place of the device’s name, and of what identifies, stands a code that changes every 30 days.',
    'Le nom de l’appareil, et ce qui identifie, sont remplacés par un code nouveau après chaque période de 30 jours.',
  ],
  [{ coarsen: { time: '1h' } }, 'Times are told to 1 hour only.', 'Les heures ne sont données qu’à 1 heure près.'],
  [
    { delay: '1d' },
    'Nothing leaves sooner than 1 day after it was.',
    'Rien ne sort moins de 1 jour après avoir eu lieu.',
  ],
])('%j', (step, en, fr) => {
  const treatment = treatmentOf(step)
  expect(sentencesOf(treatment, 'en')).toEqual([en])
  expect(sentencesOf(treatment, 'fr').map((text) => text.replaceAll(/[\u202f\u00a0]/g, ' '))).toEqual([fr])
})

const every = [
  { drop: ['yard.*'] },
  { change_only: { heartbeat: '1h' } },
  { aggregate: { every: '90m', of: statistics } },
  { detail: { while: ['*'], after: '0s' } },
  { minimum_group: { least: 10, of: 'counts' } },
  { noise: { epsilon: 0.3, per_day: 1 } },
  { clamp: [0, 1] },
  { bucket: [1] },
  { round: 1 },
  { pseudonym: { rotates: '1d' } },
  { coarsen: { time: '1h', place: 0.01 } },
  { delay: '1h' },
]

test('each treatment of the language has its sentence, in the order in which they are applied, and no word is missing', () => {
  expect(every.map((step) => Object.keys(step)[0])).toEqual(treatmentNames)
  for (const language of ['en', 'fr'] as const) {
    const one = every.map((step) => sentencesOf(treatmentOf(step), language))
    expect(sentencesOf(treatmentOf(...every.toReversed()), language)).toEqual(one.flat())
    for (const sentence of one.flat()) expect(sentence).toMatch(/^[A-ZÀ-Ü][^{}]+\.$/)
    expect(one.flat().join(' ')).not.toMatch(/undefined|NaN/)
  }
})
