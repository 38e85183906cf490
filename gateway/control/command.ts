/** A command: what somebody wants a setpoint to be, how urgently, and for how long. */

/** Who wins over whom, the strongest first. */
export const priorities = [
  'safety',
  'local-manual',
  'emergency',
  'operator',
  'upstream',
  'flow',
  'program',
  'default',
] as const
export type Priority = (typeof priorities)[number]

/** Whether `a` wins over `b`. */
export function outranks(a: Priority, b: Priority): boolean {
  return priorities.indexOf(a) < priorities.indexOf(b)
}

/** A setpoint of control: `north.level`, the light of the segment `north`. */
export type SetpointId = `${string}.level`

export interface Source {
  /** over which door it came */
  readonly door: 'socket' | 'console' | 'upstream' | 'input' | 'program' | 'gateway'
  /** who says so; over the uplink a claim */
  readonly who: string
}

export interface Command {
  readonly setpoint: SetpointId
  /** per cent of full light; 0 is off */
  readonly value: number
  readonly priority: Priority
  readonly source: Source
  /** for people and for the audit */
  readonly reason: string
  /** how long it rules, counted from its arrival */
  readonly leaseMs: number
}

/** No lease is longer: who wants more changes the program. */
export const longestLeaseMs = 7 * 86_400_000
/** A command may not lie on its way for longer. */
export const longestValidityMs = 86_400_000
