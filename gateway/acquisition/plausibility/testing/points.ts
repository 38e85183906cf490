/** Points as a profile would make them, for the tests of what is plausible. */
import type { InstancePoint } from '../../../../drivers/instance.ts'

export function pointOf(given: Partial<InstancePoint> & Pick<InstancePoint, 'name' | 'quantity'>): InstancePoint {
  return {
    poll: 'slow',
    table: 'holding',
    address: 0,
    count: 2,
    as: 'u32',
    order: 'ABCD',
    multiplier: 1,
    divisor: 100,
    range: [0, 1e10],
    absent: new Set(),
    flags: new Map(),
    ...given,
  }
}

/** A meter for 36 kW: its energy grows by 0.0125 kWh a second at most. */
export const power = pointOf({
  name: 'power_active',
  quantity: 'power_active',
  as: 'f32',
  divisor: 1,
  range: [-36_000, 36_000],
})
export const energy = pointOf({ name: 'energy_active_import', quantity: 'energy_active_import' })
