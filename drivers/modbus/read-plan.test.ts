import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InstancePoint } from '../instance.ts'
import { plan, planMs, type Block, type Limits } from './read-plan.ts'
import { transactionMs, type WireTime } from './wire-time.ts'

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

/** 19200 8E1, and a unit that thinks for 5 ms. */
const slow: WireTime = { charMs: 0.573, gapMs: 2, turnAroundMs: 5 }
const limits = (more: Partial<Limits> = {}): Limits => ({
  longest: () => 125,
  readable: () => true,
  wire: slow,
  ...more,
})
const shape = (points: InstancePoint[], more: Partial<Limits> = {}) =>
  plan(points, limits(more)).map(({ table, address, count, points: { length } }) => [table, address, count, length])

test('neighbours are read together, in whatever order they are asked for', () => {
  expect(shape([point('input', 4, 2), point('input', 0, 2), point('input', 2, 2)])).toEqual([['input', 0, 6, 3]])
})

describe('a hole', () => {
  /** A request costs 13 characters, two silences and the unit's thought: 16.4 ms, as much as some 14 registers. */
  test('is read over as long as that is faster than to ask again', () => {
    expect(shape([point('input', 0, 2), point('input', 16, 2)])).toHaveLength(1)
    expect(shape([point('input', 0, 2), point('input', 17, 2)])).toHaveLength(2)
  })

  test('that a slow unit has may be longer', () => {
    const points = [point('input', 0, 2), point('input', 60, 2)]
    expect(shape(points, { wire: { ...slow, turnAroundMs: 200 } })).toHaveLength(1)
    expect(shape(points)).toHaveLength(2)
  })

  test('that must not be read is not', () => {
    const readable: Limits['readable'] = (_, from, to) => to <= 3 || from > 3
    expect(shape([point('input', 0, 2), point('input', 4, 2)], { readable })).toHaveLength(2)
  })
})

test('a block is cut where it would be too long, so that the least is read', () => {
  const points = [point('input', 0, 2), point('input', 3, 4), point('input', 7, 2)]
  expect(shape(points, { longest: () => 7 })).toEqual([
    ['input', 0, 2, 1],
    ['input', 3, 6, 2],
  ])
})

test('tables are never read together', () => {
  expect(shape([point('input', 0, 1), point('holding', 1, 1)])).toHaveLength(2)
})

test('a point that lies in another is read with it', () => {
  expect(shape([point('input', 0, 4), point('input', 1, 1)])).toEqual([['input', 0, 4, 2]])
})

/** Whatever can be asked, tried: which points each request reads is chosen freely, not only neighbours. */
function leastMs(points: readonly InstancePoint[], { longest, readable, wire }: Limits): number {
  const [first, ...others] = points
  if (first === undefined) return 0
  let best = Infinity
  for (let chosen = 0; chosen < 2 ** others.length; chosen++) {
    const together = [first, ...others.filter((_, index) => (chosen >> index) & 1)]
    const from = Math.min(...together.map(({ address }) => address))
    const to = Math.max(...together.map(({ address, count }) => address + count))
    const fits =
      together.length === 1 ||
      (together.every(({ table }) => table === first.table) &&
        to - from <= longest(first.table) &&
        readable(first.table, from, to))
    if (!fits) continue
    const rest = others.filter((_, index) => !((chosen >> index) & 1))
    best = Math.min(best, transactionMs(wire, first.table, to - from) + leastMs(rest, { longest, readable, wire }))
  }
  return best
}

const tables = ['input', 'holding', 'coil'] as const
/** Maps with holes, overlaps, points in points, equal ones. */
const maps = fc.array(
  fc.record({ table: fc.constantFrom(...tables), address: fc.nat(70), count: fc.constantFrom(1, 1, 2, 2, 4, 10) }),
  { minLength: 1, maxLength: 7 },
)
const wires = fc.record({
  charMs: fc.constantFrom(0.001, 0.0955, 0.573, 1.146),
  gapMs: fc.constantFrom(0, 1.75, 4),
  turnAroundMs: fc.constantFrom(0, 5, 50),
})
const forbidden = fc.array(fc.nat(80), { maxLength: 4 })

/** Holes lie between points: what a point uses can be read. */
function limitsOf(longest: number, forbidden: readonly number[], wire: WireTime, points: InstancePoint[]): Limits {
  const isUsed = (register: number) =>
    points.some(({ address, count }) => register >= address && register < address + count)
  const holes = forbidden.filter((register) => !isUsed(register))
  return {
    longest: () => longest,
    readable: (_, from, to) => !holes.some((hole) => hole >= from && hole < to),
    wire,
  }
}

test('no way to ask takes less time on the wire than the plan: 4000 maps, each against every way', () => {
  let merged = 0
  fc.assert(
    fc.property(maps, fc.integer({ min: 10, max: 40 }), forbidden, wires, (all, longest, holes, wire) => {
      const points = all.map(({ table, address, count }) => point(table, address, count))
      const within = limitsOf(longest, holes, wire, points)
      const blocks = plan(points, within)
      if (blocks.length < points.length) merged++
      expect(planMs(blocks, wire)).toBeCloseTo(leastMs(points, within), 6)
    }),
    { numRuns: 4_000 },
  )
  expect(merged).toBeGreaterThan(1_000)
})

test('each point is read once and whole, within the limits', () => {
  const large = fc.array(
    fc.record({ table: fc.constantFrom(...tables), address: fc.nat(600), count: fc.constantFrom(1, 2, 4) }),
    { minLength: 1, maxLength: 80 },
  )
  fc.assert(
    fc.property(large, fc.integer({ min: 4, max: 125 }), forbidden, wires, (all, longest, holes, wire) => {
      const points = all.map(({ table, address, count }) => point(table, address, count))
      const within = limitsOf(longest, holes, wire, points)
      const blocks = plan(points, within)
      expect(blocks.flatMap((block) => block.points).toSorted(byPlace)).toEqual(points.toSorted(byPlace))
      for (const block of blocks) expect(isSound(block, within)).toBe(true)
    }),
  )
})

function isSound({ table, address, count, points }: Block, { longest, readable }: Limits): boolean {
  const inside = points.every(
    (one) => one.table === table && one.address >= address && one.address + one.count <= address + count,
  )
  return inside && (points.length === 1 || (count <= longest(table) && readable(table, address, address + count)))
}

function byPlace(a: InstancePoint, b: InstancePoint): number {
  return a.table.localeCompare(b.table) || a.address - b.address || a.count - b.count
}
