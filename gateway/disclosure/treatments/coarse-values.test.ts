/** The treatments of single values: clamp, bucket, and how coarse places are told. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucket } from './bucket.ts'
import { clamp } from './clamp.ts'
import { coarsePlace } from './coarsen.ts'

const number = fc.oneof(
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
)

test('property: what is clamped lies within its bounds, and what lay there is as it was', () => {
  fc.assert(
    fc.property(number, fc.integer({ min: -100, max: 0 }), fc.integer({ min: 0, max: 100 }), (value, least, most) => {
      const clamped = clamp(value, [least, most])
      expect(typeof clamped).toBe(typeof value)
      expect(Number(clamped)).toBeGreaterThanOrEqual(least)
      expect(Number(clamped)).toBeLessThanOrEqual(most)
      if (value >= least && value <= most) expect(clamped).toBe(value)
    }),
  )
})

test('property: a bucket is one of the bounds, not above the value unless it is the first, and none is nearer below', () => {
  const bounds = fc.uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1 })
  fc.assert(
    fc.property(number, bounds, (value, unsorted) => {
      const ascending = unsorted.toSorted((a, b) => a - b)
      const told = Number(bucket(value, ascending))
      expect(ascending).toContain(told)
      expect(told <= value || told === ascending[0]).toBe(true)
      expect(ascending.some((bound) => bound > told && bound <= value)).toBe(false)
    }),
  )
})

test('what is no number passes: it is for the rules to say whether it may', () => {
  for (const value of ['A1', true]) expect([clamp(value, [0, 1]), bucket(value, [0])]).toEqual([value, value])
})

test('property: a place is told within half a field, and the same for all places of the field', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, min: -89, max: 89 }),
      fc.double({ noNaN: true, min: -179, max: 179 }),
      fc.constantFrom(0.001, 0.01, 0.1, 0.5, 1),
      (latitude, longitude, degrees) => {
        const told = coarsePlace({ latitude, longitude }, degrees)
        expect(Math.abs(told.latitude - latitude)).toBeLessThanOrEqual(degrees / 2 + 1e-6)
        expect(Math.abs(told.longitude - longitude)).toBeLessThanOrEqual(degrees / 2 + 1e-6)
        expect(coarsePlace(told, degrees)).toEqual(told)
      },
    ),
  )
  expect(coarsePlace({ latitude: 47.218, longitude: -2.43 }, 0.1)).toEqual({ latitude: 47.25, longitude: -2.45 })
})
