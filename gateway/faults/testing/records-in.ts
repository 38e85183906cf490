/** What an outbox holds of its durable release, as its next start would send it. */
import { systemClock } from '../../clock.ts'
import { openOutbox } from '../../outbox/outbox.ts'
import type { RecordParcel } from '../../outbox/parcel.ts'
import { release } from './cabinet.ts'

/** Throws for a file that had to be set aside, and for a gap. */
export async function recordsIn(file: string, of = release): Promise<RecordParcel[]> {
  const deliveries = new Map([[of, { kind: 'durable' as const }]])
  await using outbox = await openOutbox({ file, deliveries, clock: systemClock })
  if (outbox.recovered !== undefined) throw new Error(`${file} was damaged: ${outbox.recovered.reason}`)
  const waiting = (await outbox.streams()).reduce((sum, stream) => sum + stream.waiting, 0)
  const records: RecordParcel[] = []
  while (records.length < waiting)
    for (const parcel of await outbox.take(500, new AbortController().signal)) {
      if (parcel.kind === 'gap') throw new Error(`numbers ${parcel.from} to ${parcel.to} are gone: ${parcel.why}`)
      records.push(parcel)
    }
  return records
}
