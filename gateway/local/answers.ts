/** What a running gateway tells over its socket. Schemas, because the CLI that asks may be of another release. */
import { z } from 'zod'
import { presenceTold } from './session.ts'

export const knownPoint = z.object({
  point: z.string(),
  quantity: z.string(),
  unit: z.string(),
  at: z.iso.datetime(),
  state: z.enum(['good', 'uncertain', 'bad']),
  reason: z.string().optional(),
  /** 64-bit integers beyond 2^53 come as text */
  value: z.union([z.number(), z.boolean(), z.string()]).optional(),
  age_ms: z.number().optional(),
  /** in which releases it leaves; none: it stays home */
  releases: z.array(z.string()),
})
export type KnownPoint = z.output<typeof knownPoint>

export const ruler = z.object({
  priority: z.string(),
  level: z.number(),
  source: z.object({ door: z.string(), who: z.string() }),
  reason: z.string(),
  /** of the program: `evening`, `late`, `day` … (`control/ruling.ts`) */
  ground: z.string().optional(),
})
export type RulerTold = z.output<typeof ruler>

export const ruling = ruler.extend({
  setpoint: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime().optional(),
  next: ruler.optional(),
})
export type RulingTold = z.output<typeof ruling>

/** What rules a segment, or ruled it at some moment. */
export const whyTold = z.object({
  /** absent: nothing is known of that moment */
  ruling: ruling.optional(),
  /** the moment, and the time zone to speak of it in */
  at: z.iso.datetime(),
  timeZone: z.string(),
  /** `synced`, `holdover` or `unknown` */
  trust: z.string(),
})
export type WhyTold = z.output<typeof whyTold>

export const segmentStatus = z.object({
  title: z.string(),
  ruling,
  /** what the device says of itself, in per cent, as far as it does */
  actual: z.number().optional(),
  /** `applied`, `ramping`, `unconfirmed`, `rejected`: how the last write went */
  state: z.enum(['applied', 'ramping', 'unconfirmed', 'rejected', 'waiting']),
  because: z.string().optional(),
  setpoints: z.array(z.string()),
})
export type SegmentStatus = z.output<typeof segmentStatus>

/** What became of a command. */
export const verdictTold = z.discriminatedUnion('verdict', [
  z.object({
    verdict: z.literal('accepted'),
    setpoint: z.string(),
    value: z.number(),
    until: z.iso.datetime(),
    /** whether it rules, or a stronger one does */
    rules: z.boolean(),
    /** how the writes went, as far as they have */
    outcome: z.enum(['applied', 'ramping', 'unconfirmed', 'rejected', 'waiting']),
    /** who rules instead */
    ruling: ruling.optional(),
  }),
  z.object({
    verdict: z.literal('released'),
    setpoint: z.string(),
    ruling: ruling.optional(),
  }),
  z.object({
    verdict: z.literal('refused'),
    setpoint: z.string(),
    code: z.string(),
    words: z.record(z.string(), z.union([z.string(), z.number()])),
    allowed: z.object({ from: z.number(), to: z.number(), off: z.boolean() }).optional(),
  }),
])
export type VerdictTold = z.output<typeof verdictTold>

/** What a serial line has open. */
export const adapterTold = z.object({
  /** the site's path, or where the same adapter was found again */
  path: z.string(),
  /** the kernel's: `ftdi_sio` */
  driver: z.string().optional(),
  /** for so long it keeps what it has heard */
  latency_ms: z.number().optional(),
  /** whether that could be made short; `none`: it does not */
  set: z.enum(['done', 'not-allowed', 'none']),
  /** by what it is known again when it was pulled */
  known_by: z.enum(['serial-number', 'place', 'name', 'nothing']),
})
export type AdapterTold = z.output<typeof adapterTold>

/** What disturbs a line as such, and since when. */
export const disturbanceTold = z.object({
  kind: z.enum(['noise', 'foreign-master', 'echo']),
  since: z.iso.datetime(),
})
export type DisturbanceTold = z.output<typeof disturbanceTold>

export const lineStatus = z.object({
  url: z.string(),
  adapter: adapterTold.optional(),
  /** why it is down; absent: it is not */
  code: z.string().optional(),
  polls: z.number(),
  missed: z.number(),
  worst_late_ms: z.number(),
  requests: z.number(),
  answers: z.number(),
  timeouts: z.number(),
  garbled: z.number(),
  foreign: z.number(),
  late: z.number(),
  exceptions: z.number(),
  /** share of the last minute in which something was asked or answered: 0 to 1 */
  load: z.number(),
  /** since the gateway began */
  requests_per_s: z.number().optional(),
  /** what the site file asks of it; a cycle is each class of each device once */
  planned: z
    .object({
      requests: z.number(),
      registers: z.number(),
      cycle_ms: z.number(),
      requests_per_s: z.number(),
      load: z.number(),
    })
    .optional(),
  /** absent: nothing disturbs it */
  disturbance: disturbanceTold.optional(),
})

/** How long a device is waited for, and how long it takes, by its last answers. */
export const devicePace = z.object({
  timeout_ms: z.number(),
  /** of the last hundred or so; absent: it has not answered yet */
  answers: z.number().optional(),
  /** how long it thinks */
  turn_around_ms: z.object({ median: z.number(), p99: z.number() }).optional(),
  /** from the first byte of the request to the last of the answer */
  latency_ms: z.object({ median: z.number(), p99: z.number() }).optional(),
  /** absent: too little is known */
  suggested_timeout_ms: z.number().optional(),
})
export type DevicePace = z.output<typeof devicePace>

/** What is wrong now, and since when. */
export const alarm = z.object({
  /** in the console's catalogue: `device-dead` */
  code: z.string(),
  /** of what: a line, a device, a segment, a release */
  of: z.string(),
  since: z.iso.datetime(),
  /** fill the catalogue's sentence */
  words: z.record(z.string(), z.string()),
})
export type Alarm = z.output<typeof alarm>

export const status = z.object({
  site: z.string(),
  tenant: z.string(),
  pid: z.number(),
  started: z.iso.datetime(),
  /** absent: the disk lets none be opened */
  outbox: z.object({ id: z.string(), boot: z.number() }).optional(),
  /** records held in memory, since the outbox does not take them */
  held: z.number(),
  lines: z.record(z.string(), lineStatus),
  devices: z.record(
    z.string(),
    z.object({
      profile: z.string(),
      line: z.string(),
      unit: z.number(),
      health: z.enum(['alive', 'dead', 'line-down']),
      /** it is dead, and what comes when it is asked is damaged */
      damaged: z.boolean().optional(),
      /** why the device does not look like its profile */
      doubt: z.string().optional(),
      pace: devicePace.optional(),
    }),
  ),
  /** by name */
  segments: z.record(z.string(), segmentStatus),
  /** by the gateway's clock; how far that is trusted: `synced`, `holdover`, `unknown`; and the street's time zone */
  time: z.object({ now: z.iso.datetime(), trust: z.string(), zone: z.string().optional() }),
  uplink: z.object({
    broker: z.string(),
    connected: z.boolean(),
    protocol: z.string().optional(),
    /** the last trouble, as long as it lasts */
    trouble: z.object({ code: z.string(), where: z.string(), detail: z.string() }).optional(),
    published: z.number(),
    refused: z.number(),
    /** release → why the broker refuses it now */
    refusing: z.record(z.string(), z.object({ code: z.string(), where: z.string(), detail: z.string() })),
    /** the live view, where the site has one */
    sparkplug: z
      .object({
        /** group and edge node */
        edge: z.string(),
        state: z.enum(['disconnected', 'waiting', 'born']),
        protocol: z.string().optional(),
        /** who is waited for */
        host: z.string().optional(),
        trouble: z.object({ code: z.string(), where: z.string(), detail: z.string() }).optional(),
        messages: z.number(),
        bytes: z.number(),
        births: z.number(),
        /** metrics that a host tried to write */
        refused: z.number(),
      })
      .optional(),
    /** code → how often it came since the start */
    reasons: z.record(z.string(), z.number()).optional(),
    /** this month's bytes on the wire, estimated; `waiting`: releases that wait for the month to go on */
    budget: z
      .object({
        spent: z.number(),
        monthly: z.number().optional(),
        projected: z.number().optional(),
        waiting: z.array(z.string()),
      })
      .optional(),
    /** another gateway with this one's identity was heard of */
    twin: z.object({ outbox: z.string(), boot: z.number(), upS: z.number() }).optional(),
    /** when what waited will all have been sent, at the pace of now; absent: nothing waits so, or there is no connection */
    caught_up_by: z.iso.datetime().optional(),
  }),
  releases: z.record(
    z.string(),
    z.object({
      delivery: z.string(),
      recipient: z.string(),
      purpose: z.string(),
      points: z.number(),
      last: z.number(),
      waiting: z.number(),
      /** of these, in line to be sent as history */
      historical: z.number().optional(),
      receipt: z.number().optional(),
      /** durable, and for so many days its recipient has given no receipt; absent: it has within seven */
      unread_days: z.number().optional(),
    }),
  ),
  /** the gravest first */
  alarms: z.array(alarm),
  /** somebody is working at this cabinet */
  presence: presenceTold.optional(),
  /** how many points are read here and leave in no release */
  home: z.number(),
  ledger: z.array(z.object({ day: z.string(), release: z.string(), messages: z.number(), bytes: z.number() })),
})
export type Status = z.output<typeof status>
