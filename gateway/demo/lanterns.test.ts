import { expect, test } from 'vitest'
import { lanternCount, lanternLoad, lanternWatts } from './lanterns.ts'

test('a lantern’s power follows its light: little when dark, all at full', () => {
  expect(lanternWatts(0)).toBeLessThan(1)
  expect(lanternWatts(100)).toBe(120)
  for (let level = 1; level <= 100; level++) expect(lanternWatts(level)).toBeGreaterThan(lanternWatts(level - 1))
  expect(lanternWatts(80) - lanternWatts(60)).toBeCloseTo(lanternWatts(40) - lanternWatts(20), 9)
})

test('six lanterns on the first phase, four on the second, none on the third', () => {
  expect(lanternCount).toBe(10)
  expect(lanternLoad(Array.from({ length: 10 }, () => 100))).toEqual([720, 480, 0])
  const [north, south, none] = lanternLoad([100])
  expect([north, south, none]).toEqual([122.5, 2, 0])
})
