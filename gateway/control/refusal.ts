/** Why a command is not obeyed: a code, the words for its message, and what would be allowed. */

import type { LevelRange } from './segment.ts'

/** What is asked cannot be a command here at all. */
export const admissionCodes = [
  /** not of the form that commands have */
  'COMMAND_MALFORMED',
  /** a text, or a number where only on and off are */
  'COMMAND_WRONG_TYPE',
  'COMMAND_UNKNOWN_SETPOINT',
  /** a point that is only read, or whose setpoint a segment owns */
  'COMMAND_READ_ONLY',
  /** without a lease, or without an end to its validity */
  'COMMAND_UNBOUNDED',
  /** the lease is longer than a week, or the validity than a day */
  'COMMAND_TOO_LONG',
  /** came after its time */
  'COMMAND_LATE',
  /** says when it ends, and nobody here knows the time */
  'COMMAND_TIME_UNKNOWN',
  /** its nonce was used before */
  'COMMAND_REPLAYED',
  /** the broker keeps it, and would give it again at each connection */
  'COMMAND_RETAINED',
  /** more commands than can be remembered */
  'COMMAND_TOO_MANY',
  /** nothing of this owner's to release */
  'COMMAND_NOTHING_TO_RELEASE',
  /** another holds the presence lock */
  'COMMAND_SOMEBODY_WORKS_HERE',
] as const

/** The envelope says no: for good, or as long as the world is as it is. */
export const envelopeCodes = [
  'COMMAND_OUT_OF_LIMITS',
  'COMMAND_BELOW_FLOOR',
  'COMMAND_INTERLOCKED',
  'COMMAND_SWITCHED_TOO_OFTEN',
  /** the device does not look like its profile */
  'COMMAND_WRONG_DEVICE',
  /** nobody knows yet, or any more, who answers there */
  'COMMAND_NOT_IDENTIFIED',
  /** the step is steeper than the slew */
  'COMMAND_TOO_STEEP',
  /** the last write was a moment ago */
  'COMMAND_TOO_SOON',
] as const

export const refusalCodes = [...admissionCodes, ...envelopeCodes] as const
export type AdmissionCode = (typeof admissionCodes)[number]
export type EnvelopeCode = (typeof envelopeCodes)[number]
export type RefusalCode = (typeof refusalCodes)[number]

export interface Refusal {
  readonly code: RefusalCode
  /** to fill in the message; without numbers that only a person would understand */
  readonly words: Readonly<Record<string, string | number>>
  /** levels that would be obeyed now. Absent: none, or any other command */
  readonly allowed?: LevelRange
}
