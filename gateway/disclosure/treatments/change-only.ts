/** Tells only what has changed by more than a dead band since it was last told; and each heartbeat in any case. */
import { hasValue, type Quality, type Reading, type Value } from '../../../drivers/reading.ts'

export interface ChangeOnly {
  readonly deadBand: number
  readonly heartbeatMs: number
}

/** What was last told of a point; changed in place. */
export interface Told {
  /** undefined: nothing yet */
  atMs: number | undefined
  value: Value | undefined
  state: Quality['state']
  reason: string | undefined
}

export const nothingTold = (): Told => ({ atMs: undefined, value: undefined, state: 'good', reason: undefined })

/** Whether the reading is to be told; notes it if so. */
export function isNews({ deadBand, heartbeatMs }: ChangeOnly, told: Told, reading: Reading): boolean {
  const { quality } = reading
  const atMs = reading.at.epochMilliseconds
  const value = hasValue(reading) ? reading.value : undefined
  const reason = quality.state === 'good' ? undefined : quality.reason
  const isSame =
    told.atMs !== undefined &&
    atMs >= told.atMs && // or the clock was set back: nobody knows how long ago that was
    atMs - told.atMs < heartbeatMs &&
    told.state === quality.state &&
    told.reason === reason &&
    isNear(told.value, value, deadBand)
  if (isSame) return false
  told.atMs = atMs
  told.value = value
  told.state = quality.state
  told.reason = reason
  return true
}

function isNear(before: Value | undefined, now: Value | undefined, deadBand: number): boolean {
  if (before === now) return true
  if (typeof before === 'bigint' && typeof now === 'bigint')
    return (now > before ? now - before : before - now) <= BigInt(Math.floor(deadBand))
  return typeof before === 'number' && typeof now === 'number' && Math.abs(now - before) <= deadBand
}
