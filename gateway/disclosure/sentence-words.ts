/** The words for what treatments do, for whoever is told on; each sentence is exact. */
import type { Statistic, TreatmentName } from '../releases.ts'

export type Language = 'en' | 'fr'
type Words = Readonly<Record<Language, string>>

type Sentence = Exclude<TreatmentName, 'coarsen' | 'minimum_group' | 'clamp' | 'bucket'>

/** `{…}` stands for a number, a duration or a list. */
export const sentences = {
  asRead: {
    en: 'Values leave as they are read.',
    fr: 'Les valeurs sortent telles qu’elles sont lues.',
  },
  drop: {
    en: 'What fits {patterns} never leaves.',
    fr: 'Ce qui correspond à {patterns} ne sort jamais.',
  },
  change_only: {
    en: 'A value leaves only when it differs by more than {band} from the last that left, and at the latest after {heartbeat}.',
    fr: 'Une valeur ne sort que si elle diffère de plus de {band} de la dernière sortie, et au plus tard après {heartbeat}.',
  },
  change_only_any: {
    en: 'A value leaves only when it differs from the last that left, and at the latest after {heartbeat}.',
    fr: 'Une valeur ne sort que si elle diffère de la dernière sortie, et au plus tard après {heartbeat}.',
  },
  aggregate: {
    en: 'Only {of} of each {every} leaves.',
    fr: 'Il ne sort que {of} pour chaque période de {every}.',
  },
  aggregate_many: {
    en: 'Only {of} of each {every} leave.',
    fr: 'Il ne sort que {of} pour chaque période de {every}.',
  },
  detail: {
    en: 'While one of these alarms stands, and for {after} after it, values leave as they are read besides: {alarms}.',
    fr: 'Tant que dure l’une de ces alarmes, et {after} après, les valeurs sortent aussi telles qu’elles sont lues : {alarms}.',
  },
  detail_only: {
    en: 'While one of these alarms stands, values leave as they are read besides: {alarms}.',
    fr: 'Tant que dure l’une de ces alarmes, les valeurs sortent aussi telles qu’elles sont lues : {alarms}.',
  },
  group_counts: {
    en: 'A number below {least} does not leave: in its place stands “suppressed”, never 0.',
    fr: 'Un nombre inférieur à {least} ne sort pas : à sa place est écrit « masqué », jamais 0.',
  },
  group_points: {
    en: 'Only sums of all points leave, and none in which fewer than {least} points have told: then it says “suppressed”, never 0.',
    fr: 'Il ne sort que la somme de tous les points, et aucune où moins de {least} points comptent : elle dit alors « masqué », jamais 0.',
  },
  noise: {
    en: 'Each number is changed at random by a whole number, typically by {scale} either way (ε = {epsilon}, at most {numbers} numbers of a point a day, together ε = {day}).',
    fr: 'Chaque nombre est modifié au hasard d’un nombre entier, typiquement de {scale} en plus ou en moins (ε = {epsilon}, au plus {numbers} nombres par point et par jour, ε = {day} en tout).',
  },
  clamp: {
    en: 'What is below {least} leaves as {least}, what is above {most} as {most}.',
    fr: 'Ce qui est inférieur à {least} sort comme {least}, ce qui dépasse {most} comme {most}.',
  },
  bucket: {
    en: 'Instead of a number leaves the greatest of these bounds that it reaches: {bounds}; below them all, the first.',
    fr: 'Au lieu d’un nombre sort la plus grande de ces bornes qu’il atteint : {bounds} ; en dessous de toutes, la première.',
  },
  round: {
    en: 'Numbers are rounded to multiples of {step}.',
    fr: 'Les nombres sont arrondis aux multiples de {step}.',
  },
  pseudonym: {
    en: 'In place of the device’s name, and of what identifies, stands a code that changes every {rotates}.',
    fr: 'Le nom de l’appareil, et ce qui identifie, sont remplacés par un code nouveau après chaque période de {rotates}.',
  },
  coarsen_time: {
    en: 'Times are told to {time} only.',
    fr: 'Les heures ne sont données qu’à {time} près.',
  },
  coarsen_place: {
    en: 'The place is told to {place} degrees of latitude and longitude only.',
    fr: 'Le lieu n’est donné qu’à {place} degré de latitude et de longitude près.',
  },
  delay: {
    en: 'Nothing leaves sooner than {delay} after it was.',
    fr: 'Rien ne sort moins de {delay} après avoir eu lieu.',
  },
} as const satisfies Record<Sentence, Words> & Record<string, Words>

/** Within a sentence, with what it takes before it. */
export const statisticWords = {
  mean: { en: 'the mean', fr: 'la moyenne' },
  min: { en: 'the least value', fr: 'la valeur minimale' },
  max: { en: 'the greatest value', fr: 'la valeur maximale' },
  last: { en: 'the last value', fr: 'la dernière valeur' },
  sum: { en: 'the sum', fr: 'la somme' },
  increase: { en: 'the increase', fr: 'l’augmentation' },
  count: { en: 'the number of values', fr: 'le nombre de valeurs' },
  p5: { en: 'the 5th percentile', fr: 'le 5e centile' },
  p10: { en: 'the 10th percentile', fr: 'le 10e centile' },
  p25: { en: 'the 25th percentile', fr: 'le 25e centile' },
  p50: { en: 'the median', fr: 'la médiane' },
  p75: { en: 'the 75th percentile', fr: 'le 75e centile' },
  p90: { en: 'the 90th percentile', fr: 'le 90e centile' },
  p95: { en: 'the 95th percentile', fr: 'le 95e centile' },
  p99: { en: 'the 99th percentile', fr: 'le 99e centile' },
} as const satisfies Record<Statistic, Words>

/** The first where there is one of it. */
export const unitWords = {
  d: { en: ['day', 'days'], fr: ['jour', 'jours'] },
  h: { en: ['hour', 'hours'], fr: ['heure', 'heures'] },
  m: { en: ['minute', 'minutes'], fr: ['minute', 'minutes'] },
  s: { en: ['second', 'seconds'], fr: ['seconde', 'secondes'] },
} as const satisfies Record<string, Readonly<Record<Language, readonly [one: string, more: string]>>>

export const andWords = { en: ' and ', fr: ' et ' } as const
