import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantiate, type InstancePoint } from '../../../drivers/instance.ts'
import { profileSchema, type Profile } from '../../../drivers/profile.ts'
import { Legality, mergedBy, optimum, requestMs, type Wire } from './optimum.ts'

/** 19200 8E1, and a unit that thinks for 5 ms. */
const wire: Wire = { charMs: 0.573, gapMs: 2, turnAroundMs: 5 }

function device(addresses: readonly number[], modbus: object): { profile: Profile; points: InstancePoint[] } {
  const profile = profileSchema.parse({
    id: 'fanal-test-meter',
    maker: 'Fanal',
    model: 'Test meter',
    kind: 'energy_meter',
    grade: 'drafted',
    source: 'made up for a test alone',
    modbus: { order: 'ABCD', serial: ['19200 8E1'], timeout: '300ms', worst_response: '600ms', ...modbus },
    identify: { point: `r${addresses[0] ?? 0}`, range: [0, 1] },
    points: Object.fromEntries(
      addresses.map((address) => [`r${address}`, { at: `holding/${address}`, as: 'u16', quantity: 'status_code' }]),
    ),
  })
  return { profile, points: [...instantiate(profile).points.values()] }
}

const leastMs = (addresses: readonly number[], modbus: object) => {
  const { profile, points } = device(addresses, modbus)
  return optimum(points, new Legality(profile, points))(wire)
}
const blockMs = (count: number) => requestMs(wire, 'holding', count)

test('what lies close is read together, what lies far apart is not', () => {
  expect(leastMs([0, 10], { gap: 124 })).toBeCloseTo(blockMs(11), 9)
  expect(leastMs([0, 90], { gap: 124 })).toBeCloseTo(2 * blockMs(1), 9)
})

test('a hole that is too wide, or forbidden, or a block that is too long, is not read', () => {
  expect(leastMs([0, 5], { gap: 3 })).toBeCloseTo(2 * blockMs(1), 9)
  expect(leastMs([0, 5], { gap: 4 })).toBeCloseTo(blockMs(6), 9)
  expect(leastMs([0, 5], { gap: 4, unreadable: ['holding/3-3'] })).toBeCloseTo(2 * blockMs(1), 9)
  expect(leastMs([0, 5], { gap: 4, longest_read: 5 })).toBeCloseTo(2 * blockMs(1), 9)
})

/** Every way to share points out among requests. */
function byBruteForce(points: readonly InstancePoint[], legality: Legality): number {
  const [first, ...others] = points
  if (first === undefined) return 0
  let best = Infinity
  for (let chosen = 0; chosen < 2 ** others.length; chosen++) {
    const together = [first, ...others.filter((_, index) => (chosen >> index) & 1)]
    const from = Math.min(...together.map(({ address }) => address))
    const to = Math.max(...together.map(({ address, count }) => address + count))
    if (together.length > 1 && !legality.isLegal('holding', from, to)) continue
    const rest = others.filter((_, index) => !((chosen >> index) & 1))
    best = Math.min(best, blockMs(to - from) + byBruteForce(rest, legality))
  }
  return best
}

test('it is what brute force finds', () => {
  const maps = fc.uniqueArray(fc.nat(80), { minLength: 1, maxLength: 7 })
  let examined = 0
  fc.assert(
    fc.property(maps, fc.constantFrom(0, 3, 20, 124), fc.constantFrom(8, 30, 125), (addresses, gap, longest) => {
      const { profile, points } = device(addresses, { gap, longest_read: longest })
      const legality = new Legality(profile, points)
      expect(optimum(points, legality)(wire)).toBeCloseTo(byBruteForce(points, legality), 6)
      examined++
    }),
    { seed: 20_261_125, numRuns: 200 },
  )
  expect(examined).toBe(200)
})

test('what is merged by a rule of thumb can take longer', () => {
  const { profile, points } = device([0, 13, 40], { gap: 124 })
  const merged = mergedBy(points, 10, profile)
  expect(merged.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [13, 14],
    [40, 41],
  ])
  expect(leastMs([0, 13, 40], { gap: 124 })).toBeLessThan(3 * blockMs(1))
})
