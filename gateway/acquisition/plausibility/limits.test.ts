import { expect, test } from 'vitest'
import { instantiate } from '../../../drivers/instance.ts'
import { quantities } from '../../../drivers/quantities.ts'
import { loadRegistry } from '../../../drivers/registry.ts'
import { furthest, limitsOf } from './limits.ts'
import { energy, pointOf, power } from './testing/points.ts'
import { otherOrder } from './word-order.ts'

test('an energy grows no faster than the powers of its device, overloaded a little', () => {
  expect(limitsOf(energy, [energy, power])).toEqual({
    slewPerS: (1.25 * 36) / 3_600,
    slackMs: 60_000,
    count: 0.01,
    share: 0,
    modulus: 42_949_672.96,
  })
})

test('nor faster than the profile says, where it says it', () => {
  expect(limitsOf({ ...energy, slewPerS: 0.001, rollsOverAt: 100_000 }, [energy, power])).toMatchObject({
    slewPerS: 0.001,
    modulus: 100_000,
  })
})

test('a float moves by its own grain', () => {
  const float = limitsOf({ ...energy, as: 'f32', divisor: 1 }, [energy, power])!
  expect(float.modulus).toBeUndefined()
  expect(furthest(float, 2 ** 23, -60_000)).toBe(2)
})

test('what is no number, or may change as it likes, is not looked at', () => {
  expect(limitsOf(pointOf({ name: 'voltage', quantity: 'voltage' }), [])).toBeUndefined()
  expect(limitsOf(pointOf({ name: 'k1', quantity: 'relay', as: 'bool' }), [])).toBeUndefined()
})

test('every counter of the catalogue has its limits, and none takes an hour’s full load for a leap', () => {
  let examined = 0
  for (const profile of loadRegistry([]).profiles.values()) {
    const points = [...instantiate(profile).points.values()]
    for (const point of points.filter(({ quantity }) => quantities[quantity].kind === 'counter')) {
      examined++
      const limits = limitsOf(point, points)!
      const watts = Math.max(
        ...points.flatMap(({ quantity, range }) => (quantity === 'power_active' ? [range[1]] : [])),
      )
      expect(limits.slewPerS, `${profile.id} ${point.name}`).toBeLessThan(3)
      expect(furthest(limits, 0, 3_600_000)).toBeGreaterThan(watts / 1_000)
    }
  }
  expect(examined).toBeGreaterThan(20)
})

test('registers in the other order, there and back', () => {
  const whole = { ...energy, divisor: 1 }
  expect(otherOrder(whole, 0x0001_0002)).toBe(0x0002_0001)
  expect(otherOrder({ ...whole, as: 'i32' }, 0x0000_ffff)).toBe(-65_536)
  expect(otherOrder({ ...whole, as: 'i32' }, -65_536)).toBe(0x0000_ffff)
  const float = { ...whole, as: 'f32' } as const
  expect(otherOrder(float, otherOrder(float, 230.5)!)).toBe(230.5)
  expect(otherOrder({ ...whole, as: 'u16' }, 5)).toBeUndefined()
})
