import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InstancePoint } from '../instance.ts'
import { plan } from './read-plan.ts'

function point(table: InstancePoint['table'], address: number, count: number): InstancePoint {
  return {
    name: `p${address}`,
    quantity: 'voltage',
    poll: 'normal',
    table,
    address,
    count,
    as: 'u16',
    order: 'ABCD',
    multiplier: 1,
    divisor: 1,
    range: [0, 1],
    absent: new Set(),
    flags: new Map(),
  }
}
const shape = (points: InstancePoint[], longestRead: number, gap: number) =>
  plan(points, { longestRead, gap }).map(({ table, address, count, points: { length } }) => [
    table,
    address,
    count,
    length,
  ])

test('neighbours are read together, in whatever order they are asked for', () => {
  const points = [point('input', 4, 2), point('input', 0, 2), point('input', 2, 2)]
  expect(shape(points, 125, 0)).toEqual([['input', 0, 6, 3]])
})

test('a gap is bridged when it is short enough', () => {
  const points = [point('input', 0, 2), point('input', 6, 2)]
  expect(shape(points, 125, 3)).toHaveLength(2)
  expect(shape(points, 125, 4)).toEqual([['input', 0, 8, 2]])
})

test('a block ends before a point that would make it too long', () => {
  const points = [point('input', 0, 2), point('input', 2, 4), point('input', 6, 2)]
  expect(shape(points, 6, 0)).toEqual([
    ['input', 0, 6, 2],
    ['input', 6, 2, 1],
  ])
})

test('tables are never read together', () => {
  expect(shape([point('input', 0, 1), point('holding', 1, 1)], 125, 10)).toHaveLength(2)
})

test('each point is read once and whole, within the limits', () => {
  const points = fc
    .uniqueArray(fc.nat(400), { minLength: 1, maxLength: 60 })
    .chain((slots) =>
      fc.tuple(
        ...slots.map((slot) =>
          fc.record({ slot: fc.constant(slot), count: fc.constantFrom(1, 2, 4), input: fc.boolean() }),
        ),
      ),
    )
    .map((all) => all.map(({ slot, count, input }) => point(input ? 'input' : 'holding', slot * 4, count)))
  fc.assert(
    fc.property(points, fc.integer({ min: 4, max: 125 }), fc.nat(124), (all, longestRead, gap) => {
      const blocks = plan(all, { longestRead, gap })
      expect(blocks.flatMap((block) => block.points).toSorted(byAddress)).toEqual(all.toSorted(byAddress))
      for (const block of blocks) {
        expect(block.count).toBeLessThanOrEqual(longestRead)
        let end = block.address
        for (const { table, address, count } of block.points) {
          expect(table).toBe(block.table)
          expect(address - end).toBeGreaterThanOrEqual(0)
          expect(address - end).toBeLessThanOrEqual(gap)
          end = address + count
        }
        expect(end).toBe(block.address + block.count)
      }
    }),
  )
})

function byAddress(a: InstancePoint, b: InstancePoint): number {
  return a.table.localeCompare(b.table) || a.address - b.address
}
