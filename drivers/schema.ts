/** Shapes that profiles and sites share. Each message key is a code of `explain.ts`'s catalogue, in both languages. */
import { z } from 'zod'

/** Lower-case words joined by hyphens: the ids of sites, profiles, lines, devices and releases. */
export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'not-a-slug' })

/** Lower-case words joined by underscores: the names of points and parameters. */
export const pointName = z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, { error: 'not-a-point-name' })

const unitSeconds: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }

/** A duration with its unit: `500ms`, `2s`, `15m`, `1h`, `30d`. Becomes a Temporal.Duration, so that nobody confuses the units. */
export const duration = z
  .string({ error: (issue) => (typeof issue.input === 'number' ? 'no-time-unit' : undefined) })
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, { error: 'not-a-duration' })
  .transform((text) => {
    const [, amount = '', unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? []
    return Temporal.Duration.from({ milliseconds: Math.round(Number(amount) * (unitSeconds[unit] ?? 0) * 1_000) })
  })

export function milliseconds(duration: Temporal.Duration): number {
  return duration.total('milliseconds')
}

const parities = { N: 'none', E: 'even', O: 'odd' } as const

/** How characters go over a serial line, written `9600 8N1`: baud, data bits, parity (N, E, O), stop bits. */
export const serialFormat = z
  .string()
  .regex(/^\d+ [78][NEO][12]$/, { error: 'not-a-serial-format' })
  .transform((text) => {
    const [, baud, data, parity, stop] = /^(\d+) (\d)([NEO])(\d)$/.exec(text) ?? []
    return {
      baud: Number(baud),
      dataBits: data === '7' ? (7 as const) : (8 as const),
      parity: parities[parity as keyof typeof parities],
      stopBits: stop === '2' ? (2 as const) : (1 as const),
    }
  })
export type SerialFormat = z.output<typeof serialFormat>

/** The same text for people and for machines, in both languages. */
export const bilingual = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) })

/** Two numbers, the least and the most, both included. */
export const range = z
  .tuple([z.number(), z.number()])
  .refine(([least, most]) => least <= most, { error: 'range-upside-down' })
