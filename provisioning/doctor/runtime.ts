/** What Fanal stands on. */
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

export function runtime({ runtime: { version, neededMajor, libatomic } }: Facts): Finding[] {
  const isOld = Number(/\d+/.exec(version)?.[0] ?? 0) < neededMajor
  return [
    isOld ? finding('node-old', { version, needed: neededMajor }) : finding('node-ok', { version }),
    ...(libatomic ? [] : [finding('libatomic-missing')]),
  ]
}
