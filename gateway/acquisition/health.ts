/** Whether a unit on a line is worth asking now: a dead one may not cost the living their turn. */

/** A unit is dead after this many silent reads, and no sooner than this long after the first of them. */
export const deadAfter = { reads: 2, ms: 3_000 }

export interface BackOff {
  readonly firstMs: number
  /** at most 5 min */
  readonly capMs: number
}
export const defaultBackOff: BackOff = { firstMs: 500, capMs: 60_000 }

export type Health =
  | { readonly state: 'alive'; readonly silentReads: number; readonly silentSinceMs: number }
  | { readonly state: 'dead'; readonly sinceMs: number; readonly probeAtMs: number; readonly waitMs: number }

export const healthy: Health = { state: 'alive', silentReads: 0, silentSinceMs: 0 }

/** What a unit's health is after a read that it answered (with an exception, too) or did not. */
export function after(health: Health, answered: boolean, nowMs: number, backOff: BackOff): Health {
  if (answered) return healthy
  if (health.state === 'dead') {
    const waitMs = Math.min(health.waitMs * 2, backOff.capMs)
    return { ...health, waitMs, probeAtMs: nowMs + waitMs }
  }
  const silentReads = health.silentReads + 1
  const silentSinceMs = health.silentReads === 0 ? nowMs : health.silentSinceMs
  return silentReads >= deadAfter.reads && nowMs - silentSinceMs >= deadAfter.ms
    ? { state: 'dead', sinceMs: silentSinceMs, waitMs: backOff.firstMs, probeAtMs: nowMs + backOff.firstMs }
    : { state: 'alive', silentReads, silentSinceMs }
}

export function mayAsk(health: Health, nowMs: number): boolean {
  return health.state === 'alive' || nowMs >= health.probeAtMs
}
