/** One connection to a broker: MQTT 5 where it is spoken, MQTT 3.1.1 otherwise. Whatever is asked of it settles. */
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import type { Random } from '../../drivers/clock.ts'
import { readCredentials, type CredentialFiles, type Credentials } from './credentials.ts'
import {
  BrokerError,
  classify,
  disconnectFault,
  publishFault,
  reasonCodeOf,
  type BrokerFault,
  type Fault,
} from './faults.ts'

export { BrokerError, type BrokerFault, type Fault }

export type ProtocolVersion = '5' | '3.1.1'

export interface Destination extends CredentialFiles {
  /** `mqtt://host[:port]` or `mqtts://host[:port]` */
  readonly broker: string
  readonly clientId: string
  readonly username?: string | undefined
  readonly keepaliveMs: number
  /** How long the broker keeps the session of a client that is gone (MQTT 5); 0: not at all, each one begins anew. */
  readonly sessionMs: number
  /** Longer messages are refused (MQTT 5). */
  readonly largestMessageBytes: number
  /** What the broker says for us, retained, when we are gone for `delayMs` (MQTT 3.1.1: at once). */
  readonly will?: { readonly topic: string; readonly payload: string; readonly delayMs: number }
}

/** What a request says of its answer, and of its own end (MQTT 5; 3.1.1 says nothing). */
export interface RequestProperties {
  readonly responseTopic?: string
  readonly correlation?: Uint8Array
  /** what the broker left of it when it passed it on */
  readonly expiresInMs?: number
}

/** `retained`: the broker keeps it; in MQTT 5 that is also said of one that has only just come. */
export type Listener = (topic: string, payload: Uint8Array, retained: boolean, request: RequestProperties) => void

/** What an answer says beside its payload (MQTT 5). */
export interface AnswerProperties {
  readonly correlation?: Uint8Array
  readonly expiresInS: number
}

/** The broker's no to one message. */
export interface Refusal extends Fault {
  /** MQTT 5's reason code */
  readonly reason: number
}

/** What became of a publish; `lost`: the connection ended before the answer, so nobody knows. */
export type Outcome = 'acknowledged' | 'lost' | Refusal

export interface Connection {
  readonly protocol: ProtocolVersion
  /** so many publishes may wait for their answer at once */
  readonly window: number
  /** Resolves when the connection is over, with the reason. */
  readonly closed: Promise<BrokerError>
  /** QoS 1; `answered` is called exactly once, never before this returns. What exceeds the window waits for its turn. */
  publish(
    topic: string,
    payload: string,
    retain: boolean,
    answered: (outcome: Outcome) => void,
    answer?: AnswerProperties,
  ): void
  /** The same, as a promise that rejects with a BrokerError. */
  deliver(topic: string, payload: string, retain: boolean): Promise<void>
  /** QoS 1; rejects with a BrokerError. */
  subscribe(filters: readonly string[]): Promise<void>
  /** Says goodbye, so that the broker does not speak the will; resolves when the connection is over. */
  leave(): Promise<void>
  /** Ends it at once, without a word. */
  cut(): void
}

/** ≥ 20, since waiting for each answer costs three times the CPU; more gain little. */
const mostInFlight = 32
const connectTimeoutMs = 15_000
const leaveTimeoutMs = 2_000
/** What a PUBLISH may carry beside topic and payload: its header and our properties (MQTT 5, 3.3). */
const packetOverheadBytes = 64

/**
 * Tries once. Rejects with a BrokerError, or with the signal's reason. The listener is attached before anything is sent:
 * what a session has kept for us arrives with the broker's first words.
 */
export async function openConnection(
  destination: Destination,
  listener: Listener,
  signal: AbortSignal,
): Promise<Connection> {
  const { protocol, host } = new URL(destination.broker)
  if (destination.tls !== undefined && protocol !== 'mqtts:')
    throw new BrokerError('BROKER_PROTOCOL', host, 'certificates need an mqtts:// address')
  const credentials = await readCredentials(destination)
  const once = (version: ProtocolVersion) => attempt(version, destination, credentials, listener, signal)
  // A broker that cannot read a CONNECT hangs up on it, but so does one that is just starting: the second time counts.
  const first = await once('5').catch(hangUp)
  const second = first === 'hung-up' ? await once('5').catch(hangUp) : first
  return typeof second === 'string' ? once('3.1.1') : second
}

/** The broker names the version: 0x01 in MQTT 3.1.1, 0x84 in MQTT 5. */
class VersionRefused extends Error {}

function hangUp(error: unknown): 'hung-up' | 'refused' {
  if (error instanceof VersionRefused) return 'refused'
  if (error instanceof BrokerError && error.code === 'BROKER_CLOSED') return 'hung-up'
  throw error
}

async function attempt(
  protocol: ProtocolVersion,
  destination: Destination,
  credentials: Credentials,
  listener: Listener,
  signal: AbortSignal,
): Promise<Connection> {
  const { host } = new URL(destination.broker)
  const { connect } = await import('mqtt') // by then the field is read, which does not wait for it
  signal.throwIfAborted()
  const client = connect(destination.broker, clientOptions(protocol, destination, credentials))
  const { promise: closed, resolve: close } = Promise.withResolvers<BrokerError>()
  const unanswered = new Set<() => void>()
  let over = false

  const end = (reason: BrokerError) => {
    if (over) return
    over = true
    client.end(true)
    close(reason)
    for (const lose of unanswered) lose()
  }
  client.on('message', (topic, payload, { retain, properties }) =>
    listener(topic, payload, retain, requestProperties(properties)),
  )
  client.on('disconnect', ({ reasonCode = 0 }) =>
    end(new BrokerError(disconnectFault(reasonCode), host, `DISCONNECT, reason ${reasonCode}`)),
  )
  client.on('close', () => end(new BrokerError('BROKER_CLOSED', host, 'the connection was closed')))

  const connected = Promise.withResolvers<undefined>()
  client.on('error', (error) => {
    const reason = reasonCodeOf(error)
    const version = reason === 0x01 || reason === 0x84
    if (version && protocol === '5') connected.reject(new VersionRefused(error.message))
    end(classify(error, host))
  })
  let window = mostInFlight
  let largestPacketBytes = Infinity
  client.on('connect', ({ properties }) => {
    window = Math.min(mostInFlight, properties?.receiveMaximum ?? mostInFlight)
    largestPacketBytes = properties?.maximumPacketSize ?? Infinity
    connected.resolve(undefined)
  })

  const abort = () => connected.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    client.connect()
    await Promise.race([connected.promise, closed.then(fail)])
  } catch (error) {
    end(new BrokerError('BROKER_CLOSED', host, 'never opened'))
    throw error instanceof BrokerError || !(error instanceof Error) || error instanceof VersionRefused || signal.aborted
      ? error
      : classify(error, host)
  } finally {
    signal.removeEventListener('abort', abort)
  }

  const left = new BrokerError('BROKER_CLOSED', host, 'left')
  const json = { payloadFormatIndicator: true, contentType: 'application/json' }
  // A broker hangs up on more than it granted (MQTT 5, 3.3.4), and mqtt.js does not count.
  const turns: (() => void)[] = []
  let underWay = 0
  const pump = () => {
    for (let turn; underWay < window && (turn = turns.shift()) !== undefined;) turn()
  }
  const publish: Connection['publish'] = (topic, payload, retain, answered, answer) => {
    const properties = answer === undefined ? json : { ...json, ...answerProperties(answer) }
    const bytes = Buffer.byteLength(topic) + Buffer.byteLength(payload) + (answer?.correlation?.length ?? 0)
    const settle = (outcome: Outcome) => {
      if (unanswered.delete(lose)) answered(outcome)
    }
    const lose = () => settle('lost')
    unanswered.add(lose)
    if (over) queueMicrotask(lose)
    else if (bytes + packetOverheadBytes > largestPacketBytes)
      // The broker would hang up (MQTT 5, 3.2.2.3.6), and again at each new try.
      queueMicrotask(() => settle(refusal(0x95, topic, `the broker takes at most ${largestPacketBytes} bytes`)))
    else {
      turns.push(() => {
        if (over) return
        underWay++
        client.publish(topic, payload, { qos: 1, retain, properties }, (error) => {
          underWay--
          const reason = reasonCodeOf(error)
          if (!error) settle('acknowledged')
          else if (reason !== undefined) settle(refusal(reason, topic, error.message))
          else lose()
          pump()
        })
      })
      pump()
    }
  }

  return {
    protocol,
    window,
    closed,
    publish,
    deliver: (topic, payload, retain) =>
      new Promise((resolve, reject) =>
        publish(topic, payload, retain, (outcome) => {
          if (outcome === 'acknowledged') resolve()
          else if (outcome === 'lost') closed.then(reject, reject)
          else reject(new BrokerError(outcome.code, outcome.where, outcome.detail))
        }),
      ),
    subscribe: (filters) => Promise.race([subscribe(client, protocol, filters), closed.then(fail)]),
    leave: async () => {
      if (over) return
      // mqtt.js holds its goodbye back until every publish is answered, for ever if need be.
      if (unanswered.size === 0) client.end()
      const patience = setTimeout(() => end(left), unanswered.size === 0 ? leaveTimeoutMs : 0)
      await closed
      clearTimeout(patience)
    },
    cut: () => end(left),
  }
}

function requestProperties(properties: IPublishPacket['properties'] = {}): RequestProperties {
  const { responseTopic, correlationData, messageExpiryInterval } = properties
  return {
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlation: correlationData }),
    ...(messageExpiryInterval === undefined ? {} : { expiresInMs: 1_000 * messageExpiryInterval }),
  }
}

function answerProperties({ correlation, expiresInS }: AnswerProperties): NonNullable<IPublishPacket['properties']> {
  return {
    messageExpiryInterval: expiresInS,
    ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation) }),
  }
}

function fail(error: Error): never {
  throw error
}

function refusal(reason: number, where: string, detail: string): Refusal {
  return { reason, code: publishFault(reason), where, detail }
}

/** One at a time: an answer to many tells of a refusal, but not of which. */
async function subscribe(client: MqttClient, protocol: ProtocolVersion, filters: readonly string[]): Promise<void> {
  // Retain As Published: a command that the broker keeps shall be seen as such when it first comes, too (MQTT 5, 3.8.3.1).
  const options = protocol === '5' ? { qos: 1 as const, rap: true } : { qos: 1 as const }
  for (const filter of filters) {
    try {
      await client.subscribeAsync(filter, options)
    } catch (error) {
      // mqtt.js tells a refusal from the end of the connection in words only.
      const detail = error instanceof Error ? error.message : String(error)
      throw new BrokerError(/^Subscribe error/.test(detail) ? 'BROKER_NOT_AUTHORISED' : 'BROKER_CLOSED', filter, detail)
    }
  }
}

function clientOptions(
  protocol: ProtocolVersion,
  { clientId, username, keepaliveMs, sessionMs, largestMessageBytes, will }: Destination,
  credentials: Credentials,
): IClientOptions {
  const v5 = protocol === '5'
  return {
    protocolVersion: v5 ? 5 : 4,
    clientId,
    ...(username === undefined ? {} : { username }),
    ...credentials,
    rejectUnauthorized: true,
    keepalive: Math.round(keepaliveMs / 1_000),
    connectTimeout: connectTimeoutMs,
    manualConnect: true,
    writeCache: false, // it would hold a buffer for each of 65 536 numbers: 7 MB
    reconnectPeriod: 0,
    resubscribe: false,
    // In MQTT 3.1.1 a session never ends, and a gateway that is taken down would leave its queue on the broker.
    clean: !v5 || sessionMs === 0,
    autoAssignTopicAlias: v5,
    ...(v5
      ? {
          properties: {
            ...(sessionMs === 0 ? {} : { sessionExpiryInterval: Math.round(sessionMs / 1_000) }),
            maximumPacketSize: largestMessageBytes + 1_024,
          },
        }
      : {}),
    ...(will === undefined
      ? {}
      : {
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: 1 as const,
            retain: true,
            ...(v5
              ? {
                  properties: {
                    willDelayInterval: Math.round(will.delayMs / 1_000),
                    payloadFormatIndicator: true,
                    contentType: 'application/json',
                  },
                }
              : {}),
          },
        }),
  }
}

const firstBackOffMs = 1_000
const longestBackOffMs = 60_000
/** From this try on, the longest back-off rules. */
export const longestBackOffTry = 6

/**
 * How long to wait before the next try; `tries` have failed. Anywhere between nothing and the bound (full jitter), so
 * that a district's gateways do not come back to their broker all at once.
 */
export function backOffMs(tries: number, random: Random): number {
  return random() * Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(tries, longestBackOffTry))
}
