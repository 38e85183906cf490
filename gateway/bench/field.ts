/** The bars of the field: the bus and what is read over it, a file a subject in field/. */
import { bar, barsOf, type BarId } from './bars.ts'
import { unmeasured, type Result } from './result.ts'
import { deadUnits } from './field/dead-units.ts'
import { poll } from './field/poll.ts'
import { lateAnswers, parsersFuzzed, wrongValues } from './field/disturbed.ts'
import { plans } from './field/plans.ts'
import { rtu } from './field/rtu.ts'
import { soak } from './field/soak.ts'
import { tcp } from './field/tcp.ts'

interface Subject {
  /** what the names of its bars begin with */
  readonly bars: readonly string[]
  readonly measure: (options: { short: boolean }) => AsyncIterable<Result>
}

const subjects: readonly Subject[] = [
  { bars: ['rtu-'], measure: rtu },
  { bars: ['tcp-'], measure: tcp },
  { bars: ['plans-'], measure: plans },
  { bars: ['dead-units-'], measure: deadUnits },
  { bars: ['poll-'], measure: poll },
  { bars: ['wrong-'], measure: wrongValues },
  { bars: ['late-'], measure: lateAnswers },
  { bars: ['parsers-'], measure: parsersFuzzed },
  { bars: ['soak-'], measure: soak },
]

/** Of what is not built yet. */
const owedLater: Partial<Record<BarId, string>> = {
  'field.opcua-cpu-share': 'OPC UA is not built yet',
  'field.opcua-rss-mb': 'OPC UA is not built yet',
  'field.opcua-back-s': 'OPC UA is not built yet',
  'field.exam-s': 'the conformance exam is not built yet',
  'field.mutations-missed': 'the conformance exam is not built yet',
}

export async function* field({ short, only }: { short: boolean; only: string }): AsyncGenerator<Result> {
  for (const { bars, measure } of subjects)
    if (bars.some((name) => name.startsWith(only) || only.startsWith(name)))
      for await (const result of measure({ short })) if (isAsked(result.id, only)) yield result
  for (const id of barsOf('field')) {
    const why = owedLater[id]
    if (why !== undefined && isAsked(id, only)) yield unmeasured(bar(id), why)
  }
}

function isAsked(id: string, only: string): boolean {
  return id.startsWith(`field.${only}`)
}
