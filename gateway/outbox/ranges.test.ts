import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ranges } from './ranges.ts'

const ends = fc.tuple(fc.nat(30), fc.nat(30))
const step = fc.record({ does: fc.constantFrom('add' as const, 'remove' as const), ends })

test('holds the numbers that a plain set would hold, in few ranges', () => {
  fc.assert(
    fc.property(fc.array(step), ends, (steps, [from, to]) => {
      const ranges = new Ranges()
      const set = new Set<number>()
      for (const { does, ends } of steps) {
        ranges[does](...ends)
        for (let n = ends[0]; n <= ends[1]; n++) set[does === 'add' ? 'add' : 'delete'](n)
      }
      const expected = [...set].sort((a, b) => a - b)
      const held = [...ranges]
      expect(
        held.flatMap((range) => Array.from({ length: range.to - range.from + 1 }, (_, i) => range.from + i)),
      ).toEqual(expected)
      for (const [index, range] of held.slice(1).entries()) expect(range.from).toBeGreaterThan(held[index]!.to + 1)
      expect(ranges.first(from)?.from).toBe(expected.find((n) => n >= from))
      expect(ranges.count(from, to)).toBe(expected.filter((n) => n >= from && n <= to).length)
    }),
    { numRuns: 1_000 },
  )
})

test('has room for all that is to come', () => {
  const ranges = new Ranges([{ from: 5, to: Infinity }])
  ranges.remove(5, 7)
  ranges.add(2, 3)
  expect([...ranges]).toEqual([
    { from: 2, to: 3 },
    { from: 8, to: Infinity },
  ])
})
