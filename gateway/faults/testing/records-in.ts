/** What an outbox holds of its durable release, as its next start would send it. */
import { existsSync } from 'node:fs'
import { systemClock } from '../../clock.ts'
import { openOutbox } from '../../outbox/outbox.ts'
import type { Parcel } from '../../outbox/parcel.ts'
import { release } from './cabinet.ts'

export type Held = Extract<Parcel, { kind: 'record' }>

/** Without the gaps that are told; none where there is no file. Throws for a file that had to be set aside. */
export async function recordsIn(file: string, of = release): Promise<Held[]> {
  if (!existsSync(file)) return []
  const deliveries = new Map([[of, { kind: 'durable' as const }]])
  await using outbox = await openOutbox({ file, deliveries, clock: systemClock })
  if (outbox.recovered !== undefined) throw new Error(`${file} was damaged: ${outbox.recovered.reason}`)
  const waiting = (await outbox.streams()).reduce((sum, stream) => sum + stream.waiting, 0)
  const records: Held[] = []
  while (records.length < waiting)
    for (const parcel of await outbox.take({ most: 500, historical: 500 }, new AbortController().signal))
      if (parcel.kind === 'record') records.push(parcel)
  return records
}

/** A second of readings becomes a record: where two of one run do not join, what was read between them is lost. */
export function holesIn(records: readonly Held[]): string[] {
  const spans = records.map(({ seq, boot, body }) => ({
    seq,
    boot,
    ...(JSON.parse(body) as { t0: number; t1: number }),
  }))
  return spans.flatMap(({ seq, boot, t0 }, index) => {
    const before = spans[index - 1]
    if (before === undefined || before.boot !== boot || t0 - before.t1 < mostBetweenMs) return []
    return [`${t0 - before.t1} ms are missing before record ${seq}`]
  })
}

/** A tick may be late. */
const mostBetweenMs = 1_500
