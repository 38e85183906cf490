import fc from 'fast-check'
import { expect, test } from 'vitest'
import { may, projected, type Month } from './budget.ts'

const month: fc.Arbitrary<Month> = fc
  .record({
    monthly: fc.integer({ min: 1_000, max: 1e9 }),
    part: fc.double({ min: 0, max: 1.5, noNaN: true }),
    days: fc.integer({ min: 28, max: 31 }),
    left: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ monthly, part, days, left }) => ({ monthly, spent: Math.round(monthly * part), days, daysLeft: days * left }))
const bytes = fc.integer({ min: 1, max: 100_000 })

test('what is urgent always goes', () => {
  fc.assert(
    fc.property(month, bytes, (each, size) => {
      expect(may('urgent', size, each)).toBe(true)
    }),
  )
})

test('what is low waits first, then what is normal', () => {
  fc.assert(
    fc.property(month, bytes, (each, size) => {
      if (may('low', size, each)) expect(may('normal', size, each)).toBe(true)
    }),
  )
  const late = { monthly: 3_000_000, spent: 2_400_000, days: 30, daysLeft: 3 }
  expect((['low', 'normal', 'urgent'] as const).map((priority) => may(priority, 500, late))).toEqual([
    false,
    true,
    true,
  ])
})

test('what may wait never takes the whole plan: alarms have the rest', () => {
  fc.assert(
    fc.property(month, bytes, (each, size) => {
      if (may('normal', size, each)) expect(each.spent + size).toBeLessThanOrEqual(0.9 * each.monthly * 1.000_001)
    }),
  )
})

test('a plan is not spent in its first week', () => {
  const greedy = { monthly: 3_000_000, spent: 0, days: 30, daysLeft: 30 }
  let spent = 0
  while (may('normal', 1_000, { ...greedy, spent })) spent += 1_000
  expect(spent).toBeLessThanOrEqual(90_000)
  expect(spent).toBeGreaterThan(80_000)
})

test('what the month will have cost', () => {
  expect(projected({ monthly: 5e6, spent: 1e6, days: 30, daysLeft: 20 })).toBe(3e6)
  expect(projected({ monthly: 5e6, spent: 1e6, days: 30, daysLeft: 29.9 })).toBeUndefined()
})
