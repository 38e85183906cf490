import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bad, good, uncertain, type Quality, type Reading, type Value } from '../../../drivers/reading.ts'
import { statistics } from '../../releases.ts'
import { accumulator, add, qualityOf, renew, statisticOf } from './aggregate.ts'

const at = Temporal.Instant.from('2026-12-21T16:00:00Z')
const read = (value: Value): Reading => ({ point: 'feeder.energy', at, quality: good, value })
const missed: Reading = { point: 'feeder.energy', at, quality: bad('no-answer') }

/** Windows of values (undefined: no answer), and of each its increase with how sure that is. */
function increases(windows: readonly (readonly (number | bigint | undefined)[])[]): [Value | null, Quality][] {
  const share = accumulator(['increase'])
  return windows.map((window) => {
    for (const value of window) add(share, value === undefined ? missed : read(value))
    const increase = statisticOf(share, 'increase')
    const told: [Value | null, Quality] = [increase, increase === null ? share.missing : qualityOf(share, 'increase')]
    renew(share)
    return told
  })
}

test('nothing read is no value, of every statistic but the number of values', () => {
  const share = accumulator(statistics)
  add(share, missed)
  for (const statistic of statistics) expect(statisticOf(share, statistic)).toBe(statistic === 'count' ? 0 : null)
})

test('each window counts from the last number of the one before it, so that increases add up', () => {
  expect(increases([[10, 12], [13, 15], [18]])).toEqual([
    [2, uncertain('stale')], // what was counted before the first reading nobody saw
    [3, good],
    [3, good],
  ])
})

test('one number alone says nothing of an increase', () => {
  expect(increases([[10], [10]])).toEqual([
    [null, bad('not-read')],
    [0, good],
  ])
})

test('a window without a number has no increase, and the next one says that it began before it', () => {
  expect(increases([[1, 2], [undefined], [7]])).toEqual([
    [1, uncertain('stale')],
    [null, bad('no-answer')],
    [5, uncertain('stale')],
  ])
})

test('a counter that fell counts nothing for that step, and is suspect', () => {
  expect(increases([[90, 100], [105, 2, 5], [6]])).toEqual([
    [10, uncertain('stale')],
    [8, uncertain('suspect')],
    [1, good],
  ])
})

test('counters of 64 bits lose no step', () => {
  expect(increases([[2n ** 60n, 2n ** 60n + 1n]])[0]?.[0]).toBe(1)
})

test('property: increases are never negative, and of a counter that only rises they are what it rose by', () => {
  const steps = fc.array(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 20 }), { minLength: 2, maxLength: 10 })
  fc.assert(
    fc.property(steps, fc.nat(1e6), (windows, first) => {
      let count = first
      const counts = windows.map((window) => window.map((step) => (count += step)))
      const told = increases([[first], ...counts])
      expect(told.slice(1).map(([, quality]) => quality)).toEqual(windows.map(() => good))
      expect(told.slice(1).reduce((sum, [increase]) => sum + Number(increase), 0)).toBe(count - first)
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 2 }), (values) => {
      expect(Number(increases([values])[0]?.[0])).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('property: least ≤ quantiles ≤ most, in their order, and the sum is the mean of all times their number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 800 }),
      (values) => {
        const share = accumulator(statistics)
        for (const value of values) add(share, read(value))
        const of = (statistic: (typeof statistics)[number]) => Number(statisticOf(share, statistic))
        const ascending = [of('min'), of('p5'), of('p25'), of('p50'), of('p75'), of('p95'), of('max')]
        expect(ascending).toEqual(ascending.toSorted((a, b) => a - b))
        expect(of('mean') * of('count')).toBeCloseTo(of('sum'), 3)
        expect(of('count')).toBe(values.length)
      },
    ),
  )
})

test('what is no number, such as NaN, spoils nothing', () => {
  const share = accumulator(statistics)
  for (const value of [1, NaN, Infinity, 3]) add(share, read(value))
  expect(statistics.map((statistic) => statisticOf(share, statistic)).every((value) => Number.isFinite(value))).toBe(
    true,
  )
  expect(statisticOf(share, 'count')).toBe(2)
})
