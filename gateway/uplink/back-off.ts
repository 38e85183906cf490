/** How long to wait before the next try. */
import type { Random } from '../../drivers/clock.ts'

const firstMs = 1_000
const longestMs = 60_000
/** From this try on, the longest back-off rules. */
export const longestBackOffTry = 6

/**
 * `tries` have failed. Anywhere between nothing and the bound (full jitter), so that a district's gateways do not come back to
 * their broker all at once.
 */
export function backOffMs(tries: number, random: Random): number {
  return random() * Math.min(longestMs, firstMs * 2 ** Math.min(tries, longestBackOffTry))
}
