/** A record as the outbox keeps it, read again for the encodings that are not its own JSON. */
import { z } from 'zod'

const value = z.union([z.number(), z.boolean(), z.string(), z.null()])

/** Sparkplug B 3.0, 6.4.11. */
const good = 192

/** Behind the reason may stand another: why it was suppressed. */
const sample = z.union([
  // What is good does not say so.
  z.tuple([z.number(), value]).transform(([offsetMs, read]) => [offsetMs, read, good] as const),
  z.tuple([z.number(), value, z.number()]).rest(z.string()),
])

const body = z.object({
  t0: z.number(),
  t1: z.number(),
  p: z.record(z.string(), z.array(sample)).default({}),
  /** alarms that began or ended: what, and of what */
  a: z.array(z.tuple([z.number(), z.string(), z.string(), z.enum(['raised', 'cleared'])])).default([]),
  /** the window was not seen whole */
  partial: z.literal(true).optional(),
})

export type Body = z.output<typeof body>
export type BodySample = z.output<typeof sample>

/** Undefined for what no release of ours has written. */
export function parseBody(text: string): Body | undefined {
  try {
    return body.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** `feeder.power_active.mean` is the mean of `feeder.power_active`; what has no second dot is as it was read. */
export function seriesOf(key: string): { readonly device: string; readonly name: string; readonly statistic: string } {
  const [device = '', name = '', statistic = 'raw'] = key.split('.')
  return { device, name, statistic }
}
