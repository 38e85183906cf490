/**
 * What is kept of counters over a restart: what each said last and when, and its offset. In `learned.json`; what changes an
 * offset is written within a minute, the rest every ten: 144 writes of some 20 kB a day, 3 MB. A counter that loses its count
 * in the same power cut as the gateway may be told lower by what it had counted since, ten minutes' worth at most.
 */
import { z } from 'zod'

export const keepEveryMs = 600_000

const offset = z.object({
  value: z.number(),
  /** when it became so: milliseconds since 1970 */
  sinceMs: z.number(),
  what: z.enum(['rolled-over', 'reset', 'exchanged']),
})
/** What is added to what the device says. */
export type Offset = z.output<typeof offset>

const counterKept = z.object({
  raw: z.number(),
  told: z.number(),
  atMs: z.number(),
  offset: offset.exactOptional(),
})
export type CounterKept = z.output<typeof counterKept>

/** By point. */
export const countersKept = z.record(z.string(), counterKept)
export type CountersKept = z.output<typeof countersKept>
