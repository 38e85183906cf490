import fc from 'fast-check'
import { expect, test } from 'vitest'
import { error, exactly, Quantiles } from './quantiles.ts'

const shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]

function filled(values: readonly number[]): Quantiles {
  const quantiles = new Quantiles()
  for (const value of values) quantiles.add(value)
  return quantiles
}

/** The nearest rank, which is a value that was read. */
const rank = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1]!

const numbers = (length: object) =>
  fc.array(
    fc.oneof(
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.double({ noNaN: true, min: -1, max: 1 }),
      fc.constant(0),
    ),
    length,
  )

test('of nothing there is none', () => {
  expect(new Quantiles().at(0.5)).toBeNull()
})

test('property: while they are few, a value that was read, and the right one', () => {
  fc.assert(
    fc.property(numbers({ minLength: 1, maxLength: exactly }), (values) => {
      const quantiles = filled(values)
      for (const share of shares) expect(quantiles.at(share)).toBe(rank(values, share))
    }),
  )
})

test('property: of many, within the stated error of the right one, and never beyond least and most', () => {
  fc.assert(
    fc.property(numbers({ minLength: exactly + 1, maxLength: 3_000, size: 'max' }), (values) => {
      const quantiles = filled(values)
      for (const share of shares) {
        const right = rank(values, share)
        expect(Math.abs(quantiles.at(share)! - right)).toBeLessThanOrEqual(error * Math.abs(right) * 1.000_001 + 1e-9)
        expect(quantiles.at(share)).toBeGreaterThanOrEqual(Math.min(...values))
        expect(quantiles.at(share)).toBeLessThanOrEqual(Math.max(...values))
      }
    }),
    { numRuns: 30 },
  )
})

test('a window does not remember the one before it', () => {
  const quantiles = filled(Array.from({ length: 2 * exactly }, (_, i) => i))
  quantiles.clear()
  expect(quantiles.at(0.5)).toBeNull()
  quantiles.add(-3)
  expect(quantiles.at(0.99)).toBe(-3)
})
