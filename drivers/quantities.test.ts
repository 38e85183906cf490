import { expect, test } from 'vitest'
import { pointName } from './schema.ts'
import {
  deviceUnits,
  factorTo,
  quantities,
  quantity,
  quantityNames,
  sensitivities,
  unitCode,
  unitsOf,
} from './quantities.ts'

test('every quantity can be shown, judged and sent', () => {
  let examined = 0
  for (const name of quantityNames) {
    const { kind, unit, label, range, digits, sensitivity } = quantity(name)
    expect(pointName.safeParse(name).success).toBe(true)
    expect(label.en.length).toBeGreaterThan(3)
    expect(label.fr.length).toBeGreaterThan(3)
    expect(range[0]).toBeLessThanOrEqual(range[1])
    expect(range[0] < range[1]).toBe(kind === 'gauge' || kind === 'counter')
    if (kind === 'counter') expect(range[0]).toBe(0)
    expect(digits).toBeGreaterThanOrEqual(0)
    expect(sensitivities).toContain(sensitivity)
    expect(unitCode(unit)).toMatch(/^[A-Z0-9]{2,3}$/)
    examined++
  }
  expect(examined).toBe(Object.keys(quantities).length)
  expect(examined).toBeGreaterThanOrEqual(13)
})

test('load curves and serial numbers are not taken for harmless', () => {
  expect(quantity('power_active').sensitivity).toBe('usage')
  expect(quantity('energy_active_import').sensitivity).toBe('usage')
  expect(quantity('serial_number').sensitivity).toBe('identifier')
  expect(quantity('water_volume').sensitivity).toBe('usage')
})

test('whatever counts people, bicycles or vehicles tells of presence; a technical count does not', () => {
  const people = quantityNames.filter((name) => /^(people|bicycles?|vehicles?)_/.test(name))
  expect(people).toHaveLength(8)
  for (const name of [...people, 'occupancy'] as const) expect(quantity(name).sensitivity, name).toBe('presence')
  for (const name of ['number_plate', 'container_tag', 'delivery_point'] as const)
    expect(quantity(name).sensitivity, name).toBe('identifier')
  expect(quantity('count').sensitivity).toBe('technical')
  expect(quantity('filling_level').sensitivity).toBe('public')
})

test('units convert within their family only', () => {
  expect(factorTo('kWh', 'Wh')).toBe(0.001)
  expect(factorTo('W', 'kW')).toBe(1_000)
  expect(factorTo('V', 'V')).toBe(1)
  expect(factorTo('m3', 'l')).toBe(0.001)
  expect([unitCode('m3'), unitCode('m3/h')]).toEqual(['MTQ', 'MQH'])
  expect(factorTo('W', 'kWh')).toBeUndefined()
  expect(unitsOf('A')).toEqual(['A', 'mA'])
  expect(new Set(deviceUnits).size).toBe(deviceUnits.length)
})

test('a volt-ampere is D46: VA means something else to UN/CEFACT', () => expect(unitCode('VA')).toBe('D46'))
