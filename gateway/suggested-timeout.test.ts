import { expect, test } from 'vitest'
import { suggestedTimeoutMs } from './suggested-timeout.ts'

test.each([
  ['three times the slowest of a hundred, rounded up', 61, 128, 1_000, 200],
  ['seconds by halves', 401, 128, 3_000, 1_500],
  ['no less than what a busy gateway takes', 2, 128, 500, 100],
  ['what is set, where it is little more', 200, 128, 500, 500],
  ['what is set, where it is just that', 100, 128, 300, 300],
  ['longer, where answers are being missed', 210, 128, 300, 650],
  ['longer than a timeout below the floor only where answers are missed', 40, 128, 80, 80],
  ['nothing, before enough is known', 61, 99, 1_000, undefined],
])('%s', (_, p99Ms, answers, timeoutMs, suits) => {
  expect(suggestedTimeoutMs(p99Ms, answers, timeoutMs)).toBe(suits)
})

test('never shorter than three times what was seen, nor longer than what is set unless that is too short', () => {
  let looked = 0
  for (let p99Ms = 0; p99Ms < 3_000; p99Ms += 7)
    for (const timeoutMs of [10, 80, 100, 300, 1_000, 5_000, 30_000]) {
      const suits = suggestedTimeoutMs(p99Ms, 128, timeoutMs) ?? NaN
      looked++
      if (suits < timeoutMs) expect(suits).toBeGreaterThanOrEqual(3 * p99Ms)
      if (suits > timeoutMs) expect(1.5 * p99Ms).toBeGreaterThan(timeoutMs)
    }
  expect(looked).toBe(429 * 7)
})
