import { describe, expect, test } from 'vitest'
import { daliLevelOf, levelOf, percentOfDali, rangeOf, valueOf } from './levels.ts'
import { outputOf, relay } from './testing/segments.ts'

// IEC 62386-102, table of the logarithmic dimming curve: level and the light it gives, in per cent.
const curve: [level: number, percent: number][] = [
  [1, 0.1],
  [60, 0.5],
  [85, 0.99],
  [126, 3.035],
  [145, 5.1],
  [170, 10.09],
  [195, 19.97],
  [229, 50.53],
  [254, 100],
]

describe('the dimming curve of DALI', () => {
  test.each(curve)('level %i is %f %', (level, percent) => {
    expect(percentOfDali(level)).toBeCloseTo(percent, percent < 3 ? 2 : 0)
    expect(daliLevelOf(percentOfDali(level))).toBe(level)
  })

  test('every level comes back from its per cent', () => {
    for (let level = 0; level <= 254; level++) expect(daliLevelOf(percentOfDali(level))).toBe(level)
  })

  test('light is never rounded to dark, nor beyond full', () => {
    expect(daliLevelOf(0.000_1)).toBe(1)
    expect(daliLevelOf(0)).toBe(0)
    expect(daliLevelOf(100)).toBe(254)
  })
})

test('half the light is 50 for who speaks per cent, 229 on the DALI bus, and on for a relay', () => {
  expect([valueOf('light_level', 50), valueOf('dali_level', 50), valueOf('relay', 50)]).toEqual([50, 229, true])
  expect([valueOf('light_level', 0), valueOf('dali_level', 0), valueOf('relay', 0)]).toEqual([0, 0, false])
  expect(valueOf('light_level', 0.3)).toBe(1)
  expect([levelOf('relay', true), levelOf('relay', false), levelOf('light_level', 40)]).toEqual([100, 0, 40])
})

test('a segment can what all its outputs can', () => {
  const raw = outputOf({ form: 'dali_level', limits: [170, 254] })
  expect(rangeOf([outputOf()])).toEqual({ from: 10, to: 100, off: true })
  expect(rangeOf([outputOf(), raw]).from).toBeCloseTo(10.09, 1)
  expect(rangeOf([relay])).toEqual({ from: 100, to: 100, off: true })
  expect(rangeOf([outputOf(), relay])).toEqual({ from: 10, to: 100, off: true })
  expect(rangeOf([outputOf({ off: false }), relay]).off).toBe(false)
})
