/** Report by exception: of what disclosure let out, what a host has not heard yet, and whether it is the current value. */
import type { Known } from './metrics.ts'
import { sameAsBefore, typed, typeOf, widened, type Said } from './value.ts'

export interface Change {
  readonly known: Known
  readonly said: Said
  readonly historical: boolean
}

/** What is new of a metric; nothing where it is as before. What is older than what was told is no current value. */
export function learn(known: Known, now: Said): Change[] {
  const before = known.last
  if (before !== undefined && now.atMs < before.atMs)
    return typed(known.type, now.value) === undefined ? [] : [{ known, said: now, historical: true }]
  known.last = now
  if (now.value !== null && typed(known.type, now.value) === undefined) {
    known.type = before === undefined ? typeOf(now.value) : widened(known.type, now.value)
    delete known.heard // another type takes another birth
  }
  if (sameAsBefore(before, now)) return []
  known.changed = true
  return [{ known, said: now, historical: false }]
}

/** Of several values of a metric in one message the last is current; those before it were overtaken (`is_historical`, 6.4.5). */
export function onlyLastIsLive(changes: readonly Change[]): Change[] {
  const last = new Map<Known, Change>()
  for (const change of changes) if (!change.historical) last.set(change.known, change)
  return changes.map((change) =>
    change.historical || last.get(change.known) === change ? change : { ...change, historical: true },
  )
}
