/** The same proof of the whole gateway, on every output that it has; and that a leak would be found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fieldOf, unseenPoints } from './testing/home-fields.ts'
import { differences, sizeOf, type Output } from './testing/plaintext.ts'
import { openTwin, type Twin } from './testing/twin.ts'

let twin: Twin
let reference: Output

beforeAll(async () => {
  twin = await openTwin(readFileSync(join(import.meta.dirname, 'demo/site.yaml'), 'utf8'), 65)
  reference = await twin.run(fieldOf(twin.plan, 1))
}, 120_000)
afterAll(() => twin[Symbol.dispose]())

test('every output is there to be compared', () => {
  expect(unseenPoints(twin.plan).length).toBeGreaterThan(30)
  expect(Object.keys(reference)).toEqual(
    expect.arrayContaining([
      ...['log', 'events', 'metrics (socket)', 'console /', 'console /api/session', 'console /api/status'],
      ...['support/status.json', 'support/points.json', 'support/log.ndjson', 'support/audit.ndjson'],
      ...['mqtt fanal/demo/place-de-la-fontaine/r/lighting-energy', 'mqtt fanal/demo/place-de-la-fontaine/meta'],
    ]),
  )
  expect(reference['mqtt fanal/demo/place-de-la-fontaine/r/grid-frequency']?.length).toBeGreaterThan(5)
  expect(sizeOf(reference)).toBeGreaterThan(50_000)
})

test('values, presence, moments and errors of undeclared points change no byte of any output', async () => {
  for (const seed of [2, 3]) expect(differences(reference, await twin.run(fieldOf(twin.plan, seed)))).toEqual([])
}, 120_000)

test('a line that names their values is found', async () => {
  const leaking = await twin.run(fieldOf(twin.plan, 1), { leak: true })
  const other = await twin.run(fieldOf(twin.plan, 2), { leak: true })
  expect(differences(leaking, other).map(({ output }) => output)).toEqual(
    expect.arrayContaining(['log', 'support/log.ndjson']),
  )
}, 120_000)
