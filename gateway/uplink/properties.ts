/** What messages say beside topic and payload: ours to the broker, and requests to us. MQTT 5's; 3.1.1 has none. */
import type { IPublishPacket } from 'mqtt'
import { jsonProperties, type ProtocolVersion } from './client-options.ts'

/** What a request says of its answer, and of its own end (MQTT 5; 3.1.1 says nothing). */
export interface RequestProperties {
  readonly responseTopic?: string
  readonly correlation?: Uint8Array
  /** what the broker left of it when it passed it on */
  readonly expiresInMs?: number
}

/** What a message says beside its payload (MQTT 5; 3.1.1 says nothing). */
export interface PublishProperties {
  readonly correlation?: Uint8Array
  /** then the broker keeps it for nobody any more */
  readonly expiresInS?: number
  /** user properties: never of persons */
  readonly about?: Readonly<Record<string, string>>
  /** not even that its payload is JSON: an earlier one on the topic said so */
  readonly bare?: true
  /** of what is JSON of its own kind; absent: plain JSON */
  readonly contentType?: string
}

export function requestProperties(properties: IPublishPacket['properties'] = {}): RequestProperties {
  const { responseTopic, correlationData, messageExpiryInterval } = properties
  return {
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlation: correlationData }),
    ...(messageExpiryInterval === undefined ? {} : { expiresInMs: 1_000 * messageExpiryInterval }),
  }
}

/** As they go on the wire; MQTT 3.1.1 knows none. */
export function publishProperties(
  protocol: ProtocolVersion,
  { correlation, expiresInS, about, bare, contentType = jsonProperties.contentType }: PublishProperties,
): NonNullable<IPublishPacket['properties']> {
  if (protocol === '3.1.1') return {}
  return {
    ...(bare === true ? {} : { ...jsonProperties, contentType }),
    ...(expiresInS === undefined ? {} : { messageExpiryInterval: expiresInS }),
    ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation) }),
    ...(about === undefined ? {} : { userProperties: { ...about } }),
  }
}

/** Of what can be long. */
export function lengthOf({ correlation, about = {} }: PublishProperties): number {
  const words = Object.entries(about).reduce((sum, [name, word]) => sum + 5 + name.length + Buffer.byteLength(word), 0)
  return words + (correlation?.length ?? 0)
}

/** of those that are long, in a packet that goes out */
export function saidBytes({
  contentType = '',
  correlationData,
  userProperties = {},
}: IPublishPacket['properties'] = {}) {
  const about = Object.fromEntries(Object.entries(userProperties).map(([name, word]) => [name, String(word)]))
  return (
    contentType.length + lengthOf({ about, ...(correlationData === undefined ? {} : { correlation: correlationData }) })
  )
}
