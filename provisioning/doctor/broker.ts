/** The broker: by the running gateway's word, or, where none is connected, by trying; and the files for its login. */
import type { BrokerFacts, Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'
import { quoted } from './wording.ts'

type Trouble = NonNullable<BrokerFacts['trouble']>

export function broker({ broker, status }: Facts): Finding[] {
  const url = broker?.url ?? status?.uplink.broker
  if (url === undefined) return []
  const trouble = status === undefined ? broker?.trouble : status.uplink.trouble
  const wrong = [
    ...(broker?.unreadable ?? []).map(({ file, detail }) => finding('broker-file', { file: quoted(file), detail })),
    // Which file cannot be read has just been said.
    ...(trouble === undefined || (trouble.code === 'BROKER_FILE' && (broker?.unreadable.length ?? 0) > 0)
      ? []
      : [troubled(url, trouble)]),
    ...Object.values(status?.uplink.refusing ?? {}).map((fault) => finding('broker-refuses-release', { ...fault })),
    ...(broker?.hasLogin === true && url.startsWith('mqtt:') && !isLocal(url)
      ? [finding('broker-plain', { broker: url })]
      : []),
  ]
  const isKnown = status?.uplink.connected === true || (status === undefined && broker?.isTried === true)
  return wrong.length > 0 || !isKnown ? wrong : [finding('broker-ok', { broker: url })]
}

function troubled(url: string, trouble: Trouble): Finding {
  const { hostname, port, protocol } = new URL(url)
  const words = {
    ...trouble,
    host: hostname,
    port: port === '' ? (protocol === 'mqtts:' ? 8_883 : 1_883) : Number(port),
  }
  if (trouble.code === 'BROKER_NOT_FOUND') return finding('broker-not-found', words)
  return finding(trouble.code.startsWith('BROKER_TLS_') ? 'broker-tls' : 'broker-trouble', words)
}

function isLocal(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)
}
