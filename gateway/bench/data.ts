/** The bars of what leaves: the gate, the outbox and the wire, a file a subject in data/. */
import { bar, barsOf } from './bars.ts'
import { backfill } from './data/backfill.ts'
import { bytes } from './data/bytes.ts'
import { cuts } from './data/cuts.ts'
import { disclosePerSecond } from './data/disclose.ts'
import { disk } from './data/disk.ts'
import { noise } from './data/noise.ts'
import { undeclared } from './data/undeclared.ts'
import { failover } from './data/failover.ts'
import { unmeasured, type Result } from './result.ts'

interface Subject {
  /** what the names of its bars begin with */
  readonly bars: readonly string[]
  readonly measure: (options: { short: boolean }) => AsyncIterable<Result>
}

const subjects: readonly Subject[] = [
  { bars: ['disclose-per-s'], measure: disclosePerSecond },
  { bars: ['noise-p'], measure: noise },
  { bars: ['undeclared'], measure: undeclared },
  { bars: ['bytes-equal-fidelity', 'bytes-policy'], measure: bytes },
  { bars: ['disk'], measure: disk },
  { bars: ['cuts'], measure: cuts },
  { bars: ['failover-lost'], measure: failover },
  { bars: ['backfill-live-p99-s'], measure: backfill },
]

export async function* data({ short, only }: { short: boolean; only: string }): AsyncGenerator<Result> {
  const asked = barsOf('data').filter((id) => id.startsWith(`data.${only}`))
  const reported = new Set<string>()
  for (const { bars, measure } of subjects) {
    if (!bars.some((name) => name.startsWith(only) || only.startsWith(name))) continue
    for await (const result of measure({ short })) {
      reported.add(result.id)
      yield result
    }
  }
  for (const id of asked) if (!reported.has(id)) yield unmeasured(bar(id), 'nothing here measures it yet')
}
