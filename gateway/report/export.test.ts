import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../../drivers/registry.ts'
import { retention, type Sample } from '../history/series.ts'
import { planSite } from '../plan.ts'
import { exported, exportMetadata } from './export.ts'

const file = join(import.meta.dirname, '../demo/site.yaml')
const planned = planSite(readFileSync(file, 'utf8'), file, loadRegistry([]))
if (!planned.ok) throw new Error('the demo’s site file is good')
const { plan } = planned

const from = Temporal.Instant.from('2026-12-20T00:00:00Z')
const until = Temporal.Instant.from('2026-12-22T12:00:00Z')

/** What the ring tells of one series: a value each six hours, and at the beginning what stood then, as if it were read. */
const history = {
  asked: [] as [string, string, string][],
  range(name: string, from: Temporal.Instant, until: Temporal.Instant): Promise<Sample[]> {
    this.asked.push([name, from.toString(), until.toString()])
    if (name !== 'feeder.power_active') return Promise.resolve([])
    const [first, end] = [from.epochMilliseconds, until.epochMilliseconds]
    const stepMs = 6 * 3_600_000
    const samples: Sample[] = [{ atMs: first, value: 1 }]
    for (let atMs = Math.ceil(first / stepMs) * stepMs; atMs < end; atMs += stepMs)
      samples.push({ atMs, value: atMs % (2 * stepMs) === 0 ? 3_412.4 : null })
    return Promise.resolve(samples)
  },
}

async function textOf(form: 'csv' | 'json'): Promise<string> {
  let text = ''
  for await (const chunk of exported(plan, history, { from, until, form })) text += chunk
  return text
}

test('each reading once, none that was not, and no value where there was none', async () => {
  const lines = (await textOf('csv')).split('\r\n').slice(0, -1)
  expect(lines[0]).toBe('point,quantity,unit,time,value,quality,purposes')
  expect(lines).toHaveLength(1 + 10)
  expect(lines[1]).toBe('feeder.power_active,power_active,W,2026-12-20T00:00:00Z,3412,valid,energy_efficiency')
  expect(lines[2]).toBe('feeder.power_active,power_active,W,2026-12-20T06:00:00Z,,none,energy_efficiency')
  const times = lines.slice(1).map((line) => line.split(',')[3])
  expect(new Set(times).size).toBe(10)
})

test('as JSON an object a line', async () => {
  const rows = (await textOf('json'))
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(rows[1]).toEqual({
    ...{ point: 'feeder.power_active', quantity: 'power_active', unit: 'W', time: '2026-12-20T06:00:00Z' },
    ...{ value: null, quality: 'none', purposes: ['energy_efficiency'] },
  })
})

test('at most a day of one series is held at once, and every point is asked for', async () => {
  history.asked = []
  await textOf('csv')
  for (const [, from, until] of history.asked) {
    const hours = Temporal.Instant.from(until).since(Temporal.Instant.from(from)).total('hours')
    expect(hours).toBeLessThan(24.001)
  }
  const asked = new Set(history.asked.map(([name]) => name))
  for (const point of plan.points.keys()) expect(asked).toContain(point)
  expect(asked).toContain('segment:north.level')
})

test('what it means stands beside: devices, points with their quantity and releases, what is declared', () => {
  const told = exportMetadata(plan, [], retention, from)
  expect(Object.keys(told.points)).toEqual([...plan.points.keys()])
  expect(told.points['feeder.power_active']).toMatchObject({
    unit: 'W',
    sensitivity: 'usage',
    releases: ['lighting-energy'],
  })
  expect(told.devices).toMatchObject({ feeder: { profile: 'eastron-sdm630', unit: 1 } })
  expect(told.releases['lighting-energy']).toMatchObject({ purpose: 'energy_efficiency', retention: '3y' })
  expect(told.kept_days).toMatchObject({ usage: 7, identifier: 0 })
})
