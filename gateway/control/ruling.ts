/** What rules a segment, and why: what `fanal why` tells. */
import type { Priority, SetpointId, Source } from './command.ts'

/** Why the segment's own program (or what stands in for it) asks for what it asks. */
export const grounds = [
  /** the sun is up, or the program's period has not begun */
  'day',
  'evening',
  /** the late period: less light, or none by a decision */
  'late',
  'morning',
  /** nobody knows the time: the segment's `on_loss` rules */
  'no-trusted-time',
  'photocell-dark',
  'photocell-bright',
  /** the envelope lets nothing else pass: the safe value */
  'safe',
] as const
export type Ground = (typeof grounds)[number]

export interface Ruler {
  readonly priority: Priority
  /** per cent; 0 is off */
  readonly level: number
  readonly source: Source
  /** of a command its reason; of the program nothing, since the ground says it */
  readonly reason: string
  /** of the program and the default */
  readonly ground?: Ground
}

export interface Ruling extends Ruler {
  readonly setpoint: SetpointId
  readonly since: Temporal.Instant
  /** when this ends, as far as is known; absent: nobody can say (the time is not known) */
  readonly until?: Temporal.Instant
  /** what would rule then */
  readonly next?: Ruler
}
