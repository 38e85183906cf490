import { expect, test } from 'vitest'
import { good, type PointId } from '../../drivers/reading.ts'
import type { Sample, Series } from './disclosed.ts'
import { portions } from './portions.ts'

const samples = (count: number): Sample[] =>
  Array.from({ length: count }, (_, offsetMs) => ({ offsetMs, value: -Math.PI * 1e-100, quality: good }))
const series = (point: PointId, count: number): Series => ({ point, samples: samples(count) })

test('what is small stays together', () => {
  const few = [series('feeder.voltage_l1', 3), series('feeder.voltage_l2', 4)]
  expect(portions(few)).toEqual([few])
  expect(portions([])).toEqual([])
})

test('a series of very many samples goes on in the next portion, and loses none', () => {
  const cut = portions([series('feeder.voltage_l1', 10), series('feeder.frequency', 5_000), series('yard.state', 1)])
  expect(cut.length).toBeGreaterThan(5)
  for (const portion of cut) expect(Buffer.byteLength(JSON.stringify(portion.map(compact)))).toBeLessThan(48 * 1_024)
  const frequency = cut.flat().filter(({ point }) => point === 'feeder.frequency')
  expect(frequency.flatMap((part) => part.samples)).toEqual(samples(5_000))
  expect(cut.at(-1)?.map(({ point }) => point)).toEqual(['feeder.frequency', 'yard.state'])
})

/** At its longest in a record. */
function compact({ point, samples }: Series) {
  return [point, samples.map(({ offsetMs, value }) => [offsetMs, value, 0, 'illegal-address'])]
}
