/** Where a tool may come from: this machine, or a service network that the site names. Modbus knows no password. Pure. */
import { BlockList, isIP } from 'node:net'

/** `192.168.7.0/24`; undefined: it is none. */
export function networkOf(text: string): BlockList | undefined {
  const [, address = '', prefix = ''] = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(text) ?? []
  const family = familyOf(address)
  if (family === undefined || Number(prefix) > (family === 'ipv4' ? 32 : 128)) return undefined
  const network = new BlockList()
  network.addSubnet(address, Number(prefix), family)
  return network
}

export function isWithin(network: BlockList, address: string): boolean {
  const family = familyOf(address)
  return family !== undefined && network.check(address, family)
}

export function isLoopback(address: string): boolean {
  return address.toLowerCase() === 'localhost' || isWithin(loopback, address)
}

/** Whether all of a network is one that the internet has no way into (RFC 1918, RFC 4193, link-local). */
export function isPrivate(text: string): boolean {
  const [address = '', prefix = '0'] = text.split('/')
  return privateNetworks.some((own) => {
    const network = networkOf(own)
    return network !== undefined && Number(prefix) >= Number(own.split('/')[1]) && isWithin(network, address)
  })
}

const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}
