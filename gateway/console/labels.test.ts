import { expect, test } from 'vitest'
import { formIn } from './format.ts'
import { headlinesOf, pointLabel, valueText } from './labels.ts'
import { speak } from './say.ts'
import { rawSum } from './sums.ts'
import { languageOf } from './language.ts'

const form = formIn('en', 'Europe/Paris')
const say = speak('en')

test('points are called by their quantity, and what their name says besides', () => {
  expect(pointLabel('feeder.voltage_l1', 'voltage', 'en')).toBe('Voltage L1')
  expect(pointLabel('feeder.power_active', 'power_active', 'fr')).toBe('Puissance active')
  expect(pointLabel('lamps.gear_0_level', 'light_level', 'en')).toBe('Light level, gear 0')
  expect(pointLabel('x.odd_thing', 'of_tomorrow', 'en')).toBe('odd_thing')
  expect(pointLabel('x.odd', 'constructor', 'en')).toBe('odd')
})

test('values are shown as what they are', () => {
  const of = (quantity: string, unit: string, value?: number | boolean | string) =>
    valueText({ quantity, unit, ...(value === undefined ? {} : { value }) }, form, say)
  expect(of('power_active', 'W', 4210.4)).toBe('4,210\u00a0W')
  expect(of('contact', '1', true)).toBe('closed')
  expect(of('relay', '1', false)).toBe('off')
  expect(of('device_state', '1', 5)).toBe('0x0005')
  expect(of('energy_active_import', 'kWh', '9007199254740993')).toBe('9007199254740993')
  expect(of('power_active', 'W')).toBeUndefined()
})

test('the overview takes the point that speaks for the whole device', () => {
  const points = ['power_active_l1', 'power_active', 'voltage_l1', 'voltage_l2'].map((name) => ({
    point: `feeder.${name}`,
    quantity: name.startsWith('power') ? 'power_active' : 'voltage',
  }))
  expect(headlinesOf(points).map(({ point }) => point)).toEqual([
    'feeder.power_active',
    'feeder.voltage_l1',
    'feeder.voltage_l2',
  ])
  const many = Array.from({ length: 10 }, (_, gear) => ({ point: `lamps.gear_${gear}_failure`, quantity: 'contact' }))
  expect(headlinesOf(many)).toEqual([])
})

test('the sum that made a value', () => {
  const sum = (factor: number, value: number) =>
    rawSum({ raw: [1], factor, value, unit: 'kWh', quantity: 'energy_active_import' }, form)?.replaceAll('\u00a0', ' ')
  expect(sum(0.01, 123.45)).toBe('12,345 × 0.01 = 123.45 kWh')
  expect(sum(1, 18_204.37)).toBe('18,204.37 × 1 = 18,204.37 kWh')
  const offset = { value: 500, since: '2026-11-25T10:00:00Z', what: 'reset' } as const
  const carried = rawSum(
    { raw: [1], factor: 0.01, value: 623.45, unit: 'kWh', quantity: 'energy_active_import', offset },
    form,
  )
  expect(carried?.replaceAll('\u00a0', ' ')).toBe('12,345 × 0.01 + 500.00 = 623.45 kWh')
  expect(rawSum({ factor: 1, value: 1, unit: 'W', quantity: 'power_active' }, form)).toBeUndefined()
})

test('the language that was chosen, else the browser’s, else English', () => {
  expect(languageOf('en', ['fr-FR'])).toBe('en')
  expect(languageOf('klingon', ['de-AT', 'fr-CA', 'en'])).toBe('fr')
  expect(languageOf(undefined, ['de'])).toBe('en')
})
