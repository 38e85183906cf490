/**
 * Two points of a device that have changed places: import and export, two phases, energy and power. What was A's is B's now,
 * and what was B's is A's. It happens where an answer is taken for the next question's, and where a new firmware has moved
 * registers; which of the two is right then, nobody knows. Pure.
 */
import type { QuantityName } from '../../../drivers/quantities.ts'

/** What could be taken for one another: by name; absent: nothing that would be noticed. */
const families: Partial<Record<QuantityName, string>> = {
  voltage: 'voltage',
  current: 'current',
  power_active: 'active',
  energy_active_import: 'active',
  energy_active_export: 'active',
  power_reactive: 'reactive',
  energy_reactive_import: 'reactive',
  energy_reactive_export: 'reactive',
  power_apparent: 'power_apparent',
}

export function familyOf(quantity: QuantityName): string | undefined {
  return families[quantity]
}

/** One point of a family. Belongs to the caller and is changed in place. */
export interface Member {
  value: number
  /** before it jumped last, and when that was */
  before: number
  jumpedMs: number
  /** as many readings are doubted yet; 0: none */
  doubted: number
}

/** A transient mix-up is over by then; a lasting one was told, and somebody has to look. */
export const doubtedReadings = 12

/** Two that are read in turns jump so much apart, at most. */
const togetherMs = 15_000

/** What loads do each day is less than this share of the value, or one of the two goes to naught. */
const jumpShare = 0.1
const naughtShare = 0.02
/** As near to the other's value as this share of the distance between them. */
const nearShare = 0.01

export function member(): Member {
  return { value: NaN, before: NaN, jumpedMs: -Infinity, doubted: 0 }
}

/** Whether the value is far from the last one: only then is it worth while to look who else jumped. */
export function jumps(member: Member, value: number, nowMs: number): boolean {
  const was = member.value
  member.value = value
  const far = jumpShare * Math.max(Math.abs(value), Math.abs(was))
  if (!(Math.abs(value - was) > far)) return false // true neither of the first
  member.before = was
  member.jumpedMs = nowMs
  return true
}

/** Whether these two have changed places just now; the same member never has. */
export function haveSwapped(one: Member, other: Member, nowMs: number): boolean {
  if (one === other || nowMs - other.jumpedMs > togetherMs) return false
  const apart = Math.abs(one.before - other.before)
  const near = nearShare * apart
  const larger = Math.max(Math.abs(one.before), Math.abs(other.before))
  const smaller = Math.min(Math.abs(one.before), Math.abs(other.before))
  return (
    smaller > naughtShare * larger &&
    apart > jumpShare * larger &&
    Math.abs(one.value - other.before) <= near &&
    Math.abs(other.value - one.before) <= near
  )
}
