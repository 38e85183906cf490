/** The release language: what may leave, for what, to whom, and what is done to it before. Spoken by sites and by the fleet's policy. */
import { z } from 'zod'
import { bilingual, durationBetween, range } from '../drivers/schema.ts'

/**
 * `device.point`, or `segment:name.point` for what control knows of a segment; `*` stands for any letters of either half.
 */
export const pointPattern = z.string().regex(/^(segment:)?[a-z0-9*-]+\.[a-z0-9_*]+$/, { error: 'not-a-point-pattern' })

/** Of alarms by code: `device-dead`, `line-*`, `*`. */
const alarmPattern = z.string().regex(/^[a-z*-]+$/, { error: 'not-an-alarm-pattern' })

/** The purposes of DTPR's taxonomy that a street cabinet can serve (`device__purpose`). */
export const purposes = [
  'accessibility',
  'connectivity',
  'ecology',
  'energy_efficiency',
  'health',
  'inform',
  'logistics',
  'mobility',
  'planning_decision_making',
  'research_development',
  'safety_security',
  'waste_management',
  'water_efficiency',
  /** DTPR has none for keeping the installation itself at work */
  'maintenance',
] as const

/** GDPR article 6(1), (a) to (f). */
export const lawfulBases = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const

/** `increase`: of a counter, within the window; `count`: how many values there were; `p95`: below it lie 95 % of them. */
export const statistics = [
  'mean',
  'min',
  'max',
  'last',
  'sum',
  'increase',
  'count',
  'p5',
  'p10',
  'p25',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
] as const
export type Statistic = (typeof statistics)[number]

/**
 * What may be done, each at most once. In whatever order they are written, they are applied in the order of this list: what
 * is dropped is not counted, noise is added before rounding, and what is late is so as a whole.
 */
const treatments = {
  /** points that the patterns take in and that stay home all the same */
  drop: z.array(pointPattern).min(1),
  /** only what differs from the last that was told by more than `dead_band`; and each `heartbeat` in any case */
  change_only: z.strictObject({
    dead_band: z.number().nonnegative().default(0),
    heartbeat: durationBetween('1s', '1d'),
  }),
  /** windows on the street's calendar: `1d` is a local day, of 23, 24 or 25 hours */
  aggregate: z.strictObject({ every: durationBetween('1s', '1d'), of: z.array(z.enum(statistics)).min(1) }),
  /** while one of these alarms stands, and for so long after it, values leave as they are read besides */
  detail: z.strictObject({ while: z.array(alarmPattern).min(1), after: durationBetween('0s', '1d') }),
  /**
   * `of: counts`: a number of people or passages below `least` is suppressed; `of: points`: the points leave as one sum for
   * each quantity, suppressed when fewer than `least` of them have told
   */
  minimum_group: z.strictObject({ least: z.int().min(2).max(1_000_000), of: z.enum(['counts', 'points']) }),
  /** discrete Laplace of scale `sensitivity / epsilon` on whole numbers; `per_day`: the sum of epsilons a point may spend on one day (UTC) */
  noise: z.strictObject({
    epsilon: z.number().positive().max(10),
    per_day: z.number().positive().max(1_000),
    sensitivity: z.int().min(1).default(1),
  }),
  clamp: range,
  /** ascending bounds: of a value only the greatest bound not above it leaves, of one below them all the least */
  bucket: z.array(z.number()).min(1),
  round: z.number().positive(),
  /** the device's name, and what identifies, as a keyed hash; another key each `rotates` */
  pseudonym: z.strictObject({ rotates: durationBetween('1h', '365d') }),
  /** `time`: moments are cut to multiples of it; `place`: degrees of latitude and longitude that are told of the site */
  coarsen: z.strictObject({
    time: durationBetween('1s', '1d').optional(),
    place: z.number().positive().max(10).optional(),
  }),
  /** nothing leaves sooner than so long after it was */
  delay: durationBetween('1s', '365d'),
} as const

export type TreatmentName = keyof typeof treatments
export const treatmentNames = Object.keys(treatments) as readonly TreatmentName[]

const treatmentStep = z.union(
  [
    z.strictObject({ drop: treatments.drop }),
    z.strictObject({ change_only: treatments.change_only }),
    z.strictObject({ aggregate: treatments.aggregate }),
    z.strictObject({ detail: treatments.detail }),
    z.strictObject({ minimum_group: treatments.minimum_group }),
    z.strictObject({ noise: treatments.noise }),
    z.strictObject({ clamp: treatments.clamp }),
    z.strictObject({ bucket: treatments.bucket }),
    z.strictObject({ round: treatments.round }),
    z.strictObject({ pseudonym: treatments.pseudonym }),
    z.strictObject({ coarsen: treatments.coarsen }),
    z.strictObject({ delay: treatments.delay }),
  ],
  { error: 'not-a-treatment' },
)
export type TreatmentStep = z.output<typeof treatmentStep>

export const encodings = ['json', 'ngsi-ld', 'sparkplug'] as const
export type EncodingName = (typeof encodings)[number]

/** `2028-01-01`: the release ends with the day before it, on the street's calendar. */
const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, { error: 'not-a-date', abort: true })
  .transform((text, context) => {
    try {
      return Temporal.PlainDate.from(text)
    } catch {
      context.addIssue({ code: 'custom', message: 'not-a-date' })
      return z.NEVER
    }
  })

/** Of passages, in the words of comptage-mobilites-channel 0.1.0 (transport.data.gouv.fr). */
export const practices = [
  'BIKE',
  'TWO WHEELS MOTORIZED',
  'PEDESTRIAN',
  'E-SCOOTER',
  'HORSE-RIDER',
  'CAR',
  'BUS',
  'MINIBUS',
  'TRUCK',
  'VAN',
  'TRAMWAY',
  'CANOE',
  'UNDEFINED',
] as const
export const counterTypes = [
  'INDUCTIVE LOOP',
  'ELECTROMAGNETIC SENSOR',
  'PASSIVE INFRARED',
  'ACTIVE INFRARED',
  'PIEZOELECTRIC SENSOR',
  'RADAR SENSOR',
  'VIDEO SENSOR',
  'PNEUMATIC TUBE SENSOR',
  'SLAB SENSOR',
  'LIGHT BEAM SENSOR',
  'MANUAL',
  'ACOUSTIC',
  'LIDAR',
  'OPTICAL FIBER SENSOR',
  'MAGNETOMETER',
  'OTHER',
] as const

/** What a point counts, and which way: one direction and one practice each. */
const countedAs = z.strictObject({
  practice: z.enum(practices),
  direction: z.enum(['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW']).optional(),
  counter: z.enum(counterTypes).optional(),
  /** of a point that says how many came by within the counter's own interval: how long that is */
  interval: durationBetween('1s', '1d').optional(),
  /** since when it counts there; absent: since the first that is known */
  since: date.optional(),
  temporary: z.boolean().default(false),
})
export type CountedAs = z.output<typeof countedAs>

/** In one language, or in both, for the page that people read. */
const reason = z.union([z.string().min(10), bilingual])

export const releaseSchema = z.strictObject({
  points: z.array(pointPattern).min(1).default([]),
  /** alarms leave at once, and are never crowded out by values */
  alarms: z.array(alarmPattern).default([]),
  /** what for (finalité) */
  purpose: z.enum(purposes, {
    error: ({ input }) => (input === undefined || input === null ? 'no-purpose' : undefined),
  }),
  /** on what ground, or why it is nobody's personal data */
  basis: z.union([z.enum(lawfulBases), z.strictObject({ 'not-personal': reason })], {
    error: 'not-a-basis',
  }),
  recipient: z.strictObject({
    name: z.string().min(1),
    role: z.enum(['controller', 'joint-controller', 'processor', 'third-party']),
  }),
  treatment: z.array(treatmentStep).default([]),
  /**
   * `durable`: kept until the recipient's receipt; `best-effort`: a power cut may lose so much, and says so. Below 5 s it
   * would write to flash as often as a durable release.
   */
  delivery: z.union([z.literal('durable'), z.strictObject({ 'best-effort': durationBetween('5s', '1d') })], {
    error: 'not-a-delivery',
  }),
  /** what is read is told together, so often; absent: each second, or with the window of an aggregate */
  batch: durationBetween('1s', '1d').optional(),
  /** who goes first when the link, the month's bytes or the disk are short */
  priority: z.enum(['urgent', 'normal', 'low']).default('normal'),
  encodings: z.array(z.enum(encodings)).min(1).default(['json']),
  /** how long the recipient keeps it, as a text for the register: `3y` */
  retention: z.string().regex(/^\d+[dmy]$/, { error: 'not-a-retention' }),
  /** SPDX; absent: not open data */
  licence: z.string().optional(),
  expires: date.optional(),
  /** points of this release that count passages, for the national schema of counts: `fanal data counts` */
  counts: z.record(z.string().regex(/^[a-z0-9-]+\.[a-z0-9_]+$/, { error: 'not-a-point' }), countedAs).optional(),
})

/** Why something is nobody's personal data: what was given in one language stands for both. */
export function reasonInBoth(given: z.output<typeof reason>): z.output<typeof bilingual> {
  return typeof given === 'string' ? { en: given, fr: given } : given
}

export type SiteRelease = z.output<typeof releaseSchema>
export type Priority = SiteRelease['priority']
