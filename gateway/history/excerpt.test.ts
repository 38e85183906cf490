import { expect, test } from 'vitest'
import { Excerpt } from './excerpt.ts'
import { deadMs, heartbeatMs } from './series.ts'

const minute = 60_000
const grain = 100
const asked = { fromMs: 1_000 * minute, untilMs: 1_100 * minute, most: 100 }

function shown(samples: readonly (readonly [minutes: number, value: number | null])[], nowMinutes = 1_010) {
  const excerpt = new Excerpt(asked)
  for (const [minutes, value] of samples) excerpt.add(minutes * minute, value, grain)
  return excerpt.samples(nowMinutes * minute).map(({ atMs, value }) => [atMs / minute, value])
}

test('begins with what stood at its beginning', () => {
  expect(
    shown([
      [990, 5],
      [995, 6],
      [1_001, 7],
    ]),
  ).toEqual([
    [1_000, 6],
    [1_001, 7],
  ])
})

test('with nothing, where nothing was known', () => {
  expect(
    shown([
      [995, null],
      [1_001, 7],
    ]),
  ).toEqual([[1_001, 7]])
  expect(
    shown([
      [970, 5],
      [1_001, 7],
    ]),
  ).toEqual([[1_001, 7]])
})

test('with the sample itself, if there is one at that moment', () => {
  expect(
    shown([
      [995, 6],
      [1_000, 7],
    ]),
  ).toEqual([[1_000, 7]])
})

test('a value that is not told again is not known any more, now neither', () => {
  expect(
    shown(
      [
        [1_001, 7],
        [1_040, 8],
      ],
      1_099,
    ),
  ).toEqual([
    [1_001, 7],
    [1_016, null],
    [1_040, 8],
    [1_055, null],
  ])
})

test('of what is still to come, nothing is said', () => {
  expect(shown([[1_001, 7]], 1_002)).toEqual([[1_001, 7]])
})

test('a coarse series has time enough to be told', () => {
  const excerpt = new Excerpt(asked)
  const hour = 60 * minute
  excerpt.add(1_020 * minute, 1, hour)
  excerpt.add(1_080 * minute, 2, hour)
  expect(excerpt.samples(1_099 * minute).map(({ value }) => value)).toEqual([1, 2])
  expect(deadMs(hour)).toBeGreaterThan(heartbeatMs + 2 * hour)
})
