/** A segment as control sees it: what the site says of it and what its devices can do, worked out (`plan.ts`). */
import type { InstanceSetpoint } from '../../drivers/instance.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { Place, SiteSegment } from '../site.ts'
import type { SetpointId } from './command.ts'

/** Levels in per cent, both ends included; 0 besides, if `off`. */
export interface LevelRange {
  readonly from: number
  readonly to: number
  readonly off: boolean
}

/** One setpoint of a device that a segment's light is made of. */
export interface Output {
  /** `lamps.group_0_level` */
  readonly setpoint: PointId
  readonly device: string
  /** how the segment's per cent become its value: as they are, on DALI's logarithmic scale, or on when above 0 */
  readonly form: 'light_level' | 'dali_level' | 'relay'
  /** in the setpoint's own unit, of a relay 0 and 1; the profile's, narrowed by the site. 0, off, is allowed besides if `off`. */
  readonly limits: readonly [least: number, most: number]
  readonly off: boolean
  /** in the setpoint's own unit per second; Infinity: at once */
  readonly slewPerS: number
  readonly restMs: number
  /** points that tell the output's light, all of which must; empty: nothing does */
  readonly confirmBy: readonly PointId[]
  /** how far what they tell may be off, in the output's unit */
  readonly tolerance: number
  /** within which time they tell it after a write */
  readonly confirmWithinMs: number
  /** what the device goes to by itself when it hears nothing any more; undefined: it stays as it is */
  readonly onLoss: InstanceSetpoint['onLoss']
}

export interface Segment {
  readonly name: string
  readonly title: string
  readonly setpoint: SetpointId
  readonly outputs: readonly Output[]
  /** the levels that all its outputs can have, in per cent (`levels.ts`) */
  readonly range: LevelRange
  /** the site's words for program, floor, switchings, on_loss, photocell, local and interlocks */
  readonly declared: SiteSegment
  readonly place: Place
}
