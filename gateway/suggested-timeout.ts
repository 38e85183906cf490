/** Which timeout would suit a unit, by what it has shown. Pure. */

/** Fewer answers do not tell how slow a unit can be. */
const enough = 100
/** A gateway that is busy for a moment, or an adapter that holds bytes back, is no silence of the unit's. */
const leastMs = 100
/** So many times the slowest answer of a hundred: the next slow one is still in time. */
const margin = 3
/** Where so many times the slowest of a hundred is longer than the timeout, answers are being missed. */
const tightMargin = 1.5

/**
 * `p99Ms`: how long the unit thinks, at the slowest of a hundred; `timeoutMs`: how long it is waited for now. Shorter than
 * now where that is plenty, so that a dead unit costs its line less; longer only where now is too short. Undefined: too
 * little is known.
 */
export function suggestedTimeoutMs(p99Ms: number, answers: number, timeoutMs: number): number | undefined {
  if (answers < enough) return undefined
  const suits = Math.max(leastMs, rounded(margin * p99Ms))
  return suits < timeoutMs || tightMargin * p99Ms > timeoutMs ? suits : timeoutMs
}

/** Up to what a person would write. */
function rounded(ms: number): number {
  const step = ms <= 1_000 ? 50 : 500
  return Math.ceil(ms / step) * step
}
