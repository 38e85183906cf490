import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bucket } from './bucket.ts'

test('a full bucket gives its burst, and then its rate', () => {
  const bucket = new Bucket({ bytesPerS: 1_000, burstBytes: 500 }, 0)
  expect(bucket.waitMs(0)).toBe(0)
  bucket.spend(700, 0)
  expect(bucket.waitMs(0)).toBe(200)
  expect(bucket.waitMs(201)).toBe(0)
  expect(bucket.level(60_000)).toBe(500)
})

test('a clock that stands still or falls back gives nothing', () => {
  const bucket = new Bucket({ bytesPerS: 1_000, burstBytes: 100 }, 1_000)
  bucket.spend(100, 1_000)
  expect(bucket.level(500)).toBe(0)
  expect(bucket.level(1_100)).toBe(100)
})

test('whoever waits as long as it says never exceeds burst, rate and one message', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 100_000 }),
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 100 }),
      fc.array(fc.nat(500), { minLength: 100, maxLength: 100 }),
      (bytesPerS, sizes, idles) => {
        const burstBytes = bytesPerS / 2
        const bucket = new Bucket({ bytesPerS, burstBytes }, 0)
        let nowMs = 0
        let total = 0
        sizes.forEach((size, index) => {
          nowMs += (idles[index] ?? 0) + bucket.waitMs(nowMs + (idles[index] ?? 0))
          bucket.spend(size, nowMs)
          total += size
          expect(total - size).toBeLessThanOrEqual(burstBytes + (nowMs / 1_000) * bytesPerS)
        })
      },
    ),
  )
})
