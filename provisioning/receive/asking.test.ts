import { expect, test } from 'vitest'
import { ask, type Asking } from './asking.ts'
import { count, type Ranges } from './numbers.ts'

/** Asks each second for `seconds`, and says when something was asked for. */
function look(missing: (second: number) => Ranges, seconds: number): { second: number; ranges: Ranges }[] {
  let asking: Asking | undefined
  const asked: { second: number; ranges: Ranges }[] = []
  for (let second = 0; second <= seconds; second++) {
    const next = ask(asking, missing(second), second * 1_000)
    asking = next.asking
    if (next.ranges.length > 0) asked.push({ second, ranges: next.ranges })
  }
  return asked
}

test('asks after a moment of grace, and then more and more seldom', () => {
  const asked = look(() => [[5, 9]], 1_000)
  expect(asked.map(({ second }) => second)).toEqual([1, 6, 16, 36, 76, 156, 316, 616, 916])
  expect(asked[0]?.ranges).toEqual([[5, 9]])
})

test('does not ask for what comes by itself within the moment', () => {
  expect(look((second) => (second === 0 ? [[5, 5]] : []), 10)).toEqual([])
})

test('does not ask again while answers come in', () => {
  const asked = look((second) => [[5 + Math.min(second, 60), 100]], 64)
  expect(asked.map(({ second }) => second)).toEqual([1])
  expect(look((second) => [[5 + Math.min(second, 60), 100]], 66).map(({ second }) => second)).toEqual([1, 65])
})

test('asks for a bounded piece, the lowest first', () => {
  const many: Ranges = Array.from({ length: 100 }, (_, n) => [10 * n + 1, 10 * n + 2] as const)
  expect(look(() => many, 1)[0]?.ranges).toEqual(many.slice(0, 32))
  const [asked] = look(
    () => [
      [1, 5],
      [10, 1_000_000],
    ],
    1,
  )
  expect(count(asked?.ranges ?? [])).toBe(10_000)
  expect(asked?.ranges).toEqual([
    [1, 5],
    [10, 10_004],
  ])
})
