import { expect, test } from 'vitest'
import { instantiate } from './instance.ts'
import { profileSchema } from './profile.ts'

const profile = profileSchema.parse({
  id: 'acme-m1',
  maker: 'Acme',
  model: 'M1',
  kind: 'energy_meter',
  grade: 'drafted',
  source: 'invented for this test: no such meter exists',
  modbus: { order: 'CDAB', serial: ['9600 8N1'], timeout: '1s', worst_response: '2s', absent: 'largest' },
  parameters: {
    inverted: { type: 'flag', default: false, label: { en: 'inverted', fr: 'inversé' } },
    ratio: { type: 'ratio', default: 2, range: [1, 100], label: { en: 'ratio', fr: 'rapport' } },
  },
  identify: { point: 'voltage', range: [80, 300] },
  points: {
    voltage: { at: 'input/0', as: 'u32', quantity: 'voltage', scale: 0.1, range: [0, 300], absent: [0] },
    power: {
      ...{ at: 'input/2', as: 'i32', quantity: 'power_active', unit: 'kW', scale: 0.001, range: [-100, 30_000] },
      ...{ times: 'ratio', negate_when: 'inverted', order: 'ABCD', poll: 'fast' },
    },
    imported: {
      ...{ at: 'input/4', as: 'u64', quantity: 'energy_active_import', unit: 'Wh', scale: 10, times: 'ratio' },
      ...{ poll: 'slow', swap: { when: 'inverted', with: 'exported' } },
    },
    exported: {
      ...{ at: 'input/8', as: 'u32', quantity: 'energy_active_export', swap: { when: 'inverted', with: 'imported' } },
    },
    doors: { at: 'holding/0', as: 'flags16', quantity: 'device_state', flags: { 0: 'front', 15: 'back' } },
    serial: { at: 'holding/1', as: 'text', registers: 8, quantity: 'serial_number' },
  },
})
const point = (name: string, parameters = {}) => instantiate(profile, parameters).points.get(name)

test('how fast a value can change is seen through its ratio, and is else the quantity’s', () => {
  const declared = profileSchema.parse({
    ...profile,
    modbus: { order: 'CDAB', serial: ['9600 8N1'], timeout: '1s', worst_response: '2s' },
    points: {
      voltage: { at: 'input/0', as: 'u32', quantity: 'voltage', slew: '300/m' },
      frequency: { at: 'input/2', as: 'u16', quantity: 'frequency', scale: 0.01 },
      imported: {
        ...{ at: 'input/4', as: 'u32', quantity: 'energy_active_import', times: 'ratio' },
        ...{ slew: '0.01/s', rolls_over_at: 100_000 },
      },
      exported: { at: 'input/8', as: 'u32', quantity: 'energy_active_export', slew: 'at-once' },
    },
  })
  const { points } = instantiate(declared, { ratio: 40 })
  expect(points.get('voltage')).toMatchObject({ slewPerS: 5 })
  expect(points.get('frequency')).toMatchObject({ slewPerS: 5 })
  expect(points.get('imported')).toMatchObject({ slewPerS: 0.4, rollsOverAt: 4_000_000 })
  expect(points.get('exported')).toMatchObject({ slewPerS: Infinity })
  expect(points.get('exported')).not.toHaveProperty('rollsOverAt')
})

test('a parameter named like what every object has gets its default', () => {
  const { ratio } = profile.parameters
  const { power } = profile.points
  const renamed = {
    ...profile,
    parameters: { ...profile.parameters, constructor: ratio! },
    points: { power: { ...power!, times: 'constructor' } },
  }
  expect(instantiate(renamed).points.get('power')?.multiplier).toBe(2_000) // 2, from kW
})

test('what the profile leaves out is filled in', () => {
  expect(point('voltage')).toEqual({
    name: 'voltage',
    quantity: 'voltage',
    poll: 'normal',
    table: 'input',
    address: 0,
    count: 2,
    as: 'u32',
    order: 'CDAB',
    multiplier: 1,
    divisor: 10,
    range: [0, 300],
    absent: new Set([0n, 0xffff_ffffn]),
    flags: new Map(),
  })
  expect(point('exported')?.range).toEqual([0, 1e10])
  expect(point('serial')?.count).toBe(8)
  expect(point('doors')?.flags).toEqual(
    new Map([
      [0, 'front'],
      [15, 'back'],
    ]),
  )
  expect(point('power')?.order).toBe('ABCD')
})

test('a sentinel is what its bits are in the encoding, however the maker writes it', () => {
  const [voltage, power] = [profile.points['voltage']!, profile.points['power']!]
  const points = {
    voltage: { ...voltage, absent: [-1] },
    power: { ...power, as: 'i16' as const, absent: [0x8000, 0xffff, -2, 70_000] },
  }
  const made = instantiate({ ...profile, points })
  expect(made.points.get('voltage')?.absent).toEqual(new Set([0xffff_ffffn]))
  expect(made.points.get('power')?.absent).toEqual(new Set([-0x8000n, -1n, -2n, 70_000n, 0x7fffn]))
})

test('scale, unit and ratio make one factor, exact where decimals are', () => {
  expect(point('power')).toMatchObject({ multiplier: 2_000, divisor: 1_000 })
  expect(point('power', { ratio: 40 })).toMatchObject({ multiplier: 40_000, divisor: 1_000 })
  expect(point('imported')).toMatchObject({ multiplier: 20, divisor: 1_000 })
})

test('the range is seen through the ratio and the wiring, and is no wider than the quantity’s', () => {
  expect(point('power')?.range).toEqual([-200, 60_000])
  expect(point('power', { inverted: true })?.range).toEqual([-60_000, 200])
  expect(point('power', { ratio: 1_000 })?.range).toEqual([-100_000, 10_000_000])
})

test('the wrong way round: signs turn, and what was imported is exported', () => {
  expect(point('power', { inverted: true })?.multiplier).toBe(-2_000)
  expect(point('imported', { inverted: true })).toMatchObject({
    name: 'imported',
    quantity: 'energy_active_import',
    address: 8,
    as: 'u32',
    count: 2,
    multiplier: 1,
    divisor: 1,
    poll: 'slow',
  })
  expect(point('exported', { inverted: true })).toMatchObject({
    name: 'exported',
    quantity: 'energy_active_export',
    address: 4,
    as: 'u64',
    count: 4,
    multiplier: 20,
    divisor: 1_000,
  })
})
