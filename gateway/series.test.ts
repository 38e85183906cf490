import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../drivers/registry.ts'
import { planSite } from './plan.ts'
import { seriesOf } from './series.ts'

const planned = planSite(
  readFileSync(join(import.meta.dirname, 'demo/site.yaml'), 'utf8'),
  'site.yaml',
  loadRegistry([]),
)
if (!planned.ok) throw new Error('the demo’s site file is good')
const { plan } = planned
const series = seriesOf(plan)
const named = (name: string) => series.find((one) => one.name === name)

test('numbers are kept as finely as they are shown, under the sensitivity of their quantity', () => {
  expect(named('feeder.voltage_l1')).toEqual({
    name: 'feeder.voltage_l1',
    sensitivity: 'technical',
    digits: 1,
    finestMs: 10_000,
  })
  expect(named('feeder.current_l1')).toEqual({ name: 'feeder.current_l1', sensitivity: 'usage', digits: 2 })
})

test('so is the level of each segment', () => {
  expect(named('segment:north.level')).toEqual({ name: 'segment:north.level', sensitivity: 'public', digits: 0 })
})

test('flags and texts are not, and no series comes twice', () => {
  const kinds = new Set(['state', 'text'])
  const kept = series.filter(({ name }) => !name.startsWith('segment:'))
  expect(kept.length).toBeGreaterThan(80)
  expect(new Set(series.map(({ name }) => name)).size).toBe(series.length)
  for (const { name } of kept)
    expect(kinds.has(plan.points.get(name as `${string}.${string}`)?.quantity ?? '')).toBe(false)
})
