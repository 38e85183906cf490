/** Noise without jumps: what a load does when nothing in particular happens. */

/** From -1 to 1, smooth in time; the same for the same seed, channel and instant. */
export type Noise = (channel: number, seconds: number, period: number) => number

/** Values drawn once a `period` (seconds), joined by curves that are level at both ends (value noise). */
export function smoothNoise(seed: number): Noise {
  return (channel, seconds, period) => {
    const index = Math.floor(seconds / period)
    const from = 2 * chance(seed, channel, index) - 1
    const to = 2 * chance(seed, channel, index + 1) - 1
    return from + (to - from) * smoothstep(0, 1, seconds / period - index)
  }
}

/** From 0 (inclusive) to 1 (exclusive), always the same for the same three integers. */
export function chance(seed: number, channel: number, index: number): number {
  // The odd constants are those of MurmurHash3: multiplying and folding spreads every bit over the whole word.
  let hash = seed | 0
  for (const word of [channel, index]) {
    hash = Math.imul(hash ^ word, 0xcc9e2d51)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return (hash >>> 0) / 0x1_0000_0000
}

/** 0 before `from`, 1 after `to`, and a curve without corners between; upside down when `from` is the greater. */
export function smoothstep(from: number, to: number, x: number): number {
  const share = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return share * share * (3 - 2 * share)
}
