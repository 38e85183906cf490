/**
 * The presence lock: somebody is working at this cabinet, and until they say that they have gone, or their time is over, no
 * command from elsewhere is obeyed. The program goes on: whoever works on lamps switches them off at the cabinet.
 */
import type { Refusal } from './refusal.ts'
import type { Source } from './command.ts'

export interface Presence {
  readonly who: string
  readonly since: Temporal.Instant
  /** on the monotonic clock */
  readonly untilMs: number
}

/** Whoever has worked for longer says so again. */
export const longestPresenceMs = 8 * 3_600_000

export function holds(presence: Presence | undefined, nowMs: number): presence is Presence {
  return presence !== undefined && nowMs < presence.untilMs
}

/**
 * Why a command is refused while somebody is there. They are known by their account on the console; whoever has the
 * gateway's own socket stands at it. Who it is does not go upstream.
 */
export function refusalFor(
  presence: Presence | undefined,
  { door, who }: Source,
  { now, nowMs }: { now: Temporal.Instant; nowMs: number },
): Refusal | undefined {
  if (!holds(presence, nowMs) || door === 'socket' || (door === 'console' && who === presence.who)) return undefined
  const until = now.add({ milliseconds: Math.round(presence.untilMs - nowMs) }).toString({ smallestUnit: 'minute' })
  return { code: 'COMMAND_SOMEBODY_WORKS_HERE', words: { until } }
}
