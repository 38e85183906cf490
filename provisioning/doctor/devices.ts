/** The devices, by the running gateway's word. */
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

export function devices({ status }: Facts): Finding[] {
  if (status === undefined) return []
  const all = Object.entries(status.devices)
  const wrong = all.flatMap(([device, { health, doubt, line, unit, profile }]) => [
    ...(health === 'dead' ? [finding('device-dead', { device, line, unit })] : []),
    ...(doubt === undefined ? [] : [finding('device-doubt', { device, profile, because: doubt })]),
  ])
  const refusing = status.alarms.flatMap(({ code, of, words: { registers = '', profile = '' } }) =>
    code === 'profile-defect' ? [finding('device-refuses', { device: of, profile, registers })] : [],
  )
  // Of a line that is down, the line's own finding says all there is to say.
  const alive = all.filter(([, { health }]) => health === 'alive').length
  if (wrong.length > 0 || alive === 0) return [...refusing, ...wrong]
  return refusing.length > 0 ? refusing : [finding('devices-ok', { n: alive })]
}
