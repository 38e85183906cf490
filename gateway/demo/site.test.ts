import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../../drivers/registry.ts'
import { milliseconds } from '../../drivers/schema.ts'
import { formatMistakes } from '../../drivers/explain.ts'
import { planSite } from '../plan.ts'

const file = join(import.meta.dirname, 'site.yaml')
const planned = planSite(readFileSync(file, 'utf8'), file, loadRegistry([]))
if (!planned.ok) throw new Error(formatMistakes(planned.mistakes, 'en'))
const { site, policy } = planned.plan

test('every release speaks at least every 10 s, from points that are read as often', () => {
  const slowest = Math.max(...Object.values(planned.plan.periodsMs))
  expect(slowest).toBeLessThanOrEqual(10_000)
  const releases = Object.values(site.releases)
  expect(releases).toHaveLength(3)
  for (const { treatment } of releases)
    for (const step of treatment)
      if ('aggregate' in step) expect(milliseconds(step.aggregate.every)).toBeLessThanOrEqual(10_000)
})

test('most points stay home, and the list of them says so', () => {
  expect(policy.home.length).toBeGreaterThan(20)
  expect(policy.home).toContain('feeder.current_l1')
})
