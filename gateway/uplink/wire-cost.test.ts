import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageCost, openingCost, packetCost, publishBytes } from './wire-cost.ts'

test('a message of 300 bytes on a topic of 40 costs about 0.55 kB with TLS', () => {
  expect(messageCost(40, 300, true)).toBeGreaterThan(500)
  expect(messageCost(40, 300, true)).toBeLessThan(600)
})

test('a ping there and back costs about 0.2 kB, a connection with TLS some 5 kB', () => {
  expect(packetCost(2, 'out', true) + packetCost(2, 'in', true)).toBeLessThanOrEqual(250)
  expect(openingCost(true)).toBeGreaterThan(4_000)
  expect(openingCost(false)).toBeLessThan(200)
})

test('a message never costs less than its own bytes, and no less with TLS', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(300_000), (topic, payload) => {
      expect(messageCost(topic, payload, false)).toBeGreaterThan(publishBytes(topic, payload))
      expect(messageCost(topic, payload, true)).toBeGreaterThan(messageCost(topic, payload, false))
    }),
  )
})
