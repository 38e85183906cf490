/** The devices, by the running gateway's word: which of them fare ill, and what the probable cause is. */
import { causeOf } from '../../drivers/hearing.ts'
import type { Status } from '../../gateway/local/answers.ts'
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

export function devices({ status }: Facts): Finding[] {
  if (status === undefined) return []
  const all = Object.entries(status.devices)
  const toldOfLine = new Set<string>()
  const wrong = all.flatMap(([device, told]) => [
    ...(told.health === 'dead' ? dead(device, told, status, toldOfLine) : []),
    ...(told.doubt === undefined
      ? []
      : [finding('device-doubt', { device, profile: told.profile, because: told.doubt })]),
  ])
  const refusing = status.alarms.flatMap(({ code, of, words: { registers = '', profile = '' } }) =>
    code === 'profile-defect' ? [finding('device-refuses', { device: of, profile, registers })] : [],
  )
  // Of a line that is down, the line's own finding says all there is to say.
  const alive = all.filter(([, { health }]) => health === 'alive').length
  if (wrong.length > 0 || alive === 0) return [...refusing, ...wrong]
  return refusing.length > 0 ? refusing : [finding('devices-ok', { n: alive })]
}

/** Of a line on which nothing is right there is one finding, not one for each device. */
function dead(
  device: string,
  { line, unit, damaged = false }: Status['devices'][string],
  { lines, devices: all }: Status,
  toldOfLine: Set<string>,
): Finding[] {
  const words = { device, line, unit }
  const othersAnswer = Object.values(all).some((other) => other.line === line && other.health === 'alive')
  const counted = lines[line]
  const heard = { answers: false, damaged, othersAnswer, recognition: 'unknown' as const }
  const cause = (counted && causeOf({ line: counted, ...heard })) ?? 'device-dead'
  if (!cause.startsWith('line-')) return [finding(cause, words)]
  if (toldOfLine.has(line)) return []
  toldOfLine.add(line)
  return [finding(cause, words)]
}
