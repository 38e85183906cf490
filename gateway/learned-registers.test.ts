import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { instantiate } from '../drivers/instance.ts'
import { modbusDriver } from '../drivers/modbus/driver.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { fakeLine } from '../drivers/testing/fake-line.ts'
import { never } from '../drivers/testing/line-suite.ts'
import { openLearned } from './learned.ts'
import { registersLearned } from './learned-registers.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'learned-'))
})
afterEach(() => rm(folder, { recursive: true }))

const instance = instantiate(loadRegistry([]).profile('eastron-sdm630')!)
const points = [...instance.points.keys()].map((name) => `meter.${name}` as const)
const bad = instance.points.get('frequency')!

/** One life of the gateway: a meter without that point is read twice. */
async function life(profile = 'eastron-sdm630', device = 'meter') {
  const clock = fakeClock()
  let refused = 0
  const line = fakeLine({
    read: ({ address, count }) => {
      if (address > bad.address || bad.address >= address + count) return Promise.resolve({ state: 'answered' })
      refused++
      return Promise.resolve({ state: 'exception', exception: 2 })
    },
    write: () => Promise.reject(new Error('reading writes nothing')),
  })
  const learned = await openLearned(join(folder, 'learned.json'), { clock })
  const learning = registersLearned(learned, new Map([[device, profile]]))
  const driver = modbusDriver({ id: 'meter', unit: 1, instance, line, clock, learned: learning(device) })
  for (let reads = 0; reads < 2; reads++) await driver.read(points, never)
  await learned[Symbol.asyncDispose]()
  return { refused, defects: driver.defects() }
}

test('what was learned is known after a restart: nothing is asked for in vain', async () => {
  const first = await life()
  expect(first.refused).toBeGreaterThan(0)
  expect(await life()).toEqual({ refused: 0, defects: first.defects })
  expect(first.defects).toMatchObject([{ kind: 'point', points: ['frequency'] }])
})

test('under another profile, or of another device, it does not count', async () => {
  const { refused } = await life()
  expect((await life('abb-b23')).refused).toBe(refused)
  await life()
  expect((await life('eastron-sdm630', 'feeder')).refused).toBe(refused)
})
