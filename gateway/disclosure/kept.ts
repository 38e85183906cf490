/** What the gate must not forget when the gateway restarts: what points have spent of their budgets, and what may not leave yet. */
import { z } from 'zod'
import { badReasons, uncertainReasons, type PointId } from '../../drivers/reading.ts'
import { statistics } from '../releases.ts'
import { suppressedReasons, type Sample, type Unsealed } from './disclosed.ts'
import type { Held } from './treatments/delay.ts'
import { plus, zero, type Rational } from './treatments/discrete-laplace.ts'
import type { Spent } from './treatments/noise.ts'

const quality = z.discriminatedUnion('state', [
  z.object({ state: z.literal('good') }),
  z.object({ state: z.literal('uncertain'), reason: z.enum(uncertainReasons) }),
  z.object({ state: z.literal('bad'), reason: z.enum(badReasons) }),
  z.object({ state: z.literal('suppressed'), reason: z.enum(suppressedReasons) }),
])

/** Whole numbers beyond 2^53 as text, which JSON would round. */
const value = z.union([z.null(), z.number(), z.boolean(), z.string(), z.object({ whole: z.string().regex(/^-?\d+$/) })])

const pointId = z.templateLiteral([z.string(), '.', z.string()])

const sample = z.object({ offsetMs: z.number(), value, quality })

const record = z.object({
  fromMs: z.number(),
  untilMs: z.number(),
  series: z.array(
    z.object({
      point: pointId,
      statistic: z.enum(statistics).optional(),
      samples: z.array(sample),
    }),
  ),
  alarms: z
    .array(z.object({ offsetMs: z.number(), code: z.string(), of: z.string(), state: z.enum(['raised', 'cleared']) }))
    .optional(),
  partial: z.literal(true).optional(),
  epsilon: z.number().optional(),
})

export const gateKept = z.object({
  v: z.literal(1),
  /** by point: on which day (UTC, days since 1970) it has spent what of its budget of noise, as a fraction */
  spent: z.record(pointId, z.array(z.tuple([z.int(), z.string().regex(/^\d+\/[1-9]\d*$/)]))),
  /** by release */
  held: z.record(z.string(), z.array(z.object({ dueMs: z.number(), record }))),
})
export type GateKept = z.output<typeof gateKept>

/** What was kept before this start; `damaged`: something was, and nobody knows what; undefined: nothing. */
export type GateFound = GateKept | 'damaged' | undefined

/**
 * `ahead`: what counts as spent already besides, on each day on which something was, on this one and the one before, to which a
 * window that is open belongs. What a point tells next may leave before this is on the flash, and a power cut must give no
 * budget back.
 */
export function spentKept(spent: Spent, ahead: ReadonlyMap<PointId, Rational>, today: number): GateKept['spent'] {
  const points = new Set([...spent.keys(), ...ahead.keys()])
  return Object.fromEntries(
    [...points].map((point) => {
      const days = spent.get(point) ?? new Map<number, Rational>()
      const next = ahead.get(point) ?? zero
      const all = next === zero ? days.keys() : new Set([...days.keys(), today - 1, today])
      return [
        point,
        [...all].map((day): [number, string] => {
          const { num, den } = plus(days.get(day) ?? zero, next)
          return [day, `${num}/${den}`]
        }),
      ]
    }),
  )
}

export function spentRestored(kept: GateKept['spent']): Spent {
  return new Map(
    Object.entries(kept).map(([point, days]) => [
      point as PointId, // its schema says so
      new Map(days.map(([day, sum]) => [day, fraction(sum)])),
    ]),
  )
}

function fraction(text: string): Rational {
  const [num = '0', den = '1'] = text.split('/')
  return { num: BigInt(num), den: BigInt(den) }
}

export function heldKept(held: readonly Held<Unsealed>[]): GateKept['held'][string] {
  return held.map(({ dueMs, record: { from, until, series, alarms, partial, epsilon } }) => ({
    dueMs,
    record: {
      fromMs: from.epochMilliseconds,
      untilMs: until.epochMilliseconds,
      series: series.map(({ samples, ...named }) => ({
        ...named,
        samples: samples.map((one) => ({
          ...one,
          value: typeof one.value === 'bigint' ? { whole: one.value.toString() } : one.value,
        })),
      })),
      ...(alarms === undefined ? {} : { alarms: [...alarms] }),
      ...(partial === undefined ? {} : { partial }),
      ...(epsilon === undefined ? {} : { epsilon }),
    },
  }))
}

export function heldRestored(release: string, kept: GateKept['held'][string] = []): Held<Unsealed>[] {
  return kept.map(({ dueMs, record: { fromMs, untilMs, series, alarms, partial, epsilon } }) => ({
    dueMs,
    record: {
      release,
      from: Temporal.Instant.fromEpochMilliseconds(fromMs),
      until: Temporal.Instant.fromEpochMilliseconds(untilMs),
      series: series.map(({ point, statistic, samples }) => ({
        point,
        ...(statistic === undefined ? {} : { statistic }),
        samples: samples.map(sampleRestored),
      })),
      ...(alarms === undefined ? {} : { alarms }),
      ...(partial === undefined ? {} : { partial }),
      ...(epsilon === undefined ? {} : { epsilon }),
    },
  }))
}

function sampleRestored({ offsetMs, value: kept, quality: how }: z.output<typeof sample>): Sample {
  return { offsetMs, value: typeof kept === 'object' && kept !== null ? BigInt(kept.whole) : kept, quality: how }
}
