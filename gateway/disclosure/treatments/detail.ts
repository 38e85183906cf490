/** Which alarms stand, and whether values leave as they are read because of them. */
import { matches } from '../patterns.ts'

export interface Detail {
  readonly while: readonly string[]
  readonly afterMs: number
}

/** Changed in place. */
export interface Standing {
  /** the alarms that matter and stand, by code and what they are of */
  readonly alarms: Set<string>
  /** until when values go on leaving after the last of them; milliseconds since 1970 */
  untilMs: number
}

export const noneStanding = (): Standing => ({ alarms: new Set(), untilMs: -Infinity })

export interface AlarmEvent {
  readonly alarm: string
  readonly of: string
  readonly state: 'raised' | 'cleared'
  readonly at: Temporal.Instant
}

export function noteAlarm(detail: Detail, standing: Standing, { alarm, of, state, at }: AlarmEvent): void {
  if (!detail.while.some((pattern) => matches(pattern, alarm))) return
  const key = `${alarm} ${of}`
  if (state === 'raised') {
    standing.alarms.add(key)
    return
  }
  standing.alarms.delete(key)
  if (standing.alarms.size === 0) standing.untilMs = at.epochMilliseconds + detail.afterMs
}

export function isDetailed(standing: Standing, atMs: number): boolean {
  return standing.alarms.size > 0 || atMs < standing.untilMs
}
