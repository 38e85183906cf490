/** The NGSI-LD of a parcel, besides its JSON: messages for the broker, or entities for a context broker. */
import type { Parcel } from '../outbox/parcel.ts'
import type { Clock, Random } from '../../drivers/clock.ts'
import type { Uplink as UplinkSettings } from '../site.ts'
import type { Connection, Fault, Refusal } from './connection.ts'
import { batchesOf } from './encodings/batches.ts'
import { entitiesIn, ngsiMessages } from './encodings/besides.ts'
import type { NgsiLayout } from './encodings/ngsi-ld-layout.ts'
import { postTo } from './http-transport.ts'
import { NgsiHttp } from './ngsi-http.ts'
import type { Sending } from './together.ts'

/** One more message that a parcel is, and where it goes. */
export interface Beside {
  readonly where: string
  /** of topic and payload */
  readonly bytes: number
  readonly send: Sending
}

export type Besides = (parcel: Parcel, late: boolean) => readonly Beside[]

export interface NgsiOptions {
  readonly settings: Pick<UplinkSettings, 'ngsi_ld' | 'tls'>
  readonly layout: NgsiLayout
  readonly clock: Clock
  readonly random: Random
  /** entities that a context broker refuses for good, or history that it does not keep */
  readonly givenUp: (fault: Fault) => void
}

/** To the context broker that the site names, else over the connection of the records; in any case only while there is one. */
export function ngsiBesides({
  settings,
  layout,
  ...rest
}: NgsiOptions): (connection: Pick<Connection, 'publish' | 'closed'>) => Besides {
  const { url, tenant } = settings.ngsi_ld ?? {}
  if (url === undefined) return (connection) => besidesOver(connection, layout)
  const http = new NgsiHttp({ ...rest, url, tenant, transport: postTo(url, { tls: settings.tls }) })
  return (connection) => {
    const over = new AbortController()
    void connection.closed.then(() => over.abort())
    return besidesTo(http, layout, over.signal)
  }
}

/** Over the same connection as the records themselves. */
export function besidesOver(connection: Pick<Connection, 'publish'>, layout: NgsiLayout): Besides {
  return (parcel, late) =>
    ngsiMessages(parcel, layout, late).map(({ topic, payload, contentType }) => ({
      where: topic,
      bytes: Buffer.byteLength(topic) + Buffer.byteLength(payload),
      send: (answered) => connection.publish(topic, payload, false, answered, { contentType }),
    }))
}

/** To a context broker, until the signal ends the connection beside which this goes. */
export function besidesTo(
  http: Pick<NgsiHttp, 'url' | 'upsert' | 'history'>,
  layout: NgsiLayout,
  signal: AbortSignal,
): Besides {
  return (parcel, late) => {
    const entities = entitiesIn(parcel, layout)
    if (entities.length === 0) return []
    const batches = batchesOf(entities)
    const carried = () => (late ? http.history(entities, signal) : http.upsert(batches, signal))
    return [
      {
        where: http.url,
        bytes: batches.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
        send: (answered) =>
          void carried()
            .catch((error: unknown) => (signal.aborted ? 'lost' : untold(http.url, error)))
            .then(answered),
      },
    ]
  }
}

/** Only the end of the connection brings what is lost back in line: while it lives, this is to be tried again. */
function untold(where: string, error: unknown): Refusal {
  return { reason: 0, code: 'CONTEXT_UNREACHABLE', where, detail: String(error) }
}
