/** The segments: whether the lamps do what they are asked, and what they would do by themselves. */
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

export function light({ status }: Facts): Finding[] {
  if (status === undefined) return []
  const wrong = status.alarms.flatMap(({ code, of, words }) => {
    const because = words['because'] ?? ''
    if (code === 'write-trouble') return [finding('light-disobeys', { segment: of, because })]
    return code === 'unarmed' ? [finding('light-unarmed', { device: of, because })] : []
  })
  const n = Object.keys(status.segments).length
  return wrong.length > 0 || n === 0 ? wrong : [finding('light-ok', { n })]
}
