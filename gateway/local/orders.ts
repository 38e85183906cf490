/** What may be asked over the socket, parsed at the door. */
import { z } from 'zod'

const words = {
  setpoint: z.string().min(1).max(120),
  reason: z.string().trim().max(200),
  who: z.string().min(1).max(80),
}

export const localCommand = z
  .object({
    ...words,
    value: z.union([z.number(), z.boolean()]),
    lease_ms: z.number().positive(),
    reason: words.reason.min(1),
  })
  .transform(({ lease_ms: leaseMs, ...order }) => ({ ...order, leaseMs }))
export type LocalCommand = z.output<typeof localCommand>

export const localRelease = z.object(words)
export type LocalRelease = z.output<typeof localRelease>

export const localQuestion = z.object({
  setpoint: z.string().min(1),
  at: z.iso
    .datetime({ offset: true })
    .transform((at) => Temporal.Instant.from(at))
    .optional(),
})
