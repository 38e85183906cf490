import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connectAsync } from 'mqtt'
import { expect, test } from 'vitest'
import { openBroker, packetsWithin } from './broker.ts'
import { nextFree } from './ports.ts'

/** MQTT 3.1.1, 2.2: type and flags, the length in seven-bit bytes, the body. */
function packet(bodyBytes: number): Buffer {
  const header = [0x30]
  let length = bodyBytes
  do {
    header.push((length & 0x7f) | (length > 0x7f ? 0x80 : 0))
    length >>= 7
  } while (length > 0)
  return Buffer.concat([Buffer.from(header), Buffer.alloc(bodyBytes, 0xff)])
}

test.each([1, 2, 3, 7, 1_000])('packets are told from each other when they come %i bytes at a time', (size) => {
  const fits = packetsWithin(300)
  const bytes = Buffer.concat([packet(0), packet(127), packet(128), packet(300), packet(0), packet(2)])
  for (let at = 0; at < bytes.length; at += size) expect(fits(bytes.subarray(at, at + size))).toBe(true)
  expect(fits(packet(301).subarray(0, 3))).toBe(false)
})

test('a length of five bytes is no MQTT', () => {
  expect(packetsWithin(300)(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x00]))).toBe(false)
})

test('carries messages, keeps retained ones, and cuts off who sends too much', async () => {
  await using broker = await nextFree(0, openBroker)
  const url = `mqtt://127.0.0.1:${broker.port}`
  const options = { protocolVersion: 4, reconnectPeriod: 0 } as const
  const sender = await connectAsync(url, options)
  const large = Buffer.alloc(250_000, 'x')
  await sender.publishAsync('demo/large', large, { retain: true, qos: 1 })

  const receiver = await connectAsync(url, options)
  const arrived = new Promise<[topic: string, payload: Buffer]>((resolve) =>
    receiver.once('message', (topic, payload) => resolve([topic, payload])),
  )
  await receiver.subscribeAsync('demo/#')
  const [topic, payload] = await arrived
  expect(topic).toBe('demo/large')
  expect(payload.equals(large)).toBe(true)

  const closed = new Promise<void>((resolve) => sender.once('close', () => resolve()))
  sender.on('error', () => undefined) // the connection is cut while it writes
  sender.publish('demo/larger', Buffer.alloc(300_000, 'x'))
  await closed
  await sender.endAsync(true)
  await receiver.endAsync(true)
})

test('ends with clients that never said who they are', async () => {
  const broker = await nextFree(0, openBroker)
  const silent = connectTcp(broker.port, '127.0.0.1')
  await once(silent, 'connect')
  const closed = once(silent, 'close')
  silent.on('error', () => undefined)
  silent.resume()
  await broker[Symbol.asyncDispose]()
  await closed
})
