import { expect, test } from 'vitest'
import { round } from './round.ts'

test.each([
  [0.7123, 0.1, 0.7],
  [15, 10, 20],
  [-0.2, 1, 0],
])('%d to %d: %d', (value, step, rounded) => {
  expect(round(value, step)).toBe(rounded)
})

const beyond = 2n ** 53n

test.each([
  [beyond + 4n, 10, beyond + 8n], // 2^53 ends in 992
  [beyond + 3n, 10, beyond + 8n],
  [beyond + 2n, 10, beyond - 2n],
  [-15n, 10, -10n],
  [-16n, 10, -20n],
  [beyond + 1n, 1, beyond + 1n],
  [beyond + 1n, 0.1, beyond + 1n],
  [beyond, 2.5, beyond + 1n],
])('the whole number %s to %d: %s', (value, step, rounded) => {
  expect(round(value, step)).toBe(rounded)
})
