import fc from 'fast-check'
import { expect, test } from 'vitest'
import { good, type PointId } from '../../../drivers/reading.ts'
import { bytesOf } from '../testing/policies.ts'
import { bitsFrom } from './discrete-laplace.ts'
import { dailyNumbers, scaleOf, withNoise, type Spent } from './noise.ts'

const dayMs = 86_400_000
const parts = (spent: Spent, atMs: number, seed = 1) => ({
  points: ['gate.passages'] as const,
  atMs,
  spent,
  bits: bitsFrom(bytesOf(seed)),
  isNeverNegative: true,
})
const sample = (value: number | bigint | string | null) => ({ offsetMs: 0, value, quality: good })

test.each([
  [0.1, 1, 10],
  [0.1, 0.3, 3],
  [0.3, 1, 3],
  [1, 0.5, 0],
])(
  'at ε %d each, a day of %d has %d numbers: not one less for what floats make of tenths',
  (epsilon, perDay, numbers) => {
    expect(dailyNumbers({ epsilon, perDay })).toBe(numbers)
  },
)

test('the scale is sensitivity over ε, exactly', () => {
  expect(scaleOf({ epsilon: 0.25, sensitivity: 3 })).toEqual({ num: 300n, den: 25n })
})

test('property: a day’s sum never passes its budget, whatever the clock does', () => {
  const noise = { epsilon: 0.5, perDay: 2, sensitivity: 1 }
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 6 * dayMs }), { maxLength: 100 }), (moments) => {
      const spent: Spent = new Map()
      const byDay = new Map<number, number>()
      for (const atMs of moments) {
        const { epsilon, sample: told } = withNoise(sample(100), noise, parts(spent, atMs))
        expect(told.value === null).toBe(epsilon === 0)
        const day = Math.floor(atMs / dayMs)
        byDay.set(day, (byDay.get(day) ?? 0) + epsilon)
      }
      for (const sum of byDay.values()) expect(sum).toBeLessThanOrEqual(2)
    }),
  )
})

test('a point has one budget, whatever each number costs; a sum costs those of all its points', () => {
  const spent: Spent = new Map()
  const at = (points: readonly PointId[], epsilon: number) =>
    withNoise(sample(100), { epsilon, perDay: 1, sensitivity: 1 }, { ...parts(spent, 0), points }).epsilon
  expect([at(['gate.passages'], 0.7), at(['gate.passages'], 0.7), at(['gate.passages'], 0.3)]).toEqual([0.7, 0, 0.3])
  expect(at(['gate.passages', 'park.passages'], 0.1)).toBe(0)
  expect([at(['park.passages'], 0.9), at(['park.passages'], 0.1)]).toEqual([0.9, 0.1])
})

test('what is missing costs nothing; what is no number does not leave; what is never negative is not told as such', () => {
  const noise = { epsilon: 0.01, perDay: 1000, sensitivity: 1 }
  const spent: Spent = new Map()
  expect(withNoise(sample(null), noise, parts(spent, 0))).toEqual({ sample: sample(null), epsilon: 0 })
  expect(withNoise(sample('A17'), noise, parts(spent, 0)).sample.quality).toMatchObject({ state: 'suppressed' })
  const told = Array.from({ length: 50 }, (_, seed) => withNoise(sample(0), noise, parts(spent, 0, seed)).sample.value)
  expect(Math.min(...told.map(Number))).toBe(0)
  expect(told.filter((value) => value === 0).length).toBeGreaterThan(10)
  expect(typeof withNoise(sample(2n ** 60n), noise, parts(spent, 0)).sample.value).toBe('bigint')
})
