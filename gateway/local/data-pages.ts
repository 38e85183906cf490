/** What a running gateway tells of what has left it: ledger, samples, cost, export. Schemas, because the CLI may be of another release. */
import { z } from 'zod'

const moment = z.iso.datetime()

/** Of one release on one day (UTC). */
export const ledgerDay = z.object({
  day: z.string(),
  release: z.string(),
  from: z.string(),
  until: z.string(),
  /** a power cut took what was counted from then until `from` */
  cut: z.string().optional(),
  windows: z.number(),
  records: z.number(),
  values: z.number(),
  suppressed: z.number(),
  epsilon: z.number(),
  gaps: z.number(),
  gone: z.number(),
  messages: z.number(),
  bytes: z.number(),
  policy: z.string(),
  since: z.string(),
})
export type LedgerDayTold = z.output<typeof ledgerDay>

export const ledgerTold = z.object({
  /** SHA-256 of what is enforced, and since when it has been */
  policy: z.object({ policy: z.string(), since: moment }),
  closed: z.array(ledgerDay),
  /** the day that is being counted */
  open: z.array(ledgerDay),
  receipts: z.record(z.string(), z.string()),
  left: z.record(z.string(), z.string()),
  /** durable releases whose recipient gives no receipts */
  unread: z.array(z.object({ release: z.string(), receipt: z.string().optional(), days: z.number() })),
  trouble: z.string().optional(),
})
export type LedgerPage = z.output<typeof ledgerTold>

/** The last message of each release, as it was sent. */
export const specimensTold = z.array(
  z.object({
    release: z.string(),
    at: moment,
    topic: z.string(),
    payload: z.string(),
    form: z.enum(['text', 'base64']),
    bytes: z.number(),
    properties: z.record(z.string(), z.unknown()),
  }),
)
export type SpecimenTold = z.output<typeof specimensTold>[number]

const share = { messages: z.number(), bytes: z.number(), link_bytes: z.number() }

export const costTold = z.object({
  /** of days in UTC */
  month: z.string(),
  /** of what was counted, and how many hours of it between them; bytes and energy are of these */
  from: moment,
  until: moment,
  hours: z.number(),
  purposes: z.array(
    z.object({
      purpose: z.string(),
      releases: z.array(z.string()),
      ...share,
      values: z.number(),
      wh: z.number(),
      wh_per_value: z.number().optional(),
      verdict: z.enum(['worth-it', 'not-worth-it']),
    }),
  ),
  besides: z.object(share),
  total: z.object(share),
  network: z.object({ wh: z.number(), wh_per_byte: z.number() }),
  gateway: z.object({ watts: z.number(), basis: z.enum(['declared', 'assumed']), wh: z.number() }),
  modem: z.object({ watts: z.number(), wh: z.number() }).optional(),
  wh: z.number(),
  values: z.number(),
  wh_per_value: z.number().optional(),
  budget: z.object({ bytes: z.number(), used: z.number(), projected: z.number() }).optional(),
  unread: z.array(z.object({ release: z.string(), receipt: z.string().optional(), days: z.number() })),
  saving: z.object({ wh: z.number(), share: z.number() }).optional(),
  verdict: z.enum(['worth-it', 'not-worth-it', 'no-saving-claimed']),
})
export type CostTold = z.output<typeof costTold>

export const exportForms = ['csv', 'json'] as const
export type ExportForm = (typeof exportForms)[number]

export const exportMetadata = z.object({
  made: moment,
  site: z.object({ name: z.string(), title: z.string(), place: z.unknown().optional() }),
  columns: z.array(z.string()),
  quality: z.record(z.string(), z.string()),
  kept_days: z.record(z.string(), z.number()),
  devices: z.record(z.string(), z.unknown()),
  points: z.record(z.string(), z.unknown()),
  releases: z.record(z.string(), z.unknown()),
})
export type ExportMetadata = z.output<typeof exportMetadata>
