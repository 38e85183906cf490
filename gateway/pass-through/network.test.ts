import { expect, test } from 'vitest'
import { isLoopback, isPrivate, isWithin, networkOf } from './network.ts'

test.each([
  ['192.168.7.0/24', '192.168.7.9', true],
  ['192.168.7.0/24', '192.168.8.9', false],
  ['192.168.7.0/24', 'fd00::1', false],
  ['fd00:7::/64', 'fd00:7::12', true],
  ['fd00:7::/64', 'fd00:8::12', false],
  ['10.0.0.0/8', 'gateway-7', false],
])('%s: whether %s is in it', (network, address, within) => {
  const found = networkOf(network)
  if (found === undefined) throw new Error('it is a network')
  expect(isWithin(found, address)).toBe(within)
})

test.each(['192.168.7.0', '192.168.7.0/33', '192.168.7/24', 'cabinet/24', 'fd00::/129', ''])('%j is none', (text) => {
  expect(networkOf(text)).toBeUndefined()
})

test.each([
  ['10.1.0.0/16', true],
  ['192.168.0.0/16', true],
  ['172.16.0.0/12', true],
  ['fd00:7::/64', true],
  ['172.16.0.0/8', false],
  ['192.168.0.0/8', false],
  ['0.0.0.0/0', false],
  ['::/0', false],
  ['100.64.0.0/10', false],
  ['51.15.0.0/16', false],
  ['2001:db8::/32', false],
])('%s: whether the internet has no way into all of it', (network, own) => {
  expect(isPrivate(network)).toBe(own)
})

test('this machine’s own addresses', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1', 'localhost'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '::', '192.168.7.1', 'gateway-7', ''].some(isLoopback)).toBe(false)
})
