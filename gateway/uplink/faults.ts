/** What can go wrong between here and the broker: a closed list, each with its remedy in messages.ts. */

export const brokerFaults = [
  /** the name has no address, or no name server answers */
  'BROKER_NOT_FOUND',
  /** nobody listens there, or no answer comes */
  'BROKER_UNREACHABLE',
  /** it hangs up without a reason */
  'BROKER_CLOSED',
  /** it says that it is busy, shutting down, or has no room for us now */
  'BROKER_BUSY',
  'BROKER_REFUSED_LOGIN',
  'BROKER_REFUSED_CLIENT_ID',
  /** another client came with our id, and the broker sent us away */
  'BROKER_CLIENT_ID_TAKEN',
  /** it does not let us write or read this topic */
  'BROKER_NOT_AUTHORISED',
  'BROKER_QUOTA',
  'BROKER_TOO_LARGE',
  /** it refuses what we publish, for another reason */
  'BROKER_REFUSED_MESSAGE',
  /** it acknowledges what we publish, and drops it: MQTT 3.1.1 has no word for a refusal */
  'BROKER_SILENT',
  'BROKER_TLS_UNTRUSTED',
  'BROKER_TLS_WRONG_NAME',
  'BROKER_TLS_EXPIRED',
  /** its certificate begins in the future: more often our clock is wrong */
  'BROKER_TLS_NOT_YET_VALID',
  /** it does not accept our certificate, or wants one */
  'BROKER_TLS_CLIENT_CERTIFICATE',
  /** a certificate, key or password file of ours cannot be used */
  'BROKER_FILE',
  /** what comes is not MQTT, or not as MQTT should be */
  'BROKER_PROTOCOL',
] as const
export type BrokerFault = (typeof brokerFaults)[number]

export interface Fault {
  readonly code: BrokerFault
  /** the broker, the topic, or the file */
  readonly where: string
  /** the words of the system or of the broker */
  readonly detail: string
}

export class BrokerError extends Error implements Fault {
  readonly code: BrokerFault
  readonly where: string
  readonly detail: string

  constructor(code: BrokerFault, where: string, detail: string) {
    super(`${code}: ${where}: ${detail}`)
    this.name = 'BrokerError'
    this.code = code
    this.where = where
    this.detail = detail
  }
}

/** The same number means the same in CONNACK, PUBACK and DISCONNECT (MQTT 5, 2.4), but for this one. */
const notAuthorised = 0x87

/** Return codes of MQTT 3.1.1 (3.2.2.3) and reason codes of MQTT 5 (3.2.2.2) that refuse a connection. */
export function connectFault(reason: number): BrokerFault {
  switch (reason) {
    case 1:
      return 'BROKER_PROTOCOL'
    case 2:
    case 0x85:
      return 'BROKER_REFUSED_CLIENT_ID'
    case 3:
      return 'BROKER_BUSY'
    case 4:
    case 5:
    case 0x86:
    case notAuthorised:
    case 0x8a: // banned
    case 0x8c: // bad authentication method
      return 'BROKER_REFUSED_LOGIN'
    default:
      return anyFault(reason)
  }
}

/** Reason codes of PUBACK and SUBACK (MQTT 5, 3.4.2.1 and 3.9.3; in MQTT 3.1.1, SUBACK knows 0x80 alone). */
export function publishFault(reason: number): BrokerFault {
  switch (reason) {
    case 0x80:
    case notAuthorised:
      return 'BROKER_NOT_AUTHORISED'
    case 0x95:
      return 'BROKER_TOO_LARGE'
    case 0x97:
      return 'BROKER_QUOTA'
    default:
      return 'BROKER_REFUSED_MESSAGE'
  }
}

/** Reason codes of DISCONNECT (MQTT 5, 3.14.2.1). */
export function disconnectFault(reason: number): BrokerFault {
  return reason === notAuthorised ? 'BROKER_NOT_AUTHORISED' : anyFault(reason)
}

function anyFault(reason: number): BrokerFault {
  switch (reason) {
    case 0x8e:
      return 'BROKER_CLIENT_ID_TAKEN'
    case 0x88: // server unavailable
    case 0x89: // server busy
    case 0x8b: // server shutting down
    case 0x96: // message rate too high
    case 0x9f: // connection rate exceeded
    case 0xa0: // maximum connect time
      return 'BROKER_BUSY'
    case 0x95:
      return 'BROKER_TOO_LARGE'
    case 0x97:
      return 'BROKER_QUOTA'
    default:
      return reason < 0x80 || reason === 0x98 ? 'BROKER_CLOSED' : 'BROKER_PROTOCOL'
  }
}

const systemFaults: Readonly<Record<string, BrokerFault>> = {
  ENOTFOUND: 'BROKER_NOT_FOUND',
  EAI_AGAIN: 'BROKER_NOT_FOUND',
  ECONNREFUSED: 'BROKER_UNREACHABLE',
  ETIMEDOUT: 'BROKER_UNREACHABLE',
  EHOSTUNREACH: 'BROKER_UNREACHABLE',
  ENETUNREACH: 'BROKER_UNREACHABLE',
  ENETDOWN: 'BROKER_UNREACHABLE',
  EADDRNOTAVAIL: 'BROKER_UNREACHABLE',
  ECONNRESET: 'BROKER_CLOSED',
  EPIPE: 'BROKER_CLOSED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'BROKER_TLS_WRONG_NAME',
  CERT_HAS_EXPIRED: 'BROKER_TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'BROKER_TLS_NOT_YET_VALID',
}

/** OpenSSL's verdicts on a chain that leads to nobody whom we trust. */
const untrusted =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_UNTRUSTED|CERT_REJECTED|CERT_SIGNATURE_FAILURE|INVALID_\w+|PATH_LENGTH_EXCEEDED|CERT_CHAIN_TOO_LONG|CERT_REVOKED)$/

/**
 * TLS alerts by which a server turns down a client's certificate (RFC 8446, 6.2): 42 to 46 bad, unsupported, revoked,
 * expired, unknown; 48 unknown CA; 116 required. Before TLS 1.3 a missing one is 40, handshake failure.
 */
const certificateAlerts: ReadonlySet<number> = new Set([40, 42, 43, 44, 45, 46, 48, 116])

/** The fault behind an error of mqtt.js, of Node or of OpenSSL. */
export function classify(error: Error, broker: string): BrokerError {
  return new BrokerError(faultOf(error), broker, firstLine(error))
}

/** What the broker gave as its reason, as mqtt.js passes it on (`ErrorWithReasonCode`): the system's own errors have words there. */
export function reasonCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
}

function faultOf(error: Error): BrokerFault {
  const reason = reasonCodeOf(error)
  if (reason !== undefined) return connectFault(reason)
  // mqtt.js names its two silences in words only.
  if (/^(connack timeout|Keepalive timeout)$/.test(error.message)) return 'BROKER_UNREACHABLE'
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1]
  if (alert !== undefined && certificateAlerts.has(Number(alert))) return 'BROKER_TLS_CLIENT_CERTIFICATE'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (untrusted.test(code)) return 'BROKER_TLS_UNTRUSTED'
  // A host with several addresses fails with one error for all; the first speaks for them.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return faultOf(error.errors[0])
  return systemFaults[code] ?? 'BROKER_PROTOCOL'
}

function firstLine(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return firstLine(error.errors[0])
  // OpenSSL's own line is `write EPROTO <thread>:error:<number>:SSL routines:<function>:<reason>:<file>:…`
  const reason = /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1]
  return reason ?? error.message.split('\n', 1)[0] ?? error.message
}
