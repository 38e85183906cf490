/** How far the time can be believed: by the running gateway's word, or by the machine's. */
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

export function clock({ clock, status }: Facts): Finding[] {
  const { time } = clock
  if (clock.isBeforeRelease) return [finding('clock-unset', { time })]
  const isControlled = status !== undefined && Object.keys(status.segments).length > 0
  if (isControlled && status.time.trust !== 'synced') {
    const code = status.time.trust === 'unknown' ? 'time-unknown' : 'time-holdover'
    const reason = status.alarms.find((alarm) => alarm.code === code)?.words['reason'] ?? status.time.trust
    return [finding(status.time.trust === 'unknown' ? 'clock-unknown' : 'clock-holdover', { reason })]
  }
  if (!isControlled && !clock.synchronised) return [finding('clock-unsynchronised', { time })]
  return [finding('clock-ok', { time: status?.time.now ?? time })]
}
