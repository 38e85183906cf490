/** The bars of what leaves: the gate, the outbox and the wire, a file a subject in data/. */
import { bar, barsOf } from './bars.ts'
import { bytes } from './data/bytes.ts'
import { disclosePerSecond } from './data/disclose.ts'
import { failover } from './data/failover.ts'
import { unmeasured, type Result } from './result.ts'

interface Subject {
  /** what the names of its bars begin with */
  readonly bars: readonly string[]
  readonly measure: (options: { short: boolean }) => AsyncIterable<Result>
}

const subjects: readonly Subject[] = [
  { bars: ['disclose-per-s'], measure: disclosePerSecond },
  { bars: ['bytes-equal-fidelity', 'bytes-policy'], measure: bytes },
  { bars: ['failover-lost'], measure: failover },
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
