/** The site file: one cabinet, its lines, devices, releases and uplink. */
import { z } from 'zod'
import { pollClasses, profileSchema } from '../drivers/profile.ts'
import { durationBetween, range, rate, serialFormat, slug } from '../drivers/schema.ts'

/** A point pattern of a release: `device.point`, in which `*` stands for any letters of either half. */
const pointPattern = z.string().regex(/^[a-z0-9*-]+\.[a-z0-9_*]+$/, { error: 'not-a-point-pattern' })

const port = z.int().min(1).max(65535)

/** What a profile says of how to ask, in its own bounds. */
const modbus = profileSchema.shape.modbus.shape

/** `0.0.0.0:8480`, `[::]:8480`, `gateway-7:443`. */
const listen = z
  .string()
  .regex(/^(\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}$/i, { error: 'not-an-address-to-listen-on', abort: true })
  .transform((text) => {
    const at = text.lastIndexOf(':')
    return { host: text.slice(0, at).replaceAll(/[[\]]/g, ''), port: Number(text.slice(at + 1)) }
  })
  .refine(({ port: number }) => port.safeParse(number).success, { error: 'not-an-address-to-listen-on' })

/** Where a technician's own tool reaches a line through the gateway (`pass-through/`): Modbus TCP, which knows no password. */
const passThrough = z.strictObject({
  /** this machine's own addresses, or one of the service network */
  listen,
  /** who else may come: `192.168.7.0/24` */
  service_network: z
    .string()
    .regex(/^[0-9a-f:.]+\/\d{1,3}$/i, { error: 'not-a-network' })
    .optional(),
})

const anyLine = {
  /** A device that is silent is asked again after half a second, then after twice as long each time, up to `cap`. */
  back_off: z.strictObject({ cap: durationBetween('10s', '5m') }).optional(),
  pass_through: passThrough.optional(),
}

const line = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('modbus-tcp'), host: z.string().min(1), port: port.default(502), ...anyLine }),
  z.strictObject({
    protocol: z.literal('modbus-rtu-over-tcp'),
    host: z.string().min(1),
    port,
    /** behind the device server, so that it is known how long bytes take there */
    serial: serialFormat.optional(),
    ...anyLine,
  }),
  z.strictObject({
    protocol: z.literal('modbus-rtu'),
    /** best a name that stays: `/dev/serial/by-id/…` */
    device: z.string().startsWith('/', { error: 'not-an-absolute-path' }),
    serial: serialFormat,
    ...anyLine,
  }),
])

/** Which there are of a kind: `0-11, 14`. Becomes the indices, in order. */
const installed = z
  .string()
  .regex(/^\d{1,3}(-\d{1,3})?(\s*,\s*\d{1,3}(-\d{1,3})?)*$/, { error: 'not-a-list-of-indices', abort: true })
  .transform((text, context) => {
    const indices = text.split(',').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number)
      if (to < from) context.addIssue({ code: 'custom', message: 'not-a-list-of-indices' })
      return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
    })
    return [...new Set(indices)].sort((a, b) => a - b)
  })

/** `2026-11-25` (UTC), `2026-11-25T10:30Z`, `2026-11-25T10:30+01:00`. */
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/, { error: 'not-a-moment', abort: true })
  .transform((text, context) => {
    try {
      return Temporal.Instant.from(text.includes('T') ? text : `${text}T00:00Z`)
    } catch {
      context.addIssue({ code: 'custom', message: 'not-a-moment' })
      return z.NEVER
    }
  })

const device = z.strictObject({
  profile: slug,
  line: slug,
  /** the Modbus unit (server address) */
  unit: z.int().min(1).max(247),
  /** how long to wait for an answer; absent: as its profile says, and so the next */
  timeout: modbus.timeout.optional(),
  worst_response: modbus.worst_response.optional(),
  /** of a device with many of a kind: which there are, by the kind's name in the profile */
  has: z.record(z.string(), installed).default({}),
  parameters: z.record(z.string(), z.union([z.number(), z.boolean()])).default({}),
  /** what its counters said before is not carried on: since then it is this meter */
  counters_from: moment.optional(),
})

/** Where the cabinet stands, and which time its street lives by. */
const place = z.strictObject({
  /** degrees, north and east positive (WGS 84) */
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** IANA: `Europe/Paris` */
  time_zone: z.string().refine(isTimeZone, { error: 'not-a-time-zone' }),
})

/** By name: an offset such as `+01:00` knows no summer time. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Temporal.ZonedDateTime(0n, name).timeZoneId !== ''
  } catch {
    return false
  }
}

const clock = z.strictObject({
  /** why this machine's time is right although no one here sees it being synchronised */
  trusted: z.string().min(10),
})

/** `sunset + 10m`, `civil-dawn - 5m`: an event of the sun, sooner or later by minutes. */
function sunEvent<const E extends string>(...events: E[]) {
  return z
    .string()
    .regex(new RegExp(`^(${events.join('|')})( ?[+-] ?\\d{1,3}m)?$`), { error: 'not-a-sun-event', abort: true })
    .transform((text) => ({
      event: events.find((event) => text.startsWith(event)) as E,
      offsetMinutes: Number(/[+-] ?\d+/.exec(text.slice(6))?.[0].replace(' ', '') ?? 0),
    }))
}

/** On the street's clock, summer time included. */
const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'not-a-time-of-day', abort: true })
  .transform((text) => Temporal.PlainTime.from(text))

/** Of full light; 0 is off. */
const percent = z.number().min(0).max(100)

/** What a segment does tonight, from noon to noon. */
const program = z.strictObject({
  from: sunEvent('sunset', 'civil-dusk'),
  until: sunEvent('sunrise', 'civil-dawn'),
  level: percent.refine((level) => level > 0, { error: 'dark-program' }),
  late: z
    .strictObject({
      from: timeOfDay,
      until: timeOfDay,
      level: percent,
      /** the decision that a street goes dark by (arrêté municipal); compulsory for level 0 */
      act: z.string().min(5).optional(),
    })
    .optional(),
})

const point = z.string().regex(/^[a-z0-9-]+\.[a-z0-9_]+$/, { error: 'not-a-point' })

/** The lamps that switch or dim together. */
const segment = z.strictObject({
  title: z.string().min(1).optional(),
  /** what makes its light; each belongs to one segment only */
  setpoints: z.array(point).min(1),
  /** points that tell its light besides what the profile knows, such as a lamp of a group that cannot be asked */
  confirm_by: z.array(point).default([]),
  program,
  /** narrower than the setpoints' own, in per cent; 0 (off) is always besides */
  limits: range.optional(),
  /** slower than the setpoints' own, in per cent a second; of setpoints in per cent only */
  slew: rate.optional(),
  rest: durationBetween('10ms', '1h').optional(),
  /** while the program asks for light, no command takes the light below this */
  floor: percent,
  /** how often it may be switched off between two noons */
  switchings: z.int().min(1).max(100).default(6),
  /** what it does when no trusted time tells which program rules */
  on_loss: z.union([z.enum(['program', 'photocell', 'on']), z.strictObject({ off: z.string().min(10) })], {
    error: 'not-an-on-loss',
  }),
  /** dark enough below the one, bright enough above the other, in lux */
  photocell: z.strictObject({ point, on_below: z.number().positive(), off_above: z.number().positive() }).optional(),
  /** a contact in the cabinet that orders light as long as it is closed (marche forcée) */
  local: z
    .strictObject({ point, level: percent.refine((level) => level > 0, { error: 'dark-program' }).default(100) })
    .optional(),
  /** while the point reads so, the segment must not be so; what cannot be read counts as reading so */
  interlocks: z
    .array(z.strictObject({ point, is: z.boolean(), forbids: z.enum(['on', 'off']), because: z.string().min(5) }))
    .default([]),
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

/** The pages for people. */
const consoleDoor = z.strictObject({
  /** beyond this machine always with TLS */
  listen: listen.optional(),
  /** absent: the gateway makes its own, wherever there must be one */
  tls: z.strictObject({ certificate: z.string().min(1), key: z.string().min(1) }).optional(),
})

export const siteSchema = z.strictObject({
  site: slug,
  tenant: slug,
  title: z.string().min(1).optional(),
  lines: z.record(slug, line).refine((lines) => Object.keys(lines).length > 0, { error: 'nothing-here' }),
  devices: z.record(slug, device).refine((devices) => Object.keys(devices).length > 0, { error: 'nothing-here' }),
  polling: pollPeriod.default({}),
  /** compulsory with segments */
  place: place.optional(),
  clock: clock.optional(),
  segments: z.record(slug, segment).default({}),
  uplink,
  console: consoleDoor.optional(),
  /** may be empty (`{}`), but must be there: a file cut short before it is refused */
  releases: z.record(slug, release),
})

export type Site = z.output<typeof siteSchema>
export type SiteSegment = Site['segments'][string]
export type SiteProgram = SiteSegment['program']
export type SunEvent = SiteProgram['from']['event'] | SiteProgram['until']['event']
export type Place = NonNullable<Site['place']>
export type SiteLine = Site['lines'][string]
export type SiteDevice = Site['devices'][string]
export type SiteRelease = Site['releases'][string]
export type Uplink = Site['uplink']
