/** What the ways of tools say against one another, and against what Modbus may be let out to. */
import { isIP } from 'node:net'
import type { Contradiction } from '../../drivers/profile.ts'
import type { Site, SiteLine } from '../site.ts'
import { isLoopback, isPrivate, isWithin, networkOf } from './network.ts'

export function passThroughContradictions(
  lines: readonly (readonly [name: string, line: SiteLine])[],
  console: Site['console'],
): Contradiction[] {
  const listening = new Map<string, string>()
  if (console?.listen !== undefined) listening.set(`${console.listen.host}:${console.listen.port}`, 'console')
  return lines.flatMap(([name, { pass_through: declared }]): Contradiction[] => {
    if (declared === undefined) return []
    const { listen, service_network: network } = declared
    const path = ['lines', name, 'pass_through']
    const address = `${listen.host}:${listen.port}`
    const other = listening.get(address)
    listening.set(address, name)
    if (other !== undefined) return [{ path: [...path, 'listen'], code: 'listens-twice', words: { other } }]
    if (network !== undefined && networkOf(network) === undefined)
      return [{ path: [...path, 'service_network'], code: 'not-a-network', words: {} }]
    if (network !== undefined && !isPrivate(network))
      return [{ path: [...path, 'service_network'], code: 'not-a-service-network', words: {} }]
    return isLoopback(listen.host) ? [] : beyondThisMachine(listen.host, network, [...path, 'listen'])
  })
}

/** An address of the service network, and only that: listening on all of them, it would be on the internet's as well. */
function beyondThisMachine(host: string, network: string | undefined, path: string[]): Contradiction[] {
  if (network === undefined) return [{ path, code: 'pass-through-without-network', words: {} }]
  const within = networkOf(network)
  if (isIP(host) !== 0 && within !== undefined && isWithin(within, host)) return []
  return [{ path, code: 'pass-through-outside-network', words: { network } }]
}
