/** The contract between a protocol and the rest of the system. */
import type { Illegal } from './learned-registers.ts'
import type { BadReason, PointId, Reading } from './reading.ts'

/** Whether the device answers like the one that the site names. `because` holds no measured value. */
export type Identity =
  | { readonly state: 'matches' }
  /** `unsupplied`: so it would also answer if what it measures were dead: whoever was known before may still be it */
  | { readonly state: 'differs'; readonly because: string; readonly unsupplied?: true }
  /** what would tell could not be read */
  | { readonly state: 'unknown'; readonly because: string; readonly reason: BadReason }

/** What is known of a device now. `unasked`: nothing yet, since the start, since it was silent, or since its line was reopened. */
export type Recognition = Identity['state'] | 'unasked'

declare const cleared: unique symbol

/** What may be written to a setpoint: in its quantity's unit, or on (true) and off. */
export type SetpointValue = number | boolean

/**
 * One write that the envelope has let pass. The brand has no exported name, and eslint forbids the cast outside the
 * envelope: the compiler refuses to write anything that was not judged.
 */
export interface Cleared {
  readonly [cleared]: true
  readonly setpoint: PointId
  readonly value: SetpointValue
  /** Whether to read back; a step of a ramp, which the next one overtakes, is not. */
  readonly confirm: boolean
}

/** Why nobody knows whether a write took effect; it may have. */
export type UnconfirmedReason =
  | 'no-answer'
  | 'garbled'
  /** the line broke off under it */
  | 'line-down'
  /** the device acknowledged the write, and what it then says of itself is something else, or nothing */
  | 'differs'
  | 'not-read-back'
  /** the profile knows no way to read it back, or the write was not to be confirmed */
  | 'not-asked'

/** Why a write certainly took no effect. */
export type RejectedReason =
  /** the device answered with an exception */
  | 'refused'
  | 'illegal-address'
  /** it was not sent: the line could not be opened */
  | 'line-down'
  /** it was not sent: the unit did not answer lately, and may yet do so */
  | 'resting'
  /** it was not sent: another master asks on the line, or its adapter echoes */
  | 'contended'
  /** it was not sent: who answers there has not been asked since the line was opened, or is another */
  | 'not-identified'
  /** it was not sent: the device has no such setpoint, or its encoding no such value */
  | 'not-sayable'

export type Written =
  /** the device says of itself that it is so */
  | { readonly state: 'applied' }
  | { readonly state: 'unconfirmed'; readonly because: UnconfirmedReason }
  | { readonly state: 'rejected'; readonly because: RejectedReason }

/** Whether the device does by itself what it shall when it hears nothing any more. */
export type Armed =
  /** `written`: registers that had to be changed */
  { readonly state: 'armed'; readonly written: number } | { readonly state: 'failed'; readonly because: string }

/** Where a value came from: the registers, or bits as 0 and 1, of the last answer that held it. */
export interface Raw {
  /** `input/52`: the first of them */
  readonly register: string
  readonly registers: readonly number[]
}

/** What a device refuses, and its profile says it has. */
export interface Defect {
  /**
   * `point`: the point alone is refused. `hole`: registers between two points, which the profile lets be read over. `seam`:
   * no request may go across where one point ends and the next begins. `length`: `count` registers at once, and no more.
   */
  readonly kind: 'point' | 'hole' | 'seam' | 'length'
  /** `input/96`: where it begins; of a length the table alone */
  readonly register: string
  readonly count: number
  /** their names in the profile: the point, or those on either side */
  readonly points: readonly string[]
  /** how it refuses */
  readonly exception: Illegal
}

export interface Driver extends AsyncDisposable {
  /** Is this really the device that the site names? Rejects only with the signal's reason. */
  identify(signal: AbortSignal): Promise<Identity>
  /**
   * One reading for each point asked, in the order asked; what went wrong is in the quality.
   * Rejects only with the signal's reason.
   */
  read(points: readonly PointId[], signal: AbortSignal): Promise<Reading[]>
  /** Writes once, and reads back as the profile says. Never tries again by itself. Rejects only with the signal's reason. */
  write(command: Cleared, signal: AbortSignal): Promise<Written>
  /**
   * Compares the registers that rule what the device does on loss of communication with what the profile declares, writes
   * those that differ (and only those: they wear), and reads them back. `safe`: by setpoint, what the device shall go to.
   * Rejects only with the signal's reason.
   */
  arm(safe: ReadonlyMap<PointId, SetpointValue>, signal: AbortSignal): Promise<Armed>
  /** Undefined: it has not been read yet, or is read from no registers. */
  raw(point: PointId): Raw | undefined
  /** What its profile says of the device, and the device belies. The same array as long as nothing is learned. */
  defects(): readonly Defect[]
  /** Does the housekeeping writes that the profile declares and that are due. Rejects only with the signal's reason. */
  tend(signal: AbortSignal): Promise<void>
}
