/** What the pages of the console ask for besides the status: one answer a page. */
import { z } from 'zod'
import { knownPoint, ruler, ruling } from './answers.ts'

const moment = z.iso.datetime()

/** `[when, value]`, the former in milliseconds since 1970; null: from here on there is no value. */
export const sample = z.tuple([z.number(), z.number().nullable()])
export type SampleTold = z.output<typeof sample>

/** One night of a segment, from noon to noon: what its program asks for, and what it came to. */
export const tonightTold = z.object({
  segment: z.string(),
  setpoint: z.string(),
  title: z.string(),
  zone: z.string(),
  now: moment,
  from: moment,
  until: moment,
  /** `synced`, `holdover` or `unknown`: with the last, the plan is not what is followed */
  trust: z.string(),
  /** one after the other, covering all of the night */
  plan: z.array(z.object({ from: moment, until: moment, level: z.number(), ground: z.string() })),
  /** who ruled since when, up to now; without a ruler nothing is known of that time, since no gateway ran */
  ruled: z.array(z.object({ since: moment, ruler: ruler.optional() })),
  /** what its lamps said of themselves, in per cent */
  actual: z.array(sample),
  ruling: ruling.optional(),
  floor: z.number(),
  /** what may be commanded, in per cent; 0 besides where `off` */
  allowed: z.object({ from: z.number(), to: z.number(), off: z.boolean() }),
})
export type TonightTold = z.output<typeof tonightTold>

/** A stretch of what a point was. */
export const seriesTold = z.object({
  point: z.string(),
  from: moment,
  until: moment,
  samples: z.array(sample),
})
export type SeriesTold = z.output<typeof seriesTold>

/** A point of a device, and why its value is what it is. */
export const pointOrigin = knownPoint.extend({
  /** `input/52`: where its registers begin; absent: it is not read from registers */
  register: z.string().optional(),
  /** `f32`, `u16` … */
  encoding: z.string(),
  /** registers of most significance first, or the other way round: `ABCD` */
  order: z.string().optional(),
  /** the device's number times this is the value */
  factor: z.number(),
  /** of a counter that began anew: what is added to that, since when, and why */
  offset: z
    .object({ value: z.number(), since: moment, what: z.enum(['rolled-over', 'reset', 'exchanged']) })
    .optional(),
  poll: z.enum(['fast', 'normal', 'slow']),
  period_ms: z.number(),
  /** the registers, or bits, of the last answer that held it */
  raw: z.array(z.number()).optional(),
})
export type PointOrigin = z.output<typeof pointOrigin>

/** What a device refuses of what its profile has (`drivers/driver.ts`). */
export const defectTold = z.object({
  kind: z.enum(['point', 'hole', 'seam', 'length']),
  /** where it begins; of a length the table alone */
  register: z.string(),
  count: z.number(),
  points: z.array(z.string()),
  /** the Modbus exception with which it does */
  exception: z.number(),
})
export type DefectTold = z.output<typeof defectTold>

export const deviceTold = z.object({
  name: z.string(),
  line: z.string(),
  unit: z.number(),
  profile: z.object({ id: z.string(), vendor: z.string(), model: z.string(), grade: z.string(), source: z.string() }),
  health: z.enum(['alive', 'dead', 'line-down']),
  doubt: z.string().optional(),
  /** absent: none */
  defects: z.array(defectTold).optional(),
  /** of its last answers, from the request's last byte to the answer's; absent: it has not answered yet */
  latency: z.object({ last_ms: z.number(), median_ms: z.number(), p99_ms: z.number() }).optional(),
  points: z.array(pointOrigin),
  /** what is written there, and by which segment */
  setpoints: z.array(z.object({ name: z.string(), quantity: z.string(), segment: z.string().optional() })),
})
export type DeviceTold = z.output<typeof deviceTold>

const leaving = z.object({ point: z.string(), quantity: z.string() })

/** What leaves, to whom, and why; and what stays. From the policy that is enforced, and from nothing else. */
export const dataTold = z.object({
  releases: z.array(
    z.object({
      name: z.string(),
      points: z.array(leaving),
      purpose: z.string(),
      /** a ground of GDPR article 6, or `not-personal` with the reason */
      basis: z.string(),
      because: z.object({ en: z.string(), fr: z.string() }).optional(),
      recipient: z.object({ name: z.string(), role: z.string() }),
      /** what is done before anything leaves, a sentence each */
      treatment: z.object({ en: z.array(z.string()), fr: z.array(z.string()) }),
      /** absent: durable, kept until the recipient's receipt */
      best_effort_ms: z.number().optional(),
      retention: z.string(),
      licence: z.string().optional(),
      last: z.number(),
      waiting: z.number(),
      receipt: z.number().optional(),
      /** by UTC day, the last first */
      ledger: z.array(z.object({ day: z.string(), messages: z.number(), bytes: z.number() })),
    }),
  ),
  home: z.array(leaving.extend({ sensitivity: z.string() })),
})
export type DataTold = z.output<typeof dataTold>

export const logLine = z.object({
  at: moment,
  level: z.enum(['debug', 'info', 'warn', 'error', 'fatal']),
  text: z.string(),
})
export type LogLine = z.output<typeof logLine>

export const systemTold = z.object({
  version: z.string(),
  node: z.string(),
  site: z.string(),
  title: z.string(),
  started: moment,
  now: moment,
  /** SHA-256 of the site file that runs */
  revision: z.object({ hash: z.string(), file: z.string() }),
  clock: z.object({ trust: z.string(), reason: z.string(), zone: z.string().optional() }),
  /** of the file system of the gateway's folder, and what the gateway keeps there */
  disk: z.object({
    free_bytes: z.number(),
    size_bytes: z.number(),
    kept: z.array(z.object({ what: z.enum(['outbox', 'history', 'audit', 'log', 'other']), bytes: z.number() })),
  }),
  memory: z.object({ rss_bytes: z.number(), free_bytes: z.number(), size_bytes: z.number() }),
  /** of one core, since the start */
  cpu_share: z.number(),
  history: z.object({ bytes: z.number(), quota_bytes: z.number(), oldest: moment.optional() }).optional(),
  /** the last ones, the oldest first */
  log: z.array(logLine),
})
export type SystemTold = z.output<typeof systemTold>
