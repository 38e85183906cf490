/** The messages of a gateway, as far as a recipient must understand them. */
import { z } from 'zod'

/** Longer ones are not even parsed. */
export const largestMessageBytes = 256 * 1024

const number = z.int().min(1)
const header = { v: z.literal(1), outbox: z.string().min(1).max(64), boot: z.int().min(0) }
/** it waited */
const hist = z.literal(true).optional()
/** of a record of alarms */
const alarms = z.array(z.unknown()).optional()

const record = z
  .object({ ...header, hist, seq: number, t0: z.int(), t1: z.int(), p: z.record(z.string(), z.unknown()), a: alarms })
  .transform((message) => ({ kind: 'record' as const, ...message }))

const gap = z
  .object({
    ...header,
    gap: z
      .object({ from: number, to: number, why: z.string().max(64) })
      .refine(({ from, to }) => from <= to, { error: 'upside down' }),
  })
  .transform((message) => ({ kind: 'gap' as const, ...message }))

const message = z.union([record, gap])
export type Message = z.output<typeof message>

const state = z.object({
  v: z.literal(1),
  s: z.string().max(64),
  outbox: header.outbox.optional(),
  /** by release: the last number that was given */
  last: z.record(z.string(), number).optional(),
})
export type State = z.output<typeof state>

/** What a record or gap says, or why it is none. */
export function parseMessage(payload: Uint8Array): Message | { readonly kind: 'garbage'; readonly detail: string } {
  if (payload.length > largestMessageBytes) return { kind: 'garbage', detail: `${payload.length} bytes` }
  const result = message.safeParse(json(payload))
  return result.success ? result.data : { kind: 'garbage', detail: 'neither a record nor a gap' }
}

/** `s`: `online`, `offline`, or another word; undefined for garbage. */
export function parseState(payload: Uint8Array): State | undefined {
  return payload.length > largestMessageBytes ? undefined : state.safeParse(json(payload)).data
}

function json(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString())
  } catch {
    return undefined
  }
}
