import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changes, hourTicks, linePath, rangeOf, roomyRange, scale, stepArea, stepPath, stepsOf } from './curve.ts'

const x = scale(0, 100, 0, 200)
const y = scale(0, 100, 50, 0)

test('a scale keeps what lies outside at its edge, and puts what has no span in the middle', () => {
  expect([x.at(-5), x.at(50), x.at(500)]).toEqual([0, 100, 200])
  expect(scale(3, 3, 0, 10).at(3)).toBe(5)
})

test('steps go along, then straight up or down; a gap lifts the pen', () => {
  const steps = [
    { fromMs: 0, untilMs: 50, level: 0 },
    { fromMs: 50, untilMs: 80, level: 100 },
    { fromMs: 90, untilMs: 100, level: 50 },
  ]
  expect(stepPath(steps, x, y)).toBe('M0 50H100L100 0H160M180 25H200')
  expect(stepArea(steps, x, y)).toBe('M100 50V0H160V50ZM180 50V25H200V50Z')
})

test('a sample holds until the next, and null ends it', () => {
  expect(
    stepsOf(
      [
        [0, 10],
        [20, null],
        [40, 30],
      ],
      60,
    ),
  ).toEqual([
    { fromMs: 0, untilMs: 20, level: 10 },
    { fromMs: 40, untilMs: 60, level: 30 },
  ])
  expect(stepsOf([[70, 10]], 60)).toEqual([])
})

test('a line is broken where nothing is known', () => {
  expect(
    linePath(
      [
        [0, 0],
        [50, 100],
        [60, null],
        [100, 100],
      ],
      x,
      y,
    ),
  ).toBe('M0 50L100 0M200 0')
})

test('all that is drawn lies within its box', () => {
  const samples = fc.array(fc.tuple(fc.integer({ min: -50, max: 150 }), fc.option(fc.double({ noNaN: true }))))
  fc.assert(
    fc.property(samples, (some) => {
      const numbers = linePath(some, x, y).match(/-?[\d.e+]+/g) ?? []
      expect(numbers.every((text) => Number(text) >= 0 && Number(text) <= 200)).toBe(true)
    }),
  )
})

test('the range is of what is known, with room around it', () => {
  expect(rangeOf([[0, null]])).toBeUndefined()
  expect(
    rangeOf([
      [0, 5],
      [1, null],
      [2, -3],
    ]),
  ).toEqual([-3, 5])
  const [least, most] = roomyRange([230, 230])
  expect(least).toBeLessThan(230)
  expect(most).toBeGreaterThan(230)
})

test('ticks count from the first moment; a table needs only what changed', () => {
  expect(hourTicks(0, 12 * 3_600_000, 6)).toEqual([0, 21_600_000, 43_200_000])
  expect(
    changes(
      [
        [0, 1],
        [1, 1],
        [2, 2],
        [3, 2],
        [4, 2],
      ],
      10,
    ),
  ).toEqual([
    [0, 1],
    [2, 2],
    [4, 2],
  ])
})
