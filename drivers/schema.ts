/** Shapes that profiles and sites share. Each message key is a code of `explain.ts`'s catalogue, in both languages. */
import { z } from 'zod'

/** Lower-case words joined by hyphens: the ids of sites, profiles, lines, devices and releases. */
export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'not-a-slug' })

/** Lower-case words joined by underscores: the names of points and parameters. */
export const pointName = z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, { error: 'not-a-point-name' })

/** The same with places for an index, `gear_{gear}_level`, where a device has many of a kind. */
export const pointTemplate = z
  .string()
  .regex(/^[a-z](?=[a-z0-9_]*(\{[a-z]+\}[a-z0-9_]*)?$)([a-z0-9]|_(?=[a-z0-9{])|\{[a-z]+\})*$/, {
    error: 'not-a-point-name',
  })

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function millisecondsIn(text: string): number {
  const [, amount = '', unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? []
  return Math.round(Number(amount) * (unitMs[unit] ?? 0))
}

/**
 * A duration with its unit, from `least` to `most`, which are written like it: `500ms`, `2s`, `15m`, `1h`, `30d`. Becomes
 * a Temporal.Duration, so that nobody confuses the units. Always with bounds: timers take no more than 24.8 days, and no
 * window is empty.
 */
export function durationBetween(least: string, most: string) {
  const [leastMs, mostMs] = [millisecondsIn(least), millisecondsIn(most)]
  const within = (text: string) => millisecondsIn(text) >= leastMs && millisecondsIn(text) <= mostMs
  return z
    .string({ error: (issue) => (typeof issue.input === 'number' ? 'no-time-unit' : undefined) })
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, { error: 'not-a-duration', abort: true })
    .refine(within, { error: 'duration-outside', params: { least, most }, abort: true })
    .transform((text) => Temporal.Duration.from({ milliseconds: millisecondsIn(text) }))
}

/** How fast a value may change: so much of the quantity's unit `/s` or `/m`, or `at-once`. Becomes units per second. */
export const rate = z
  .string()
  .regex(/^(at-once|\d+(\.\d+)?\/[sm])$/, { error: 'not-a-rate', abort: true })
  .transform((text) => {
    if (text === 'at-once') return Infinity
    const [amount, per] = text.split('/')
    return Number(amount) / (per === 'm' ? 60 : 1)
  })
  .refine((perSecond) => perSecond > 0, { error: 'not-a-rate' })

export function milliseconds(duration: Temporal.Duration): number {
  return duration.total('milliseconds')
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** As `durationBetween` reads it: `15m`, `2.5s`, `500ms`. */
export function durationText(ms: number): string {
  const [unit, length] = units.find(([unit, length]) =>
    unit === 's' ? ms >= length : ms > 0 && ms % length === 0,
  ) ?? ['ms', 1]
  return `${ms / length}${unit}`
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

const parityLetters = { none: 'N', even: 'E', odd: 'O' } as const

/** As `serialFormat` reads it: `9600 8N1`. */
export function serialFormatText({ baud, dataBits, parity, stopBits }: SerialFormat): string {
  return `${baud} ${dataBits}${parityLetters[parity]}${stopBits}`
}

/** The same text for people and for machines, in both languages. */
export const bilingual = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) })

/** Two numbers, the least and the most, both included. */
export const range = z
  .tuple([z.number(), z.number()])
  .refine(([least, most]) => least <= most, { error: 'range-upside-down' })

/** Whether a raw value is a mapping. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A raw value as a mapping; what is none has no keys. */
export function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}
