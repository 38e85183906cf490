import { readFileSync } from 'node:fs'
import type { SecureVersion } from 'node:tls'
import { dice } from '../../drivers/testing/dice.ts'
import { systemClock } from '../clock.ts'
import type { BrokerFault } from '../uplink/faults.ts'
import { makeAuthority, type Certificate } from '../uplink/testing/authority.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { strictBroker } from './testing/strict-broker.ts'
import { localhost, TlsStreet } from './testing/tls-street.ts'
import type { Removal } from './testing/without.ts'

interface Impostor {
  readonly what: string
  readonly certificate: Certificate
  readonly code: BrokerFault
  readonly maxVersion: SecureVersion
}

/** In an order of the seed's, each with a version of TLS of the seed's: they end their handshakes otherwise. */
function impostorsIn({ folder, seed, short }: FaultContext, city: ReturnType<typeof makeAuthority>): Impostor[] {
  const random = dice(seed)
  const stranger = makeAuthority(folder, 'stranger')
  const kinds = [
    ['a foreign authority', stranger.issue('broker', { names: localhost }), 'BROKER_TLS_UNTRUSTED'],
    ['an old date', city.issue('broker', { names: localhost, days: -1 }), 'BROKER_TLS_EXPIRED'],
    ['another name', city.issue('broker', { names: 'DNS:elsewhere.example' }), 'BROKER_TLS_WRONG_NAME'],
  ] as const
  const versions = ['TLSv1.2', 'TLSv1.3'] as const
  const all = kinds.flatMap(([what, certificate, code]) => {
    const chosen = short ? [versions[random() < 0.5 ? 0 : 1]] : versions
    return chosen.map((maxVersion) => ({ what: `${what}, ${maxVersion}`, certificate, code, maxVersion }))
  })
  return all
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each)
}

async function exchanged(context: FaultContext, removed?: Removal): Promise<Found> {
  const city = makeAuthority(context.folder, 'city')
  const impostors = impostorsIn(context, city)
  await using street = await TlsStreet.open({ context, removed, city })
  const { link, mosquitto, gateway, broken } = street
  const figures = { impostors: 0, callers: 0, 'bytes given': 0 }
  for (const { what, certificate, code, maxVersion } of impostors) {
    await using impostor = await strictBroker({
      receiveMaximum: 20,
      takes: () => true,
      answerMs: 5,
      tls: { cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key), maxVersion },
    })
    link.leadTo(impostor.port)
    const { connections } = street
    await street.carries(`${what}: the connection that stands`)
    if (impostor.callers > 0) broken.push(`${what}: the connection that stood is gone`)
    link.cut()
    const wasTold = gateway.told('uplink').length
    await street.refusedWith(code, what, () => impostor.bytes > 0)
    if (impostor.bytes === 0) {
      if (
        !gateway
          .told('uplink')
          .slice(wasTold)
          .some((told) => told.code === code)
      )
        broken.push(`${what}: no event`)
      await street.fieldGoesOn(what)
      if (figures.impostors === 0) await street.lightObeys(what)
    } else await systemClock.sleep(1_000) // what it is given in that time
    figures.impostors++
    figures.callers += impostor.callers
    figures['bytes given'] += impostor.bytes
    if (impostor.taken.length > 0) broken.unshift(`${what}: ${impostor.taken.length} records were given to it`)
    else if (impostor.bytes > 0) broken.unshift(`${what}: ${impostor.bytes} bytes were given to it`)
    if (impostor.callers === 0) broken.push(`${what}: nobody came to it`)
    if (broken.length > 0) break
    link.leadTo(mosquitto.port)
    await street.comesBack(`${what}, and the right one again`, connections)
  }
  return await street.found(figures.impostors, figures)
}

export const fault: Fault = {
  id: 'F26',
  title: 'the broker’s certificate is exchanged',
  passes:
    'by one of a foreign authority, an expired one, one for another name, with TLS 1.2 and 1.3: the connection that stands goes on; the next is refused with its code and alarm, and not one byte is said to the impostor, not even a user name; the field, the light and orders go on, all records are kept, and once the right certificate is back each arrives once',
  run: (context) => exchanged(context),
  control: {
    without: 'verifying the certificate',
    run: (context) =>
      exchanged(context, {
        file: 'gateway/uplink/client-options.ts',
        line: 'rejectUnauthorized: true',
        instead: 'rejectUnauthorized: false',
      }),
  },
}
