import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginAt, planAt, presetsOf, stepped } from './leases.ts'

test('presets are the least, the most, and quarters that are not next to them; off first', () => {
  expect(presetsOf({ from: 20, to: 100, off: true })).toEqual([0, 20, 50, 75, 100])
  expect(presetsOf({ from: 20, to: 80, off: false })).toEqual([20, 50, 80])
  expect(presetsOf({ from: 0, to: 100, off: true })).toEqual([0, 25, 50, 75, 100])
  expect(presetsOf({ from: 100, to: 100, off: true })).toEqual([0, 100])
})

test('whatever one does, the level stays one that is allowed', () => {
  const allowed = fc
    .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 99 }), fc.boolean())
    .map(([from, more, off]) => ({ from, to: Math.min(100, from + more), off }))
  const steps = fc.array(fc.constantFrom(-5, 5))
  fc.assert(
    fc.property(allowed, fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }), steps, (range, at, all) => {
      let level = beginAt(at, range)
      for (const by of all) {
        level = stepped(level, by, range)
        expect((level >= range.from && level <= range.to) || (range.off && level === 0)).toBe(true)
      }
    }),
  )
})

test('below the least there is only off, and up from there the least', () => {
  const range = { from: 20, to: 100, off: true }
  expect(stepped(22, -5, range)).toBe(20)
  expect(stepped(20, -5, range)).toBe(0)
  expect(stepped(0, 5, range)).toBe(20)
  expect(stepped(20, -5, { ...range, off: false })).toBe(20)
})

test('the plan at a moment, as far as this night goes', () => {
  const plan = [{ from: '2026-12-21T11:00:00Z', until: '2026-12-21T16:00:00Z', level: 0, ground: 'day' }]
  expect(planAt(plan, Date.parse('2026-12-21T11:00:00Z'))?.ground).toBe('day')
  expect(planAt(plan, Date.parse('2026-12-21T16:00:00Z'))).toBeUndefined()
})
