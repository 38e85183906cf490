/** A day of a busy cabinet: five meters of thirty points each, read every 5 s, as the demo's street has them. */
import { good, type PointId, type Reading } from '../../../drivers/reading.ts'
import { quantities, type QuantityName } from '../../../drivers/quantities.ts'
import { feeder, yard, type LoadCurve } from '../../demo/evening.ts'
import type { Series } from '../series.ts'

export const pollMs = 5_000
const meters = 5
const phases = [0, 1, 2] as const

interface Point {
  readonly name: PointId
  readonly quantity: QuantityName
}

function pointsOf(meter: string): Point[] {
  const point = (name: string, quantity: QuantityName): Point => ({ name: `${meter}.${name}`, quantity })
  return [
    ...phases.flatMap((phase) => [
      point(`voltage_l${phase}`, 'voltage'),
      point(`current_l${phase}`, 'current'),
      point(`power_active_l${phase}`, 'power_active'),
      point(`power_reactive_l${phase}`, 'power_reactive'),
      point(`power_apparent_l${phase}`, 'power_apparent'),
      point(`power_factor_l${phase}`, 'power_factor'),
    ]),
    point('frequency', 'frequency'),
    point('current', 'current'),
    point('power_active', 'power_active'),
    point('power_reactive', 'power_reactive'),
    point('power_apparent', 'power_apparent'),
    point('power_factor', 'power_factor'),
    point('energy_active_import', 'energy_active_import'),
    point('energy_active_export', 'energy_active_export'),
    point('energy_reactive_import', 'energy_reactive_import'),
    point('relay', 'relay'),
    point('light_level', 'light_level'),
    point('status_code', 'status_code'),
  ]
}

const names = Array.from({ length: meters }, (_, index) => `meter${index}`)

export const series: readonly Series[] = names.flatMap(pointsOf).map(({ name, quantity }) => {
  const { sensitivity, digits } = quantities[quantity]
  return { name, sensitivity, digits }
})

/** The readings of one poll after another; meters are read one after another, with a little jitter. */
export function cabinetDay(): (at: Temporal.Instant) => Reading[] {
  const all = names.map((name, index) => {
    const load: LoadCurve = index % 2 === 0 ? feeder(index) : yard(index)
    return { points: pointsOf(name), load, kWh: 10_000 * index, kvarh: 1_000 * index }
  })
  let poll = 0
  return (at) => {
    poll++
    return all.flatMap((meter, index) => {
      const read = at.add({ milliseconds: 60 * index + ((poll * 7 + index) % 13) })
      const { phases: each, hertz } = meter.load(read)
      const sum = (of: (phase: (typeof each)[number]) => number) => each.reduce((total, phase) => total + of(phase), 0)
      const [watts, vars] = [sum((phase) => phase.watts), sum((phase) => phase.vars)]
      meter.kWh += (watts / 1_000 / 3_600_000) * pollMs
      meter.kvarh += (vars / 1_000 / 3_600_000) * pollMs
      const values = [
        ...each.flatMap(({ volts, amps, watts, vars, powerFactor }) => {
          return [volts, amps, watts, vars, Math.hypot(watts, vars), powerFactor]
        }),
        ...[hertz, sum(({ amps }) => amps), watts, vars, Math.hypot(watts, vars), watts / Math.hypot(watts, vars)],
        ...[meter.kWh, 0, meter.kvarh, watts > 4_000, watts > 4_000 ? 70 : 50, 0],
      ]
      return meter.points.map(({ name }, place): Reading => ({
        point: name,
        at: read,
        quality: good,
        value: values[place] ?? 0,
      }))
    })
  }
}
