import { expect, test } from 'vitest'
import { attributeOf, contextOf, models, ownModel, partOf, type Part } from './models.ts'
import { quantity, quantityNames, unitCode } from './quantities.ts'

const parts: (Part | undefined)[] = [undefined, 'L1', 'L2', 'L3', 'N', 'L12', 'L23', 'L31']
const all = models.flatMap((model) =>
  quantityNames.flatMap((name) =>
    parts.flatMap((part) => {
      const attribute = attributeOf(model, name, part)
      return attribute === undefined ? [] : [{ model, name, part, attribute }]
    }),
  ),
)

/** How many of their units one of ours is, where they differ (UN/CEFACT Recommendation 20). */
const converted: Readonly<Record<string, number>> = { 'WTT KWT': 1e-3, 'MTQ LTR': 1e3, 'P1 C62': 1e-2 }

test('every number keeps its unit, or is converted by the factor between the two', () => {
  const wrong = all.flatMap(({ model, name, attribute }) => {
    if (attribute.unitCode === undefined) return []
    const ours = unitCode(quantity(name).unit)
    const factor = (attribute.multiplier ?? 1) / (attribute.divisor ?? 1)
    const right = ours === attribute.unitCode ? 1 : converted[`${ours} ${attribute.unitCode}`]
    return factor === right ? [] : [`${model} ${name}: ${ours} ${attribute.unitCode} ${factor}`]
  })
  expect(wrong).toEqual([])
  expect(all.length).toBeGreaterThan(60)
})

test('no two quantities are the same attribute of the same part, but counts and counters of the same passages', () => {
  const told = Map.groupBy(all, ({ model, attribute }) => `${model} ${attribute.name} ${attribute.part ?? ''}`)
  const twice = [...told].flatMap(([key, of]) => (new Set(of.map(({ name }) => name)).size > 1 ? [key.trim()] : []))
  expect(twice.sort()).toEqual(['CrowdFlowObserved peopleCount', 'TrafficFlowObserved intensity'])
})

test('what tells of somebody has a model only where it is a number of many', () => {
  for (const { name } of all) expect(quantity(name).sensitivity).not.toBe('identifier')
  expect(ownModel('people_present')).toBeUndefined()
  expect(ownModel('occupancy')).toBeUndefined()
  expect(ownModel('people_passages')).toBe('CrowdFlowObserved')
})

test('parts are read off the names that profiles use', () => {
  expect(
    ['voltage_l1', 'voltage_l1_l2', 'voltage_l31', 'current_n', 'power_active', 'gear_1_level'].map(partOf),
  ).toEqual([...['L1', 'L12', 'L31', 'N'], ...[undefined, undefined]])
})

test('each domain has one context', () => {
  expect(contextOf('StreetlightGroup')).toBe(contextOf('Streetlight'))
  expect(contextOf('DeviceMeasurement')).toBe(
    'https://raw.githubusercontent.com/smart-data-models/dataModel.Device/master/context.jsonld',
  )
})
