/** The property of control: whatever happens, nothing is written outside the envelope, and no segment is left dark. */
import { describe, expect, test } from 'vitest'
import { segmentGuards, stepGuards } from './envelope.ts'
import { live, type Removable } from './testing/street.ts'

describe('a street through years of orders, faults, leaps of the clock, and restarts', () => {
  test.each([1, 2, 3])('holds (seed %i)', { timeout: 120_000 }, async (seed) => {
    const lived = await live({ steps: 8_000, seed })
    expect(lived.violations).toEqual([])
    expect(lived.steps).toBe(8_000)
    expect(lived.looked).toBeGreaterThan(50_000)
    expect(lived.writes).toBeGreaterThan(3_000)
    expect(lived.refused).toBeGreaterThan(400)
    expect(lived.restarts).toBeGreaterThan(15)
  })
})

/** What is seen first when a guard is missing. */
const seen: Readonly<Record<Removable, RegExp>> = {
  limits: /out of limits/,
  interlocks: /against an interlock/,
  floor: /darker than its floor/,
  switchings: /switched off too often/,
  device: /to a stranger/,
  rest: /without rest/,
  slew: /too steeply/,
  trust: /darker than its floor|flawed order/,
}

describe('without one of its guards it does not', () => {
  test('every guard is tried', () => {
    const guards = new Set([...Object.keys(segmentGuards), ...Object.keys(stepGuards), 'trust'])
    expect(new Set(Object.keys(seen))).toEqual(guards)
  })

  test.each(Object.entries(seen))('%s', { timeout: 120_000 }, async (without, rule) => {
    const { violations } = await live({ steps: 60_000, seed: 7, without: without as Removable })
    expect(violations.map((violation) => violation.rule)).toEqual([expect.stringMatching(rule)])
  })
})
