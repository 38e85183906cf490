/** Whether the hosts of lines, and the broker, can be reached from here: tried once, for a few seconds. */
import { connect } from 'node:net'
import { lineUrl, type LineSettings } from '../../drivers/line.ts'
import type { LineErrorCode } from '../../drivers/line-error.ts'
import type { Plan } from '../../gateway/plan.ts'
import { BrokerError, openConnection } from '../../gateway/uplink/connection.ts'
import type { BrokerFacts, Facts } from './facts.ts'

const patienceMs = 4_000

type OverNetwork = Exclude<LineSettings, { protocol: 'modbus-rtu' }>

export async function hostTrouble(
  line: string,
  settings: OverNetwork,
  signal: AbortSignal,
): Promise<Facts['hosts'][number]> {
  const url = lineUrl(settings)
  const code = await refusalOf(settings.host, settings.port, signal)
  return code === undefined ? { line, url } : { line, url, code }
}

const codes: Readonly<Record<string, LineErrorCode>> = {
  ECONNREFUSED: 'LINE_REFUSED',
  ETIMEDOUT: 'LINE_CONNECT_TIMEOUT',
  ABORT_ERR: 'LINE_CONNECT_TIMEOUT',
}

/** Why nobody listens there; undefined: somebody does. */
function refusalOf(host: string, port: number, signal: AbortSignal): Promise<LineErrorCode | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) })
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(codes[error.code ?? ''] ?? 'LINE_UNREACHABLE'))
  })
}

/** Why the broker does not let the gateway in; undefined: it does. */
export async function brokerTroubleNow(
  { uplink, tenant, site }: Plan['site'],
  signal: AbortSignal,
): Promise<BrokerFacts['trouble']> {
  const patience = AbortSignal.timeout(patienceMs)
  try {
    const connection = await openConnection(
      {
        broker: uplink.broker,
        // The gateway's own would send away a twin of it that runs elsewhere.
        clientId: `${uplink.client_id ?? `fanal-${tenant}-${site}`}-doctor`,
        username: uplink.username,
        passwordFile: uplink.password_file,
        tls: uplink.tls,
        keepaliveMs: 60_000,
        sessionMs: 0,
        largestMessageBytes: 4_096,
      },
      () => undefined,
      AbortSignal.any([signal, patience]),
    )
    await connection.leave()
    return undefined
  } catch (error) {
    const where = new URL(uplink.broker).host
    if (patience.aborted)
      return { code: 'BROKER_UNREACHABLE', where, detail: `no answer within ${patienceMs / 1_000} s` }
    if (!(error instanceof BrokerError)) throw error
    // A broker that knows its clients by their ids does not know this one; all before that was well.
    if (error.code === 'BROKER_REFUSED_CLIENT_ID') return undefined
    return { code: error.code, where: error.where, detail: error.detail }
  }
}
