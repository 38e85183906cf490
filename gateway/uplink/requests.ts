/** What a recipient may ask of a gateway: to forget what it holds, to send again what it lacks. */
import { z } from 'zod'
import type { Range } from '../outbox/outbox.ts'

/** A request longer than this is not even parsed. */
export const largestRequestBytes = 64 * 1024

/** A recipient that lacks more asks again when these have come. */
const mostRanges = 64

const outbox = z.string().min(1).max(64)
const number = z.int().min(1)

/** The word of the recipient that it holds every number up to `upto`. */
const receipt = z.object({ v: z.literal(1), outbox, upto: number })

const replay = z.object({
  v: z.literal(1),
  outbox,
  ranges: z
    .array(
      z
        .tuple([number, number])
        .refine(([from, to]) => from <= to)
        .transform(([from, to]): Range => ({ from, to })),
    )
    .min(1)
    .max(mostRanges),
})

export type Receipt = z.output<typeof receipt>
export type Replay = z.output<typeof replay>

/** Undefined for what is no receipt: anyone whom the broker lets in may have written it. */
export function parseReceipt(payload: Uint8Array): Receipt | undefined {
  return parse(receipt, payload)
}

export function parseReplay(payload: Uint8Array): Replay | undefined {
  return parse(replay, payload)
}

function parse<S extends z.ZodType>(schema: S, payload: Uint8Array): z.output<S> | undefined {
  if (payload.length > largestRequestBytes) return undefined
  try {
    return schema.safeParse(JSON.parse(Buffer.from(payload).toString())).data
  } catch {
    return undefined
  }
}
