import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantiate } from '../../drivers/instance.ts'
import { loadRegistry } from '../../drivers/registry.ts'
import { startingAt } from './energy.ts'
import { feeder, yard } from './evening.ts'
import { loadedMeter, readout } from './readout.ts'

const anInstant = fc
  .integer({ min: Date.parse('2025-01-01'), max: Date.parse('2030-01-01') })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms))
const energy = startingAt(48_213, 9_702)

describe.each([
  ['eastron-sdm630', feeder, 33],
  ['abb-b23', yard, 23],
] as const)('%s', (id, make, points) => {
  const instance = instantiate(loadRegistry([]).profile(id)!)

  test('every point but the exported energies has a value, and one that its profile finds plausible', () => {
    expect(instance.points.size).toBe(points)
    fc.assert(
      fc.property(fc.integer(), anInstant, (seed, at) => {
        const load = make(seed)(at)
        for (const point of instance.points.values()) {
          const value = readout(point, load, energy)
          expect(value === undefined).toBe(point.name.includes('export'))
          if (value === undefined) continue
          expect(value).toBeGreaterThanOrEqual(point.range[0])
          expect(value).toBeLessThanOrEqual(point.range[1])
        }
      }),
    )
  })

  test('its registers hold that, and count on', () => {
    const at = Temporal.Instant.from('2026-11-23T19:00:00Z')
    const { meter, measure } = loadedMeter(instance, make(1), energy, at)
    const registers = () =>
      [...instance.points.values()].map(({ name, table, address, count }) => ({
        name,
        words: Array.from({ length: count }, (_, index) => meter.register(table, address + index)),
      }))
    const before = registers()
    measure(at.add({ minutes: 5 }))
    const changed = registers().filter(({ words }, index) => words.join() !== before[index]!.words.join())
    expect(changed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['voltage_l2', 'current_l2', 'power_active_l3', 'power_active', 'energy_active_import']),
    )
    expect(changed.some(({ name }) => name.includes('export'))).toBe(false)
  })
})

test('a point without a phase speaks of all three', () => {
  const load = feeder(1)(Temporal.Instant.from('2026-11-23T19:00:00Z'))
  const total = readout({ name: 'power_active', quantity: 'power_active' }, load, energy)
  const phases = [1, 2, 3].map((phase) =>
    readout({ name: `power_active_l${phase}`, quantity: 'power_active' }, load, energy),
  )
  expect(phases).toEqual(load.phases.map(({ watts }) => watts))
  expect(total).toBeCloseTo(
    phases.reduce<number>((sum, watts) => sum + (watts ?? 0), 0),
    6,
  )
  expect(readout({ name: 'energy_active_import', quantity: 'energy_active_import' }, load, energy)).toBeCloseTo(
    48_213,
    6,
  )
})
