import { systemClock } from '../clock.ts'
import { makeAuthority } from '../uplink/testing/authority.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { nowhere, TlsStreet } from './testing/tls-street.ts'
import type { Removal } from './testing/without.ts'

async function expired(context: FaultContext, removed?: Removal): Promise<Found> {
  const city = makeAuthority(context.folder, 'city')
  // A gateway's start takes a few seconds, and it has to arrive once.
  const endsInS = 11 + Math.floor(dice(context.seed)() * 2)
  const endsMs = systemClock.monotonicMs() + endsInS * 1_000
  const client = city.issue('rue-haute', { endsInS })
  await using street = await TlsStreet.open({ context, removed, city, client })
  const { link, mosquitto, gateway, broken } = street
  if (systemClock.monotonicMs() > endsMs - 1_000)
    throw new Error('the machine is too slow: the certificate has expired by now')
  const { connections } = street
  link.leadTo(nowhere)
  link.cut()
  await systemClock.sleep(endsMs + 1_500 - systemClock.monotonicMs())

  link.leadTo(mosquitto.port)
  await street.refusedWith('BROKER_TLS_CLIENT_CERTIFICATE', 'expired')
  const told = gateway.told('uplink').findLast(({ code }) => code === 'BROKER_TLS_CLIENT_CERTIFICATE')?.detail ?? ''
  for (const word of [street.path('certificate'), 'CN=rue-haute', 'valid until 20'])
    if (!told.includes(word)) broken.push(`it is not said which certificate, until when: ${told}`)
  await street.fieldGoesOn('expired')
  await street.lightObeys('expired')
  if (street.connections > connections) broken.push('the broker took what has expired: nothing was tried')

  // One file after the other: a key that is not the certificate's, for a moment.
  const renewed = city.issue('rue-haute')
  street.put('key', renewed.key)
  if (context.seed % 2 === 0) await systemClock.sleep(1_500)
  street.put('certificate', renewed.certificate)
  await street.comesBack('renewed', connections)
  if (gateway.told('running').length !== 1) broken.push('it was started again')
  return await street.found(1, { told })
}

export const fault: Fault = {
  id: 'F34',
  title: 'the gateway’s certificate expires while it is offline',
  passes:
    'refused, and told by code and alarm which certificate it is and until when it was valid; field, light and orders go on, nothing is lost; a renewed one in its place, key and certificate one after the other, is taken at the next try, without a restart, and each record arrives once. Enrolment with a bootstrap identity belongs to provisioning and is not tried',
  run: (context) => expired(context),
  control: {
    without: 'reading the files afresh',
    run: (context) =>
      expired(context, {
        file: 'gateway/uplink/last-good.ts',
        line: 'this.#good = await readCredentials(this.#files)',
        instead: 'this.#good ??= await readCredentials(this.#files)',
      }),
  },
}
