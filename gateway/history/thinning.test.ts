import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sample } from './series.ts'
import { Thinning } from './thinning.ts'

const untilMs = 10_000
const sample = fc.record({
  atMs: fc.integer({ min: 0, max: untilMs - 1 }),
  value: fc.option(fc.integer(), { freq: 9 }),
})
const many = fc.array(sample, { minLength: 1, maxLength: 600, size: 'max' })

function thinned(samples: readonly Sample[], most: number): Sample[] {
  const thinning = new Thinning(0, untilMs, most)
  for (const { atMs, value } of samples) thinning.add(atMs, value)
  return thinning.samples()
}

const inOrder = (samples: readonly Sample[]) => samples.toSorted((a, b) => a.atMs - b.atMs)
const valuesOf = (samples: readonly Sample[]) => samples.flatMap(({ value }) => value ?? [])

describe('thinning', () => {
  test('few samples stay as they are, oldest first', () => {
    fc.assert(
      fc.property(many, fc.nat(20), (samples, more) => {
        expect(thinned(samples, samples.length + more)).toEqual(inOrder(samples))
      }),
    )
  })

  test('never more than asked for, each of them one that was there, oldest first', () => {
    fc.assert(
      fc.property(many, fc.integer({ min: 0, max: 200 }), (samples, most) => {
        const shown = thinned(samples, most)
        expect(shown.length).toBeLessThanOrEqual(most)
        expect(shown).toEqual(inOrder(shown))
        const left = samples.map((each) => JSON.stringify(each))
        for (const each of shown) {
          const place = left.indexOf(JSON.stringify(each))
          expect(place).toBeGreaterThanOrEqual(0)
          left.splice(place, 1)
        }
      }),
    )
  })

  test('the extremes, the first, the last and a gap are shown', () => {
    let examined = 0
    fc.assert(
      fc.property(many, fc.integer({ min: 5, max: 200 }), (samples, most) => {
        const shown = thinned(samples, most)
        const values = valuesOf(samples)
        if (values.length > 0) {
          expect(Math.max(...valuesOf(shown))).toBe(Math.max(...values))
          expect(Math.min(...valuesOf(shown))).toBe(Math.min(...values))
        }
        expect(shown[0]).toEqual(inOrder(samples)[0])
        expect(shown.at(-1)).toEqual(inOrder(samples).at(-1))
        expect(shown.some(({ value }) => value === null)).toBe(samples.some(({ value }) => value === null))
        if (shown.length < samples.length) examined++
      }),
    )
    expect(examined).toBeGreaterThan(10)
  })

  test('a spike of one sample in a hundred thousand stands out in its place', () => {
    const samples = Array.from({ length: 100_000 }, (_, n) => ({ atMs: n / 10, value: n === 31_415 ? 900 : n % 7 }))
    const shown = thinned(samples, 100)
    expect(shown).toContainEqual({ atMs: 3_141.5, value: 900 })
    expect(shown.length).toBeGreaterThan(70)
  })
})
