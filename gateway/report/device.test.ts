import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { good, type PointId } from '../../drivers/reading.ts'
import { loadRegistry } from '../../drivers/registry.ts'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { fakeLine } from '../../drivers/testing/fake-line.ts'
import { PointTable } from '../acquisition/point-table.ts'
import { fakeDriver } from '../control/testing/fake-driver.ts'
import { planSite } from '../plan.ts'
import { deviceTold } from './device.ts'

const latency = { lastMs: 9, medianMs: 8, p99Ms: 40, turnAround: { medianMs: 8, p99Ms: 40 }, answers: 128 }
const demo = planSite(
  readFileSync(join(import.meta.dirname, '../demo/site.yaml'), 'utf8'),
  'site.yaml',
  loadRegistry([]),
)
if (!demo.ok) throw new Error('the demo’s site file is good')
const { plan } = demo

const clock = fakeClock('2026-12-21T17:00:00Z')
const table = new PointTable(new Map([...plan.points.keys()].map((point): [PointId, number] => [point, 2_000])), clock)
const device = (name: string) => plan.devices.get(name)!
const line = {
  ...fakeLine({
    read: () => Promise.reject(new Error('nothing is asked')),
    write: () => Promise.reject(new Error('nor written')),
  }),
  latency: (unit: number) => (unit === 1 ? latency : undefined),
}
const driver = {
  ...fakeDriver(),
  raw: (point: PointId) =>
    point === 'feeder.frequency' ? { register: 'input/70', registers: [0x4248, 0x0000] } : undefined,
}
const plausibility = {
  offset: (point: PointId) =>
    point === 'feeder.energy_active_import' ? ({ value: 120, sinceMs: 0, what: 'reset' } as const) : undefined,
}
const parts = { plan, table, plausibility, driver, line, health: 'alive', doubt: undefined } as const

test('each point says where its value comes from, and what was on the wire', async () => {
  table.put([{ point: 'feeder.frequency', at: clock.now(), quality: good, value: 50 }])
  await clock.advance(1_500)
  const told = deviceTold('feeder', device('feeder'), parts)
  expect(told).toMatchObject({
    name: 'feeder',
    line: 'feeder',
    unit: 1,
    profile: { id: 'eastron-sdm630', vendor: 'Eastron', grade: 'drafted' },
    health: 'alive',
    latency: { last_ms: 9, median_ms: 8, p99_ms: 40 },
  })
  expect(told.points).toHaveLength(device('feeder').instance.points.size)
  expect(told.points.find(({ point }) => point === 'feeder.frequency')).toMatchObject({
    value: 50,
    age_ms: 1_500,
    register: 'input/70',
    encoding: 'f32',
    order: 'ABCD',
    factor: 1,
    raw: [0x4248, 0],
    releases: ['supply-quality', 'grid-frequency'],
  })
  const unread = told.points.find(({ point }) => point === 'feeder.power_active')
  expect(unread).toMatchObject({ state: 'bad', reason: 'not-read' })
  expect(unread).not.toHaveProperty('raw')
  expect(unread).not.toHaveProperty('offset')
  expect(told.points.find(({ point }) => point === 'feeder.energy_active_import')).toMatchObject({
    offset: { value: 120, since: '1970-01-01T00:00:00Z', what: 'reset' },
  })
})

test('what is written to it is told with the segment that does', () => {
  const { setpoints } = deviceTold('lamps', device('lamps'), { ...parts, doubt: 'frequency is outside 45 … 65' })
  expect(setpoints).toContainEqual({ name: 'group_0_level', quantity: 'light_level', segment: 'north' })
  expect(setpoints).toContainEqual({ name: 'gear_3_level', quantity: 'light_level' })
})

test('what it refuses of its profile is told; of one that refuses nothing there is nothing to tell', () => {
  const defect = { kind: 'point', register: 'input/70', count: 2, points: ['frequency'], exception: 2 } as const
  const refusing = { ...driver, defects: () => [defect] }
  expect(deviceTold('feeder', device('feeder'), { ...parts, driver: refusing })).toMatchObject({ defects: [defect] })
  expect(deviceTold('feeder', device('feeder'), parts)).not.toHaveProperty('defects')
})

test('of a device that never answered there is no latency', () => {
  expect(deviceTold('yard', device('yard'), parts)).not.toHaveProperty('latency')
})
