/** FANAL_DRAWS: how many draws are compared with the closed form (50 000 for each scale); `npm run bench -- data --only noise` has 10⁶. */
import { expect, test } from 'vitest'
import { bytesOf } from '../testing/policies.ts'
import { closedForm, fitOf, fitOfCounts } from '../testing/chi-squared.ts'
import { bitsFrom, rational } from './discrete-laplace.ts'

const draws = Number(process.env['FANAL_DRAWS'] ?? 50_000)

test.each([
  [0.5, 1],
  [1, 2],
  [3, 3],
  [10, 4],
  [0.35, 5],
])('scale %d: draws are of the closed form', (scale, seed) => {
  const { p, degrees } = fitOf(rational(scale), draws, bitsFrom(bytesOf(seed)))
  expect(degrees).toBeGreaterThan(2)
  expect(p).toBeGreaterThan(1e-4)
})

test('and the comparison sees where they are not: zero twice as often, another scale, one sign too often', () => {
  const right = (scale: number) =>
    new Map(Array.from({ length: 201 }, (_, i) => [i - 100, Math.round(draws * closedForm(i - 100, scale))]))
  expect(fitOfCounts(right(3), 3, draws).p).toBeGreaterThan(0.9)
  const zeros = right(3).set(0, 2 * draws * closedForm(0, 3))
  expect(fitOfCounts(zeros, 3, draws).p).toBeLessThan(1e-6)
  expect(fitOfCounts(right(3.2), 3, draws).p).toBeLessThan(1e-6)
  const leaning = right(3)
    .set(1, draws * closedForm(1, 3) * 1.1)
    .set(-1, draws * closedForm(1, 3) * 0.9)
  expect(fitOfCounts(leaning, 3, draws).p).toBeLessThan(1e-6)
})

test.each([
  [0.1, 1n, 10n],
  [2, 2n, 1n],
  [1.25, 125n, 100n],
  [1e-7, 1n, 10_000_000n],
  [1e21, 10n ** 21n, 1n],
])('%d is a fraction exactly as it is written', (decimal, num, den) => {
  expect(rational(decimal)).toEqual({ num, den })
})

test('bits are those of the bytes, in their order, each once', () => {
  let byte = 0
  const bits = bitsFrom((count) => Uint8Array.from({ length: count }, () => byte++ % 256))
  const read = Array.from({ length: 256 }, () => bits(4))
  expect(read).toEqual(Array.from({ length: 128 }, (_, i) => [BigInt(i >> 4), BigInt(i & 15)]).flat())
})
