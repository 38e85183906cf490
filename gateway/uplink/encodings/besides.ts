/** What of a parcel goes out besides its JSON: NGSI-LD, as messages for the broker or as entities for a context broker. */
import type { Parcel } from '../../outbox/parcel.ts'
import { batchesOf, type Batch } from './batches.ts'
import type { NgsiLayout } from './ngsi-ld-layout.ts'
import { entitiesOf, type Entity } from './ngsi-ld.ts'

/** A message as it is published. */
export interface Message {
  readonly topic: string
  readonly payload: string
  readonly contentType: string
}

export const jsonLd = 'application/ld+json'

/** None where the release does not speak NGSI-LD, and of a gap: what is missing is told by the JSON stream alone. */
export function entitiesIn(parcel: Parcel, layout: NgsiLayout): Entity[] {
  return parcel.kind === 'record' ? entitiesOf(parcel.release, parcel.body, layout) : []
}

/** Each batch a message that may be posted to a broker's batch upsert as it is; those of one record in the order of time. */
export function ngsiMessages(parcel: Parcel, layout: NgsiLayout, late: boolean): Message[] {
  const topic = ngsiTopic(layout, parcel.release, late)
  return batchesOf(entitiesIn(parcel, layout)).map(({ body }: Batch) => ({
    topic,
    payload: body,
    contentType: jsonLd,
  }))
}

/** What waited goes on a topic of its own: it is history, and would put old values in the place of present ones. */
export function ngsiTopic({ tenant, site }: NgsiLayout, release: string, late: boolean): string {
  return `fanal/${tenant}/${site}/ngsi-ld${late ? '-history' : ''}/${release}`
}
