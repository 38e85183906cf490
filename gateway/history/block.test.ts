import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, encode, Garbled } from './block.ts'
import { mostScaled } from './keeping.ts'

type Sample = readonly [atMs: number, scaled: number | null]

const grain = 100
const sample = fc.tuple(
  fc.integer({ min: -(2 ** 34), max: 2 ** 35 }).map((grains) => grains * grain),
  fc.option(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -mostScaled, max: mostScaled }))),
)

function packed(samples: readonly Sample[], grainMs = grain): Uint8Array {
  return encode(
    samples.map(([atMs]) => atMs),
    samples.map(([, scaled]) => scaled),
    grainMs,
  )
}

function unpacked(block: Uint8Array, grainMs = grain): Sample[] {
  const samples: Sample[] = []
  decode(block, grainMs, (atMs, scaled) => samples.push([atMs, scaled]))
  return samples
}

describe('a block', () => {
  test('gives back what went in, whatever the clock and the values did', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 400, size: 'max' }), (samples) => {
        expect(unpacked(packed(samples))).toEqual(samples)
      }),
    )
  })

  test('so do long ones, which are deflated', () => {
    const samples = Array.from({ length: 8_000 }, (_, n): Sample => [
      n * 10_000,
      n % 97 === 0 ? null : 2_300 + (n % 13),
    ])
    const block = packed(samples)
    expect(unpacked(block)).toEqual(samples)
    expect(block.length).toBeLessThan(samples.length / 4)
  })

  test('times between grains are those of the grain before', () => {
    expect(unpacked(packed([[12_345, 1]], 1_000), 1_000)).toEqual([[12_000, 1]])
  })

  test('bytes that are no block are refused, or are some other samples; nothing else happens', () => {
    let refused = 0
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          unpacked(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(Garbled)
          refused++
        }
      }),
      { numRuns: 1_000 },
    )
    expect(refused).toBeGreaterThan(100)
  })

  test('a block that is cut short is refused', () => {
    const block = packed([
      [1_000, 5],
      [2_000, 6],
    ])
    for (let length = 0; length < block.length; length++) {
      expect(() => unpacked(block.subarray(0, length))).toThrow(Garbled)
    }
  })
})
