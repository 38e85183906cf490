/** The treatments in a running gateway: what a subscriber at the broker gets of segments, alarms, noise and pseudonyms, over a restart. */
import { readFileSync, statSync } from 'node:fs'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { Gateway, openStreet, writeSite } from './testing/cabinet.ts'
import { eventually, Folder } from './testing/surroundings.ts'

const record = z.object({
  p: z.record(z.string(), z.array(z.tuple([z.number(), z.unknown()], z.unknown()))),
  a: z.array(z.tuple([z.number(), z.string(), z.string(), z.enum(['raised', 'cleared'])])).optional(),
})
type Record = z.output<typeof record>

let folder: Folder
let ends: AsyncDisposableStack
beforeEach(() => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
})
afterEach(() => ends.disposeAsync())

const release = (treatment: object[], what: object) => ({
  ...what,
  purpose: 'maintenance',
  basis: 'public-task',
  recipient: { name: 'Ville', role: 'controller' },
  treatment,
  delivery: 'durable',
  retention: '1y',
})
const everySecond = () => ({ aggregate: { every: '1s', of: ['mean'] } })

test('segments and alarms leave; noise stops with its budget, and pseudonyms stay the same, over a restart', async () => {
  const street = ends.use(await openStreet())
  const site = writeSite(folder.file('site.yaml'), street, {
    'polling.normal': '1s',
    'lines.yard.port': 1, // where nobody listens
    releases: {
      light: release([], { points: ['segment:*.light_level_asked'] }),
      alarms: release([], { alarms: ['line-*'] }),
      noisy: release([everySecond(), { noise: { epsilon: 0.5, per_day: 2 } }], { points: ['feeder.power_active'] }),
      meters: release([everySecond(), { pseudonym: { rotates: '365d' } }], {
        points: ['feeder.power_active', 'feeder.frequency'],
      }),
    },
  })
  const got = new Map<string, Record[]>()
  const city = await connectAsync(`mqtt://127.0.0.1:${street.ports.broker}`)
  ends.defer(() => city.endAsync(true))
  city.on('message', (topic, payload) => {
    const read = record.safeParse(JSON.parse(String(payload))).data
    const name = ['light', 'alarms', 'noisy', 'meters'].find((one) => topic.split('/').includes(one))
    if (read !== undefined && name !== undefined) got.set(name, [...(got.get(name) ?? []), read])
  })
  await city.subscribeAsync('fanal/+/+/r/+', { qos: 1 })
  const recordsOf = (name: string) => got.get(name) ?? []
  const noisy = () => recordsOf('noisy').flatMap(({ p }) => p['feeder.power_active.mean'] ?? [])
  const names = () => new Set(recordsOf('meters').flatMap(({ p }) => Object.keys(p)))

  const first = await Gateway.start(site, folder.file('state'))
  await eventually(() => {
    expect(recordsOf('light').flatMap(({ p }) => Object.keys(p))).toEqual(
      expect.arrayContaining(['segment:north.light_level_asked', 'segment:south.light_level_asked']),
    )
    expect(recordsOf('alarms').flatMap(({ a = [] }) => a)).toContainEqual([0, 'line-down', 'yard', 'raised'])
    expect(noisy().some(([, , , ...why]) => why.includes('budget-spent'))).toBe(true)
    expect(names().size).toBe(2)
  })
  const told = names()
  for (const name of told) expect(name).toMatch(/^p-[0-9a-f]{16}\.(power_active|frequency)\.mean$/)
  const numbers = noisy().filter(([, value]) => value !== null)
  expect(numbers.length).toBeLessThanOrEqual(4)
  for (const [, value] of numbers) expect(Number.isInteger(value)).toBe(true)
  await first[Symbol.asyncDispose]()
  expect(statSync(folder.file('state/pseudonym.key')).mode & 0o777).toBe(0o600)
  expect(readFileSync(folder.file('state/gate.json'), 'utf8')).toMatch(/"spent":\{.*"feeder\.power_active":\[\[\d+,"\d/)

  got.clear()
  ends.use(await Gateway.start(site, folder.file('state')))
  await eventually(() => {
    expect(names()).toEqual(told)
    expect(noisy().length).toBeGreaterThan(2)
  })
  expect(noisy().filter(([, value]) => value !== null)).toEqual([])
})
