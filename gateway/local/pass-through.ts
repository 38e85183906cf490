/** Which lines a technician's own tool reaches through the gateway, and who lets it write: as it is told and asked for. */
import { z } from 'zod'

export const unlockAsked = z.strictObject({
  line: z.string().min(1).max(120),
  minutes: z.int().min(1).max(480),
  reason: z.string().trim().min(1).max(200),
})

/** Until then, tools may write to the line. */
export const unlockTold = z.object({
  line: z.string(),
  who: z.string(),
  reason: z.string(),
  until: z.iso.datetime(),
})
export type UnlockTold = z.output<typeof unlockTold>

export const passThroughTold = z.object({
  line: z.string(),
  /** where tools connect: `127.0.0.1:1502` */
  listen: z.string(),
  /** why they cannot: the system's word */
  detail: z.string().optional(),
  /** tools that are connected now */
  connections: z.number(),
  reads: z.number(),
  writes: z.number(),
  /** writes while the line was locked */
  refused: z.number(),
  /** requests that were told to come again, since polling needs the line */
  busy: z.number(),
  unlocked: unlockTold.optional(),
})
export type PassThroughTold = z.output<typeof passThroughTold>
