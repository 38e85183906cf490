import { expect, test } from 'vitest'
import { bad, good, uncertain, type Reading } from '../../drivers/reading.ts'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { PointTable } from './point-table.ts'

const clock = fakeClock()
const value = (v: number): Reading => ({ point: 'feeder.power_active', at: clock.now(), quality: good, value: v })
const failure = (reason: 'no-answer' | 'absent'): Reading => ({
  point: 'feeder.power_active',
  at: clock.now(),
  quality: bad(reason),
})
const table = () => new PointTable(new Map([['feeder.power_active', 1_000]]), clock)
const quality = (table: PointTable) => table.get('feeder.power_active')!.reading.quality

test('before the first reading a point is bad, and has no age', () => {
  expect(table().get('feeder.power_active')).toEqual({ reading: expect.objectContaining({ quality: bad('not-read') }) })
  expect(table().get('feeder.nothing')).toBeUndefined()
})

test('what grows old becomes uncertain, then bad, and then carries no number', async () => {
  const points = table()
  points.put([value(7)])
  await clock.advance(3_000)
  expect(points.get('feeder.power_active')).toMatchObject({ reading: { quality: good, value: 7 }, ageMs: 3_000 })
  await clock.advance(1)
  expect(points.get('feeder.power_active')).toMatchObject({ reading: { quality: uncertain('stale'), value: 7 } })
  await clock.advance(7_000)
  expect(quality(points)).toEqual(bad('stale'))
  expect(points.get('feeder.power_active')!.reading).not.toHaveProperty('value')
})

test('a missed answer leaves the value standing until it is old; then the reason shows', async () => {
  const points = table()
  points.put([value(7)])
  await clock.advance(1_000)
  points.put([failure('no-answer')])
  expect(quality(points)).toEqual(good)
  await clock.advance(9_001)
  expect(quality(points)).toEqual(bad('no-answer'))
})

test('a device that says “no value” is believed at once', () => {
  const points = table()
  points.put([value(7), failure('absent')])
  expect(quality(points)).toEqual(bad('absent'))
  points.put([failure('no-answer')])
  expect(quality(points)).toEqual(bad('no-answer'))
})

test('a step of the wall clock changes no age', () => {
  const points = table()
  points.put([value(7)])
  clock.jump(56 * 365 * 86_400_000)
  expect(points.get('feeder.power_active')).toMatchObject({ reading: { quality: good }, ageMs: 0 })
})

test('of what was read, what is known: a missed answer gives way to the value that still stands', () => {
  const points = table()
  const stranger: Reading = { point: 'feeder.nothing', at: clock.now(), quality: good, value: 1 }
  points.put([value(7)])
  const missed = [failure('no-answer'), stranger]
  points.put(missed)
  expect(points.known(missed)).toEqual([value(7), stranger])
})
