/** The site file: one cabinet, its lines, devices, releases and uplink. */
import { z } from 'zod'
import { pollClasses, profileSchema } from '../drivers/profile.ts'
import { durationBetween, range, rate, serialFormat, slug } from '../drivers/schema.ts'
import { releaseSchema } from './releases.ts'

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
  /** what hangs on it, and so whom its figures tell of; absent: the town's own installation */
  feeds: z.enum(['public-lighting', 'public-building', 'dwelling', 'business', 'mixed']).optional(),
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

/** Of a contact: people who pass close it, and not somebody with a key. Then it tells of them, and the light that it orders does. */
const detector = z.boolean().default(false)

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
  /** a contact that orders light as long as it is closed: in the cabinet (marche forcée), or a detector’s in the street */
  local: z
    .strictObject({
      point,
      level: percent.refine((level) => level > 0, { error: 'dark-program' }).default(100),
      detector,
    })
    .optional(),
  /** while the point reads so, the segment must not be so; what cannot be read counts as reading so */
  interlocks: z
    .array(
      z.strictObject({ point, is: z.boolean(), forbids: z.enum(['on', 'off']), because: z.string().min(5), detector }),
    )
    .default([]),
})

const pollPeriod = z.partialRecord(z.enum(pollClasses), durationBetween('100ms', '1d'))

/** `5MB`, in bytes: 1 kB is 1000. */
const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?(kB|MB|GB)$/, { error: 'not-a-number-of-bytes' })
  .transform((text) => Math.round(parseFloat(text) * { k: 1e3, M: 1e6, G: 1e9 }[text.at(-2) as 'k' | 'M' | 'G']))

/** `64kbit/s`, in bits a second. */
const bitRate = z
  .string()
  .regex(/^\d+(\.\d+)?(k|M)bit\/s$/, { error: 'not-a-bit-rate' })
  .transform((text) => Math.round(parseFloat(text) * (text.includes('M') ? 1e6 : 1e3)))

/** `3W`, `2.5W`. */
const watts = z
  .string()
  .regex(/^\d+(\.\d+)?W$/, { error: 'not-a-power' })
  .transform((text) => parseFloat(text))

/** Who answers for what leaves, for the page on the cabinet and for the registers. */
const responsible = z.strictObject({
  name: z.string().min(1),
  address: z.string().min(1).optional(),
  /** where people ask: an e-mail address, a telephone number or a page */
  contact: z.string().min(3),
  /** the data protection officer's, where there is one */
  dpo: z.string().min(3).optional(),
  /** where the page on the cabinet can be read from afar: what its QR code leads to */
  page: z.url().optional(),
})

/** What the data may cost. */
const frugality = z.strictObject({
  /** bytes of the SIM's plan, each month of the street's calendar */
  monthly: bytes.optional(),
  /** what the gateway draws by itself, and the modem: measured on site, or else the data sheet's */
  draw: watts.optional(),
  modem: watts.optional(),
})

/** How much of the disk what waits may take. */
const outbox = z.strictObject({
  telemetry: bytes.prefault('256MB'),
  /** alarms and events: nothing else takes their place */
  events: bytes.prefault('32MB'),
  /** free space below which nothing more is written for telemetry */
  floor: bytes.prefault('100MB'),
})

const sparkplug = z.strictObject({
  /** no `+`, `/` or `#` (Sparkplug B 3.0, tck-id-topic-structure-namespace-valid-group-id) */
  group: z.string().regex(/^[^+/#]+$/, { error: 'not-a-sparkplug-id' }),
  edge: z
    .string()
    .regex(/^[^+/#]+$/, { error: 'not-a-sparkplug-id' })
    .optional(),
  /** births wait until this host application says that it is there */
  primary_host: z
    .string()
    .regex(/^[^+/#]+$/, { error: 'not-a-sparkplug-id' })
    .optional(),
})

const ngsiLd = z.strictObject({
  /** absent: over MQTT; else the broker's `/ngsi-ld/v1/entityOperations/upsert` is asked below this address */
  url: z.url({ protocol: /^https?$/ }).optional(),
  tenant: z.string().min(1).optional(),
})

const brokerUrl = z.string().regex(/^mqtts?:\/\/[^/@\s]+\/?$/, { error: 'not-a-broker-url' })

const uplink = z.strictObject({
  broker: brokerUrl,
  /** other addresses of the same broker, such as the nodes of a cluster: each is tried in turn when one is silent */
  standby: z.array(brokerUrl).min(1).max(8).optional(),
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
  /** what waited while there was no connection goes no faster than this, and what is new goes before it */
  history_rate: bitRate.prefault('64kbit/s'),
  sparkplug: sparkplug.optional(),
  ngsi_ld: ngsiLd.optional(),
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
  releases: z.record(slug, releaseSchema),
  /** which the site may narrow and never widen: a file beside this one */
  policy: z.string().min(1).optional(),
  responsible: responsible.optional(),
  frugality: frugality.optional(),
  outbox: outbox.prefault({}),
})

export type Site = z.output<typeof siteSchema>
export type SiteSegment = Site['segments'][string]
export type SiteProgram = SiteSegment['program']
export type SunEvent = SiteProgram['from']['event'] | SiteProgram['until']['event']
export type Place = NonNullable<Site['place']>
export type SiteLine = Site['lines'][string]
export type SiteDevice = Site['devices'][string]
export type Responsible = NonNullable<Site['responsible']>
export type Frugality = NonNullable<Site['frugality']>
export type OutboxBounds = Site['outbox']
export type Uplink = Site['uplink']
