import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../../drivers/registry.ts'
import { milliseconds } from '../../drivers/schema.ts'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { formatMistakes } from '../../drivers/explain.ts'
import { planSite } from '../plan.ts'
import { daliGateway } from './dali.ts'
import { lanternCount, lanternGroups } from './lanterns.ts'
import { place } from './sky.ts'

const file = join(import.meta.dirname, 'site.yaml')
const planned = planSite(readFileSync(file, 'utf8'), file, loadRegistry([]))
if (!planned.ok) throw new Error(formatMistakes(planned.mistakes, 'en'))
const { site, policy } = planned.plan

test('every release speaks at least every 10 s, from points that are read as often', () => {
  const slowest = Math.max(...Object.values(planned.plan.periodsMs))
  expect(slowest).toBeLessThanOrEqual(10_000)
  const releases = Object.values(site.releases)
  expect(releases).toHaveLength(4)
  for (const { treatment } of releases)
    for (const step of treatment)
      if ('aggregate' in step) expect(milliseconds(step.aggregate.every)).toBeLessThanOrEqual(10_000)
})

test('most points stay home, and the list of them says so', () => {
  expect(policy.home.length).toBeGreaterThan(20)
  expect(policy.home).toContain('feeder.current_l1')
})

test('the street lies where the site file says, and its clock is believed', () => {
  expect(site.place).toEqual(place)
  expect(site.clock?.trusted).toContain('stage')
})

test('the lamps have every register that the site reads or writes, and each segment moves its own', async () => {
  const { instance } = planned.plan.devices.get('lamps')!
  const clock = fakeClock()
  const lamps = daliGateway({ gears: lanternCount, groups: lanternGroups }, clock)
  expect(instance.points.size).toBeGreaterThan(2 * lanternCount - 1)
  for (const { name, table, address, count } of instance.points.values())
    for (let index = 0; index < count; index++)
      expect(lamps.register(table, address + index), name).toBeTypeOf('number')
  expect(instance.setpoints.size).toBeGreaterThan(lanternCount)
  for (const { name, register } of instance.setpoints.values())
    expect(lamps.write(register.table, register.address, 0), name).toBe('written')
  await clock.advance(2_000)

  expect(Object.keys(site.segments)).toEqual(['north', 'south'])
  for (const [index, { setpoints, confirm_by: confirmBy }] of Object.values(site.segments).entries()) {
    const registerOf = (point: string) => instance.setpoints.get(point.replace('lamps.', ''))!.register
    for (const setpoint of setpoints) lamps.write('holding', registerOf(setpoint).address, 60 + index)
    await clock.advance(2_000)
    expect(confirmBy).toHaveLength(1)
    for (const point of confirmBy) {
      const { table, address } = instance.points.get(point.replace('lamps.', ''))!
      expect(lamps.register(table, address)).toBe(60 + index)
    }
  }
  expect(lamps.levels()).toEqual([60, 60, 60, 60, 60, 60, 61, 61, 61, 61])
})

test('a segment goes from dark to full in about half a minute, so that one sees it', () => {
  for (const { slew = Infinity } of Object.values(site.segments)) {
    expect(100 / slew).toBeGreaterThan(15)
    expect(100 / slew).toBeLessThan(40)
  }
})
