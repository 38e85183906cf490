/** The site file: one cabinet, its lines, devices, releases and uplink. */
import { z } from 'zod'
import { pollClasses } from '../drivers/profile.ts'
import { durationBetween, serialFormat, slug } from '../drivers/schema.ts'

/** A point pattern of a release: `device.point`, in which `*` stands for any letters of either half. */
const pointPattern = z.string().regex(/^[a-z0-9*-]+\.[a-z0-9_*]+$/, { error: 'not-a-point-pattern' })

const port = z.int().min(1).max(65535)

const line = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('modbus-tcp'), host: z.string().min(1), port: port.default(502) }),
  z.strictObject({ protocol: z.literal('modbus-rtu-over-tcp'), host: z.string().min(1), port }),
  z.strictObject({
    protocol: z.literal('modbus-rtu'),
    /** best a name that stays: `/dev/serial/by-id/…` */
    device: z.string().startsWith('/', { error: 'not-an-absolute-path' }),
    serial: serialFormat,
  }),
])

const device = z.strictObject({
  profile: slug,
  line: slug,
  /** the Modbus unit (server address) */
  unit: z.int().min(1).max(247),
  parameters: z.record(z.string(), z.union([z.number(), z.boolean()])).default({}),
})

const pollPeriod = z.partialRecord(z.enum(pollClasses), durationBetween('100ms', '1d'))

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
] as const

/** GDPR article 6(1), (a) to (f). */
const lawfulBases = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const

export const statistics = ['mean', 'min', 'max', 'last'] as const
export type Statistic = (typeof statistics)[number]

const treatmentStep = z.union(
  [
    z.strictObject({
      aggregate: z.strictObject({ every: durationBetween('1s', '1d'), of: z.array(z.enum(statistics)).min(1) }),
    }),
    z.strictObject({ round: z.number().positive() }),
  ],
  { error: 'not-a-treatment' },
)

const release = z.strictObject({
  points: z.array(pointPattern).min(1),
  /** what for (finalité) */
  purpose: z.enum(purposes),
  /** on what ground, or why it is nobody's personal data */
  basis: z.union([z.enum(lawfulBases), z.strictObject({ 'not-personal': z.string().min(10) })], {
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
  /** how long the recipient keeps it, as a text for the register: `3y` */
  retention: z.string().regex(/^\d+[dmy]$/, { error: 'not-a-retention' }),
  /** SPDX; absent: not open data */
  licence: z.string().optional(),
})

const uplink = z.strictObject({
  broker: z.string().regex(/^mqtts?:\/\/[^/@\s]+\/?$/, { error: 'not-a-broker-url' }),
  client_id: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  /** a file with the password in it, so that none stands in the site file */
  password_file: z.string().min(1).optional(),
  tls: z
    .strictObject({
      ca: z.string().min(1).optional(),
      certificate: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
    })
    .optional(),
  /** MQTT counts it in seconds, up to 65 535 (MQTT 5.0, 3.1.2.10) */
  keepalive: durationBetween('5s', '18h').default(Temporal.Duration.from({ seconds: 60 })),
})

export const siteSchema = z.strictObject({
  site: slug,
  tenant: slug,
  title: z.string().min(1).optional(),
  lines: z.record(slug, line).refine((lines) => Object.keys(lines).length > 0, { error: 'nothing-here' }),
  devices: z.record(slug, device).refine((devices) => Object.keys(devices).length > 0, { error: 'nothing-here' }),
  polling: pollPeriod.default({}),
  uplink,
  /** may be empty (`{}`), but must be there: a file cut short before it is refused */
  releases: z.record(slug, release),
})

export type Site = z.output<typeof siteSchema>
export type SiteLine = Site['lines'][string]
export type SiteRelease = Site['releases'][string]
export type Uplink = Site['uplink']
