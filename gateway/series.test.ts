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

test('a mere number that a release counts passages by is kept as presence is, no finer than its release', () => {
  const kept = (counts: string) => {
    const counted = planSite(
      `site: a\ntenant: b\nlines: { net: { protocol: modbus-tcp, host: h } }
devices: { gate: { profile: ecodim-dali-gw2, line: net, unit: 1 } }
uplink: { broker: mqtt://h }\nreleases:
  bikes: { points: [gate.device_count], purpose: mobility, basis: { not-personal: counts of none below five },
    recipient: { name: V, role: controller }, delivery: durable, retention: 1y,
    treatment: [aggregate: { every: 15m, of: [mean] }, minimum_group: { least: 5, of: counts }]${counts} }\n`,
      'site.yaml',
      loadRegistry([]),
    )
    return counted.ok ? seriesOf(counted.plan).find(({ name }) => name === 'gate.device_count') : counted.mistakes
  }
  expect(kept('')).toMatchObject({ sensitivity: 'technical' })
  const counts = ', counts: { gate.device_count: { practice: BIKE, interval: 5m } }'
  expect(kept(counts)).toMatchObject({ sensitivity: 'presence', finestMs: 900_000 })
})
