import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeAuthority, type Certificate } from '../uplink/testing/authority.ts'
import { dice } from '../../drivers/testing/dice.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { localhost, TlsStreet } from './testing/tls-street.ts'
import type { Removal } from './testing/without.ts'

/** What somebody may put in place by mistake; in an order in which no two in a row fail with the same words. */
function damagedFiles({ seed }: FaultContext, old: string, next: string): readonly (readonly [string, string])[] {
  const random = dice(seed)
  const cutAt = 60 + Math.floor(random() * (next.length - 120))
  return [
    ['nothing', ''],
    ['the old one, and the new one cut short', `${old}${next.slice(0, cutAt)}`],
    ['garbage', Array.from({ length: 300 }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join('')],
  ]
}

async function rolledOver(context: FaultContext, removed?: Removal): Promise<Found> {
  const { folder } = context
  const city = makeAuthority(folder, 'city')
  const next = makeAuthority(folder, 'next')
  await using street = await TlsStreet.open({ context, removed, city })
  const { link, gateway, broken } = street
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    street.put('ca', join(folder, name))
  }
  const [old, fresh] = [city.ca, next.ca].map((file) => readFileSync(file, 'utf8'))
  if (old === undefined || fresh === undefined) throw new Error('no authorities')
  const figures = { damaged: 0, exchanges: 0 }

  for (const [what, text] of damagedFiles(context, old, fresh)) {
    const before = { connections: street.connections, told: gateway.told('uplink').length }
    put('damaged.pem', text)
    await street.expects(what, () => {
      const told = gateway.told('uplink').slice(before.told)
      if (!told.some(({ code, where }) => code === 'BROKER_FILE' && where === street.path('ca')))
        throw new Error('is not told, with its place')
    })
    if (!street.stood(before.connections)) broken.push(`${what}: the connection that stood is gone`)
    await street.carries(what)
    figures.damaged++
    if (broken.length > 0) return await street.found(figures.damaged, figures)
  }
  // Still with the last of the damaged in place: a new connection, by the last that was whole.
  const { connections } = street
  link.cut()
  await street.comesBack('a damaged file in place, and a new connection', connections)
  if (broken.length > 0) return await street.found(figures.damaged, figures)

  const authorities = {
    old: city.issue('broker', { names: localhost }),
    next: next.issue('broker', { names: localhost }),
  }
  const exchange = async (what: string, certificate: Certificate, trusted: boolean) => {
    const before = street.connections
    street.exchange(certificate)
    await street.carries(`${what}: the connection that stands`)
    link.cut()
    figures.exchanges++
    if (trusted) await street.comesBack(what, before)
    else await street.refusedWith('BROKER_TLS_UNTRUSTED', what)
  }
  put('both.pem', `${old}${fresh}`)
  await exchange('in the window, the new one', authorities.next, true)
  await exchange('in the window, the old one again', authorities.old, true)
  put('after.pem', fresh)
  await exchange('after the window, the old one', authorities.old, false)
  await street.fieldGoesOn('after the window, the old one')
  street.exchange(authorities.next)
  await street.comesBack('after the window, the new one')
  return await street.found(figures.damaged + figures.exchanges, figures)
}

export const fault: Fault = {
  id: 'F35',
  title: 'the authority rolls over',
  passes:
    'with both authorities in the file the broker’s certificate may change to the new one and back; with the new one alone the old one is refused, with code and alarm, and the field goes on; a file that is empty, garbage or cut short is told with its code and place while the connection that stands goes on, and the next one is made with what was last whole in this run; each record arrives once. Whether a whole file names the right authority only a connection shows: that is not tried before',
  run: (context) => rolledOver(context),
  control: {
    without: 'going on with what was last whole',
    run: (context) =>
      rolledOver(context, {
        file: 'gateway/uplink/last-good.ts',
        line: 'this.#told = error.message',
        instead: 'this.#told = error.message; throw error',
      }),
  },
}
