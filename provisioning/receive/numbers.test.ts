import fc from 'fast-check'
import { expect, test } from 'vitest'
import { count, has, join, outside, type Range, type Ranges } from './numbers.ts'

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }))
  .map(([from, length]): Range => [from, from + length])
const members = (ranges: Ranges) =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n))

test('the ranges are the set, in as few ranges as there can be', () => {
  fc.assert(
    fc.property(fc.array(range), range, (added, asked) => {
      const ranges = added.reduce<Ranges>(join, [])
      const set = new Set(members(added))
      expect(members(ranges)).toEqual([...set].sort((a, b) => a - b))
      expect(count(ranges)).toBe(set.size)
      for (const [index, [from]] of ranges.entries()) expect(from).toBeGreaterThan((ranges[index - 1]?.[1] ?? -1) + 1)
      expect(members(outside(ranges, asked))).toEqual(members([asked]).filter((number) => !set.has(number)))
      for (let number = 0; number < 70; number++) expect(has(ranges, number)).toBe(set.has(number))
    }),
  )
})
