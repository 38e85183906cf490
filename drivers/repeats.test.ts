import { expect, test } from 'vitest'
import { instantiate } from './instance.ts'
import { allInstalled, nameOf, repeatIn, usuallyInstalled } from './repeats.ts'
import { loadRegistry } from './registry.ts'

const registry = loadRegistry([])
const dali = registry.profile('intesis-in703dal0640000')!
const relay = registry.profile('wiren-board-wb-mr6c')!

test('a template names its kind in braces', () => {
  expect([repeatIn('gear_{gear}_level'), repeatIn('k{output}'), repeatIn('level')]).toEqual([
    'gear',
    'output',
    undefined,
  ])
  expect(nameOf('gear_{gear}_level', 12)).toBe('gear_12_level')
})

test('what is always there is there, what the site tells is not', () => {
  expect(usuallyInstalled(relay)).toEqual({ output: [1, 2, 3, 4, 5, 6] })
  expect(usuallyInstalled(dali)).toEqual({ gear: [], group: [] })
  expect([...instantiate(dali).points.keys()]).toEqual(['update_trigger'])
})

test('each has its own name and address, and so has what confirms and arms it', () => {
  const { points, setpoints } = instantiate(dali, {}, { gear: [0, 63], group: [15] })
  expect(points.get('gear_63_level')?.address).toBe(6_306)
  expect(setpoints.get('gear_63_level')?.register.address).toBe(6_315)
  expect(setpoints.get('gear_63_level')?.confirm?.by).toBe('gear_63_level')
  expect(setpoints.get('group_15_level')?.register.address).toBe(6_700)
  expect(setpoints.get('broadcast_level')?.register.address).toBe(6_800)
  expect(setpoints.has('gear_1_level')).toBe(false)
  const k3 = instantiate(relay).setpoints.get('k3')
  expect(k3?.register).toMatchObject({ table: 'coil', address: 2 })
  expect(k3?.onLoss?.armedBy.map(({ address }) => address)).toEqual([8, 19, 932, 940])
})

test('64 gears, 16 groups and the broadcast', () => {
  const { points, setpoints } = instantiate(dali, {}, allInstalled(dali))
  expect(points.size).toBe(1 + 64 * 5)
  expect(setpoints.size).toBe(64 + 16 + 1)
})

test('points that change places do so each with its own', () => {
  const meter = loadRegistry([]).profile('eastron-sdm120')!
  const counter = (address: number, other: string) => ({
    ...meter.points['energy_active_import']!,
    at: { table: 'input' as const, address },
    step: 10,
    swap: { when: 'inverted', with: other },
  })
  const submeters = {
    ...meter,
    repeats: { feeder: { from: 1, to: 3, installed: 'always' as const, label: { en: 'feeder', fr: 'départ' } } },
    points: { 'in_{feeder}': counter(0, 'out_{feeder}'), 'out_{feeder}': counter(2, 'in_{feeder}') },
  }
  expect(instantiate(submeters).points.get('in_2')?.address).toBe(10)
  expect(instantiate(submeters, { inverted: true }).points.get('in_2')?.address).toBe(12)
  expect(instantiate(submeters, { inverted: true }).points.get('out_3')?.address).toBe(20)
})
