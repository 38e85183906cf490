/** The JSON layout of records and gaps: a header, and the record's own JSON as disclosure wrote it. */
import type { GapParcel, RecordParcel } from '../../outbox/parcel.ts'

/**
 * A record is `{"v":1,"outbox":"…","boot":3,"seq":17,"t0":…,"t1":…,"p":{…}}`, a gap
 * `{"v":1,"outbox":"…","boot":3,"gap":{"from":5,"to":9,"why":"power-cut"}}`. `"hist":true` before the number: it waited, and others
 * may have overtaken it.
 */
export function encode(parcel: RecordParcel | GapParcel, outbox: string, historical = false): string {
  const header = `{"v":1,"outbox":${JSON.stringify(outbox)},"boot":${parcel.boot}`
  if (parcel.kind === 'gap')
    return `${header},"gap":{"from":${parcel.from},"to":${parcel.to},"why":${JSON.stringify(parcel.why)}}}`
  // Spliced as text: what disclosure let out leaves byte for byte, and a large backlog is not parsed again to be sent.
  return `${header}${historical ? ',"hist":true' : ''},"seq":${parcel.seq},${parcel.body.slice(1)}`
}
