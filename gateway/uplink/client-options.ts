/** What mqtt.js is told for one connection. */
import type { IClientOptions } from 'mqtt'
import type { CredentialFiles, Credentials } from './credentials.ts'

export type ProtocolVersion = '5' | '3.1.1'

export interface Will {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly delayMs: number
  /** whether the broker keeps it; absent: it does */
  readonly retain?: boolean
}

export interface Destination extends CredentialFiles {
  /** what lies in its files, where somebody keeps watch over them; absent: they are read as they are */
  readonly credentials?: () => Promise<Credentials>
  /** `mqtt://host[:port]` or `mqtts://host[:port]` */
  readonly broker: string
  readonly clientId: string
  readonly username?: string | undefined
  readonly keepaliveMs: number
  /** How long the broker keeps the session of a client that is gone (MQTT 5); 0: not at all, each one begins anew. */
  readonly sessionMs: number
  /** Longer messages are refused (MQTT 5). */
  readonly largestMessageBytes: number
  /**
   * Silence while something waits for an answer is the end of the connection after this time. Absent: after half a keep-alive,
   * so that what was sent into a line that is dead is known within one and a half.
   */
  readonly patienceMs?: number
  /** Is told what each packet costs on the wire, both ways, and the opening of a connection: estimates (`wire-cost.ts`). */
  readonly spent?: (bytes: number) => void
  /** What the broker says for us, when we are gone for `delayMs` (MQTT 3.1.1: at once); JSON where it is a text. */
  readonly will?: Will | undefined
}

export const jsonProperties = { payloadFormatIndicator: true, contentType: 'application/json' }

const connectTimeoutMs = 15_000

export function clientOptions(
  protocol: ProtocolVersion,
  { clientId, username, keepaliveMs, sessionMs, largestMessageBytes, will, patienceMs = Infinity }: Destination,
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
    connectTimeout: Math.min(connectTimeoutMs, patienceMs),
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
            retain: will.retain ?? true,
            ...(v5
              ? {
                  properties: {
                    willDelayInterval: Math.round(will.delayMs / 1_000),
                    ...(typeof will.payload === 'string' ? jsonProperties : {}),
                  },
                }
              : {}),
          },
        }),
  }
}
