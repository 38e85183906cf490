/** One connection to a broker: MQTT 5 where it is spoken, MQTT 3.1.1 otherwise. Whatever is asked of it settles. */
import type { MqttClient } from 'mqtt'
import { clientOptions, type Destination, type ProtocolVersion } from './client-options.ts'
import { certificateShown, readCredentials, type Credentials } from './credentials.ts'
import {
  BrokerError,
  classify,
  disconnectFault,
  publishFault,
  reasonCodeOf,
  type BrokerFault,
  type Fault,
} from './faults.ts'
import {
  lengthOf,
  publishProperties,
  requestProperties,
  saidBytes,
  type PublishProperties,
  type RequestProperties,
} from './properties.ts'
import { watchSilence } from './silence.ts'
import { openingCost, packetCost, publishBytes } from './wire-cost.ts'

export {
  BrokerError,
  type BrokerFault,
  type Destination,
  type Fault,
  type ProtocolVersion,
  type PublishProperties,
  type RequestProperties,
}
export { backOffMs, longestBackOffTry } from './back-off.ts'

/** `retained`: the broker keeps it; in MQTT 5 that is also said of one that has only just come. */
export type Listener = (topic: string, payload: Uint8Array, retained: boolean, request: RequestProperties) => void

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
    properties?: PublishProperties,
  ): void
  /** The same, as a promise that rejects with a BrokerError. */
  deliver(topic: string, payload: string, retain: boolean): Promise<void>
  /**
   * QoS 0, not retained: may be lost. `written` is called when the socket has taken it (never, if the connection ends
   * before), or with why it never will.
   */
  send(topic: string, payload: Uint8Array, written: (refusal?: Refusal) => void): void
  /** QoS 1; rejects with a BrokerError. */
  subscribe(filters: readonly string[]): Promise<void>
  /** Says goodbye; the broker speaks the will only where that is asked for (MQTT 5). Resolves when the connection is over. */
  leave(how?: { readonly speakWill: true }): Promise<void>
  /** Ends it at once, without a word. */
  cut(): void
}

/** ≥ 20, since waiting for each answer costs three times the CPU; more gain little. */
const mostInFlight = 32
const leaveTimeoutMs = 2_000
/** MQTT 5, 3.14.2.1. */
const disconnectWithWill = 0x04
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
  const credentials = await (destination.credentials?.() ?? readCredentials(destination))
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

  /** A certificate that was turned down is named: somebody has to renew it. */
  const explained = (error: Error) => {
    const fault = classify(error, host)
    const shown = fault.code === 'BROKER_TLS_CLIENT_CERTIFICATE' && certificateShown(credentials, destination)
    return shown ? new BrokerError(fault.code, host, `${fault.detail}: ${shown}`) : fault
  }
  const end = (reason: BrokerError) => {
    if (over) return
    over = true
    silence[Symbol.dispose]()
    client.end(true)
    close(reason)
    for (const lose of unanswered) lose()
  }
  meter(client, protocolOf(destination) === 'mqtts:', destination.spent)
  const silence = watchSilence(client, destination.patienceMs ?? destination.keepaliveMs / 2, (silentMs) =>
    end(new BrokerError('BROKER_UNREACHABLE', host, `connected, and silent for ${(silentMs / 1_000).toFixed()} s`)),
  )
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
    end(explained(error))
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
      : explained(error)
  } finally {
    signal.removeEventListener('abort', abort)
  }

  const left = new BrokerError('BROKER_CLOSED', host, 'left')
  // A broker hangs up on more than it granted (MQTT 5, 3.3.4), and mqtt.js does not count.
  const turns: (() => void)[] = []
  let underWay = 0
  const pump = () => {
    for (let turn; underWay < window && (turn = turns.shift()) !== undefined;) turn()
  }
  const publish: Connection['publish'] = (topic, payload, retain, answered, said = {}) => {
    const properties = publishProperties(protocol, said)
    const bytes = Buffer.byteLength(topic) + Buffer.byteLength(payload) + lengthOf(said)
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

  const send: Connection['send'] = (topic, payload, written) => {
    if (over) return
    if (Buffer.byteLength(topic) + payload.length + packetOverheadBytes > largestPacketBytes) {
      const refused = refusal(0x95, topic, `the broker takes at most ${largestPacketBytes} bytes`)
      queueMicrotask(() => {
        if (!over) written(refused)
      })
      return
    }
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    client.publish(topic, bytes, { qos: 0, retain: false }, (error) => {
      if (!error && !over) written()
    })
  }

  return {
    protocol,
    window,
    closed,
    publish,
    send,
    deliver: (topic, payload, retain) =>
      new Promise((resolve, reject) =>
        publish(topic, payload, retain, (outcome) => {
          if (outcome === 'acknowledged') resolve()
          else if (outcome === 'lost') closed.then(reject, reject)
          else reject(new BrokerError(outcome.code, outcome.where, outcome.detail))
        }),
      ),
    subscribe: (filters) => Promise.race([subscribe(client, protocol, filters), closed.then(fail)]),
    leave: async (how) => {
      if (over) return
      // mqtt.js holds its goodbye back until every publish is answered, for ever if need be.
      if (unanswered.size === 0)
        if (how?.speakWill === true && protocol === '5') client.end(false, { reasonCode: disconnectWithWill })
        else client.end()
      const patience = setTimeout(() => end(left), unanswered.size === 0 ? leaveTimeoutMs : 0)
      await closed
      clearTimeout(patience)
    },
    cut: () => end(left),
  }
}

function protocolOf({ broker }: Destination): string {
  return new URL(broker).protocol
}

/** What the plan of a SIM counts, estimated. */
function meter(client: MqttClient, tls: boolean, spent: Destination['spent']): void {
  if (spent === undefined) return
  client.once('packetsend', () => spent(openingCost(tls)))
  client.on('packetsend', (packet) => {
    const bytes =
      packet.cmd === 'publish'
        ? publishBytes(Buffer.byteLength(packet.topic), packet.payload.length) + saidBytes(packet.properties)
        : smallPacketBytes
    spent(packetCost(bytes, 'out', tls))
  })
  client.on('packetreceive', ({ length = 0 }) => spent(packetCost(length + 2, 'in', tls)))
}

/** of what is neither long nor frequent, a CONNECT with its will included, on the average of a day */
const smallPacketBytes = 8

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
