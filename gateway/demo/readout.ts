/** What a meter says of a load, point by point. */
import type { Instance, InstancePoint } from '../../drivers/instance.ts'
import type { QuantityName } from '../../drivers/quantities.ts'
import { simulate } from '../../drivers/testing/simulator.ts'
import { accrue, type Energy, type PhaseEnergy } from './energy.ts'
import type { Load, LoadCurve, PhaseLoad } from './evening.ts'
import type { Device } from './meter.ts'

/** One phase, or all three: what a point without `_l1`, `_l2`, `_l3` speaks of. */
interface Measured {
  readonly loads: readonly PhaseLoad[]
  readonly energies: readonly PhaseEnergy[]
  readonly hertz: number
}

const sum = <T>(of: readonly T[], amount: (one: T) => number) => of.reduce((total, one) => total + amount(one), 0)
const watts = ({ loads }: Measured) => sum(loads, (load) => load.watts)
const vars = ({ loads }: Measured) => sum(loads, (load) => load.vars)
const voltAmps = (measured: Measured) => Math.hypot(watts(measured), vars(measured))

/** In each quantity's unit. */
const meters: Partial<Record<QuantityName, (measured: Measured) => number>> = {
  voltage: ({ loads }) => sum(loads, (load) => load.volts) / loads.length,
  current: ({ loads }) => sum(loads, (load) => load.amps),
  power_active: watts,
  power_reactive: vars,
  power_apparent: voltAmps,
  power_factor: (measured) => watts(measured) / voltAmps(measured),
  frequency: ({ hertz }) => hertz,
  energy_active_import: ({ energies }) => sum(energies, (energy) => energy.kilowattHours),
  energy_reactive_import: ({ energies }) => sum(energies, (energy) => energy.kilovarHours),
}

/** Undefined: this load has no such value. */
export function readout(
  point: Pick<InstancePoint, 'name' | 'quantity'>,
  load: Load,
  energy: Energy,
): number | undefined {
  const phase = /_l([123])$/.exec(point.name)?.[1]
  const [from, to] = phase === undefined ? [0, 3] : [Number(phase) - 1, Number(phase)]
  return meters[point.quantity]?.({
    loads: load.phases.slice(from, to),
    energies: energy.slice(from, to),
    hertz: load.hertz,
  })
}

/** A simulated meter with a load behind it. */
export interface LoadedMeter {
  readonly meter: Device
  /** Puts what the load is now into the registers, and counts the energy since the last time. */
  readonly measure: (at: Temporal.Instant) => void
}

/** A meter that has counted `energy` by `at`. What the load does not tell stays as the profile says “no value”, or zero. */
export function loadedMeter(instance: Instance, load: LoadCurve, energy: Energy, at: Temporal.Instant): LoadedMeter {
  const meter = simulate(instance)
  let counted = energy
  let last = at
  const measure = (now: Temporal.Instant) => {
    counted = accrue(counted, load, last, now)
    last = now
    const present = load(now)
    for (const point of instance.points.values()) {
      const value = readout(point, present, counted)
      if (value !== undefined) meter.set(point.name, value)
    }
  }
  measure(at)
  return { meter: { register: (table, address) => meter.register(table, address) }, measure } // nobody writes to it
}
