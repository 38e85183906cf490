import { expect, test } from 'vitest'
import { dice } from '../../../drivers/testing/dice.ts'
import { slopeOf, studentT95 } from './slope.ts'

const minutes = Array.from({ length: 60 }, (_, minute) => minute / 60)

test('a straight line is as steep as it is', () => {
  const { slope, upper } = slopeOf(minutes.map((hours) => [hours, 80 + 2 * hours]))
  expect(slope).toBeCloseTo(2, 9)
  expect(upper).toBeCloseTo(2, 6)
})

test('the bound holds 95 times of 100', () => {
  const random = dice(1)
  const runs = 2_000
  let held = 0
  for (let run = 0; run < runs; run++) {
    const { upper } = slopeOf(minutes.map((hours) => [hours, 80 + hours + random() + random() + random() - 1.5]))
    if (upper >= 1) held++
  }
  expect(held / runs).toBeGreaterThan(0.935)
  expect(held / runs).toBeLessThan(0.965)
})

/** Pearson and Hartley, Biometrika Tables for Statisticians, table 12. */
test.each([
  [8, 1.86],
  [30, 1.697],
  [58, 1.672],
])('Student’s t of %i degrees is %f', (degrees, t) => expect(studentT95(degrees)).toBeCloseTo(t, 2))

test('a handful of samples say nothing', () =>
  expect(() =>
    slopeOf([
      [0, 1],
      [1, 1],
    ]),
  ).toThrow('2 samples'))
