/** Policies and streets for tests of the gate. */
import type { QuantityName } from '../../../drivers/quantities.ts'
import { good, type PointId, type Reading, type Value } from '../../../drivers/reading.ts'
import { dice } from '../../../drivers/testing/dice.ts'
import { siteSchema } from '../../site.ts'
import { disclose, noWindows, type Event, type Means, type WindowState } from '../disclose.ts'
import type { Disclosed } from '../disclosed.ts'
import { compilePolicy, type Policy } from '../policy.ts'
import { bitsFrom } from '../treatments/discrete-laplace.ts'

export const points = new Map<PointId, QuantityName>([
  ['feeder.power_active', 'power_active'],
  ['feeder.energy_active_import', 'energy_active_import'],
  ['feeder.serial', 'serial_number'],
  ['yard.power_active', 'power_active'],
  ['cellar.power_active', 'power_active'],
  ['gate.people_passages', 'people_passages'],
])

/** One release, `one`, of the feeder's power, unless `extra` says otherwise. */
export function policyOf(extra: object, timeZone?: string): Policy {
  const one = {
    points: ['feeder.power_active'],
    purpose: 'energy_efficiency',
    basis: 'public-task',
    recipient: { name: 'Ville', role: 'controller' },
    delivery: 'durable',
    retention: '3y',
    ...extra,
  }
  return compilePolicy(siteSchema.shape.releases.parse({ one }), points, timeZone)
}

export const startMs = Date.UTC(2026, 11, 21, 16)

export function at(ms: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(startMs + ms)
}

export function read(point: PointId, ms: number, value: Value): Reading {
  return { point, at: at(ms), quality: good, value }
}

export function tick(ms: number): Event {
  return { tick: at(ms) }
}

export function alarm(alarm: string, of: string, state: 'raised' | 'cleared', ms: number): Event {
  return { alarm, of, state, at: at(ms) }
}

/** What leaves with each event; events that let nothing out are not in it. */
export function run(policy: Policy, events: readonly Event[], state: WindowState = noWindows(meansOf(1))): Left[] {
  return events.flatMap((event) => {
    const ms = ('tick' in event ? event.tick : event.at).epochMilliseconds - startMs
    return disclose(policy, event, state).out.map((record) => ({ ms, record }))
  })
}

interface Left {
  /** when */
  readonly ms: number
  readonly record: Disclosed
}

/** Bytes that a seed repeats. */
export function bytesOf(seed: number): (count: number) => Uint8Array {
  const random = dice(seed)
  return (count) => Uint8Array.from({ length: count }, () => Math.floor(256 * random()))
}

export function meansOf(seed: number): Means {
  return { bits: bitsFrom(bytesOf(seed)), secret: bytesOf(seed)(32) }
}

/** Each series' name with its values, or why there are none. */
export function valuesOf({ series }: Disclosed): Record<string, unknown[]> {
  return Object.fromEntries(
    series.map(({ point, statistic, samples }) => [
      statistic === undefined ? point : `${point}.${statistic}`,
      samples.map(({ value, quality }) => value ?? (quality.state === 'good' ? null : quality.reason)),
    ]),
  )
}
