/** What a point can do between two readings, by its quantity, its profile and its encoding. */
import type { InstancePoint } from '../../../drivers/instance.ts'
import type { Encoding } from '../../../drivers/profile.ts'
import { quantities, type QuantityName } from '../../../drivers/quantities.ts'

export interface Limits {
  /** in the quantity's unit a second; Infinity: as it likes */
  readonly slewPerS: number
  /** the value may be so much older or younger than its reading: devices compute theirs by a beat of their own */
  readonly slackMs: number
  /** one count of an integer, in the quantity's unit; 0 of a float */
  readonly count: number
  /** of a float, the distance to the next one, as a share of its value; else 0 */
  readonly share: number
  /** of a counter that rolls over: after so much it is at 0 again */
  readonly modulus: number | undefined
}

/** Counters are brought up to date once a minute by some meters, gauges with each of their turns. */
const slackMs = { counter: 60_000, gauge: 1_000 }

const shares: Partial<Record<Encoding, number>> = { f32: 2 ** -23, f64: 2 ** -52 }

/** Where each integer begins anew. Of signed ones the negative half is no count; 64 bits last longer than any meter. */
const capacities: Partial<Record<Encoding, number>> = {
  u16: 2 ** 16,
  i16: 2 ** 15,
  u32: 2 ** 32,
  i32: 2 ** 31,
  bcd16: 1e4,
  bcd32: 1e8,
}

/** Whose range bounds how fast the energy can grow. */
const powerOf: Partial<Record<QuantityName, QuantityName>> = {
  energy_active_import: 'power_active',
  energy_active_export: 'power_active',
  energy_reactive_import: 'power_reactive',
  energy_reactive_export: 'power_reactive',
}

/** Undefined: it is no number, or may change as it likes. `device`: all that the device measures, itself among them. */
export function limitsOf(point: InstancePoint, device: Iterable<InstancePoint>): Limits | undefined {
  const { kind } = quantities[point.quantity]
  if (kind !== 'counter' && kind !== 'gauge') return undefined
  const slewPerS = Math.min(point.slewPerS ?? Infinity, kind === 'counter' ? powerSlew(point, device) : Infinity)
  if (kind === 'gauge' && slewPerS === Infinity) return undefined
  const factor = Math.abs(point.multiplier / point.divisor)
  const share = shares[point.as] ?? 0
  const capacity = capacities[point.as]
  return {
    slewPerS,
    slackMs: slackMs[kind],
    count: share === 0 ? factor : 0,
    share,
    modulus: kind === 'gauge' ? undefined : (point.rollsOverAt ?? (capacity && capacity * factor)),
  }
}

/** Meters are loaded somewhat beyond what they are made for. */
const overload = 1.25

/** All powers that the device measures, each at its most: the total and its phases make twice the truth, which is safe. */
function powerSlew({ quantity }: InstancePoint, device: Iterable<InstancePoint>): number {
  const power = powerOf[quantity]
  if (power === undefined) return Infinity
  let watts = 0
  for (const { quantity: other, range } of device)
    if (other === power) watts += Math.max(Math.abs(range[0]), Math.abs(range[1]))
  return watts === 0 ? Infinity : (overload * watts) / 3_600_000
}

/** The least by which the value can change. */
export function grain({ count, share }: Limits, value: number): number {
  return share === 0 ? count : Math.abs(value) * share
}

/** The most by which it can have changed; `slewPerS`: where it was found to be faster than was said. */
export function furthest(limits: Limits, value: number, elapsedMs: number, slewPerS = limits.slewPerS): number {
  return (slewPerS * (elapsedMs + limits.slackMs)) / 1_000 + 2 * grain(limits, value)
}
