/** Whether a unit on a line is worth asking now: a dead one may not cost the living their turn. */

/** A unit is dead after this many silent reads, and no sooner than this long after the first of them. */
export const deadAfter = { reads: 2, ms: 3_000 }

export interface BackOff {
  readonly firstMs: number
  /** at most 5 min */
  readonly capMs: number
}
/** A unit that comes back is read within half a minute; a probe each half minute costs its line one hundredth at most. */
export const defaultBackOff: BackOff = { firstMs: 500, capMs: 30_000 }

export type Health =
  | { readonly state: 'alive'; readonly silentReads: number; readonly silentSinceMs: number }
  | { readonly state: 'dead'; readonly sinceMs: number; readonly probeAtMs: number; readonly waitMs: number }

export const healthy: Health = { state: 'alive', silentReads: 0, silentSinceMs: 0 }

/**
 * What a unit's health is after a read that it answered (with an exception, too) or did not. `chance`, from 0 to 1, makes
 * up to half of each wait: after a power cut a district's gateways do not all probe at the same moments for ever.
 */
export function after(health: Health, answered: boolean, nowMs: number, backOff: BackOff, chance: number): Health {
  if (answered) return healthy
  const dead = (sinceMs: number, waitMs: number): Health => ({
    state: 'dead',
    sinceMs,
    waitMs,
    probeAtMs: nowMs + waitMs * (0.5 + 0.5 * chance),
  })
  if (health.state === 'dead') return dead(health.sinceMs, Math.min(health.waitMs * 2, backOff.capMs))
  const silentReads = health.silentReads + 1
  const silentSinceMs = health.silentReads === 0 ? nowMs : health.silentSinceMs
  return silentReads >= deadAfter.reads && nowMs - silentSinceMs >= deadAfter.ms
    ? dead(silentSinceMs, backOff.firstMs)
    : { state: 'alive', silentReads, silentSinceMs }
}

export function mayAsk(health: Health, nowMs: number): boolean {
  return health.state === 'alive' || nowMs >= health.probeAtMs
}
