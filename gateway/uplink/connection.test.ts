import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  backOffMs,
  BrokerError,
  longestBackOffTry,
  openConnection,
  type Connection,
  type Listener,
  type Outcome,
} from './connection.ts'

/** What a broker of MQTT 5 says, byte by byte (MQTT 5, chapter 3). */
const connack = (...properties: number[]) =>
  Buffer.from([0x20, 3 + properties.length, 0, 0, properties.length, ...properties])
const receiveMaximum = (most: number) => [0x21, most >> 8, most & 0xff]
const maximumPacketSize = (most: number) => [0x27, 0, 0, most >> 8, most & 0xff]
/** To a SUBSCRIBE with one filter: its packet id stands after the fixed header of two bytes. */
const suback = (subscribe: Buffer, reason: number) =>
  Buffer.from([0x90, 4, subscribe.readUInt8(2), subscribe.readUInt8(3), 0, reason])
/** With QoS 1 on a topic of one letter: response topic, correlation data, an expiry of 27 s, and the retain flag. */
const request = Buffer.from([
  0x33, 22, 0, 1, 0x74, 0, 1, 16, 0x08, 0, 3, 0x61, 0x2f, 0x62, 0x09, 0, 2, 7, 8, 0x02, 0, 0, 0, 27,
])
const disconnect = (reason: number) => Buffer.from([0xe0, 2, reason, 0])

let server: Server
let sockets: Set<Socket>
let answer: (socket: Socket) => void

beforeEach(async () => {
  sockets = new Set()
  answer = (socket) => socket.write(connack())
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

const open = (signal = new AbortController().signal, hear: Listener = () => undefined): Promise<Connection> =>
  openConnection(
    {
      broker: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clientId: 'rue-haute',
      keepaliveMs: 60_000,
      sessionMs: 300_000,
      largestMessageBytes: 1_000,
    },
    hear,
    signal,
  )
const outcomeOf = (connection: Connection, payload: string) =>
  new Promise<Outcome>((resolve) => connection.publish('t', payload, false, resolve))

test('keeps within the window that the broker grants, and within our own', async () => {
  answer = (socket) => socket.write(connack(...receiveMaximum(5)))
  const narrow = await open()
  expect(narrow.window).toBe(5)
  narrow.cut()
  answer = (socket) => socket.write(connack())
  const wide = await open()
  expect(wide.window).toBe(32)
  wide.cut()
})

test('a message that the broker would hang up on is refused here', async () => {
  answer = (socket) => socket.write(connack(...maximumPacketSize(300)))
  const connection = await open()
  expect(await outcomeOf(connection, 'x'.repeat(300))).toMatchObject({ code: 'BROKER_TOO_LARGE', where: 't' })
  await expect(connection.deliver('t', 'x'.repeat(300), true)).rejects.toThrow('BROKER_TOO_LARGE')
  connection.cut()
})

test('an answer whose correlation makes it too large is refused here, too', async () => {
  answer = (socket) => socket.write(connack(...maximumPacketSize(300)))
  const connection = await open()
  const properties = { correlation: new Uint8Array(300), expiresInS: 300 }
  const outcome = await new Promise<Outcome>((resolve) => connection.publish('t', '{}', false, resolve, properties))
  expect(outcome).toMatchObject({ code: 'BROKER_TOO_LARGE', where: 't' })
  connection.cut()
})

test('no more is under way than the broker grants; the rest follows in its order', async () => {
  const published: string[] = []
  const pubacks: Buffer[] = []
  answer = (socket) => {
    // Each in a packet of its own: PUBLISH, QoS 1, and the payload is its last byte.
    socket.on('data', (packet: Buffer) => {
      for (let at = 0; at < packet.length; at += 2 + packet.readUInt8(at + 1)) {
        const end = at + 2 + packet.readUInt8(at + 1)
        if (packet.readUInt8(at) >> 4 !== 3) continue
        const id = at + 4 + packet.readUInt16BE(at + 2)
        published.push(packet.toString('utf8', end - 1, end))
        pubacks.push(Buffer.from([0x40, 2, packet.readUInt8(id), packet.readUInt8(id + 1)]))
      }
    })
    socket.write(connack(...receiveMaximum(2)))
  }
  const connection = await open()
  const outcomes = ['a', 'b', 'c', 'd', 'e'].map((payload) => outcomeOf(connection, payload))
  const acknowledged = async (count: number) => {
    await vi.waitFor(() => expect(published).toHaveLength(Math.min(5, count + 2)))
    const puback = pubacks[count]
    for (const socket of sockets) if (puback) socket.write(puback)
    await outcomes[count]
  }
  for (let count = 0; count < 5; count++) await acknowledged(count)
  expect(published).toEqual(['a', 'b', 'c', 'd', 'e'])
  connection.cut()
})

test('what a request says beside its payload is heard', async () => {
  const heard: Parameters<Listener>[] = []
  const connection = await open(undefined, (...message) => heard.push(message))
  for (const socket of sockets) socket.write(request)
  await vi.waitFor(() => expect(heard).toHaveLength(1))
  const [topic, payload, retained, properties] = heard[0] ?? []
  expect([topic, payload?.length, retained]).toEqual(['t', 0, true])
  expect(properties).toEqual({ responseTopic: 'a/b', correlation: Buffer.from([7, 8]), expiresInMs: 27_000 })
  connection.cut()
})

test('what an answer says beside its payload is said: its end, and what the request bore', async () => {
  const connection = await open()
  const packet = new Promise<Buffer>((resolve) => {
    for (const socket of sockets) socket.once('data', resolve)
  })
  connection.publish('t', '{}', false, () => undefined, { correlation: Uint8Array.of(7, 8), expiresInS: 300 })
  const bytes = await packet
  expect(bytes.readUInt8(0)).toBe(0x32) // QoS 1, not retained
  expect(bytes.includes(Buffer.from([0x02, 0, 0, 300 >> 8, 300 & 0xff]))).toBe(true)
  expect(bytes.includes(Buffer.from([0x09, 0, 2, 7, 8]))).toBe(true)
  connection.cut()
})

test('asks the broker to say of each message whether it was published retained', async () => {
  const connection = await open()
  const packet = new Promise<Buffer>((resolve) => {
    for (const socket of sockets) socket.once('data', resolve)
  })
  const subscribing = connection.subscribe(['a/+'])
  const subscribe = await packet
  expect(subscribe.at(-1)).toBe(0b00_00_1_0_01) // retain handling 0, retain as published, QoS 1 (MQTT 5, 3.8.3.1)
  for (const socket of sockets) socket.write(suback(subscribe, 1))
  await subscribing
  connection.cut()
})

test('every publish is answered: when the connection breaks, and after', async () => {
  const connection = await open()
  const waiting = [outcomeOf(connection, '1'), outcomeOf(connection, '2')]
  const delivery = connection.deliver('t', '3', true)
  for (const socket of sockets) socket.destroy()
  expect(await Promise.all(waiting)).toEqual(['lost', 'lost'])
  await expect(delivery).rejects.toThrow('BROKER_CLOSED')
  expect(await outcomeOf(connection, '4')).toBe('lost')
  await expect(connection.subscribe(['t'])).rejects.toThrow('BROKER_CLOSED')
  expect(await connection.closed).toBeInstanceOf(BrokerError)
})

test('a subscription is refused by an answer, not by the end of the connection', async () => {
  const refusing = await open()
  for (const socket of sockets) socket.once('data', (packet: Buffer) => socket.write(suback(packet, 0x87)))
  await expect(refusing.subscribe(['a/+'])).rejects.toMatchObject({ code: 'BROKER_NOT_AUTHORISED', where: 'a/+' })
  refusing.cut()
  const breaking = await open()
  for (const socket of sockets) socket.once('data', () => socket.destroy())
  await expect(breaking.subscribe(['a/+'])).rejects.toMatchObject({ code: 'BROKER_CLOSED' })
})

test.each([
  [0x8e, 'BROKER_CLIENT_ID_TAKEN'],
  [0x8b, 'BROKER_BUSY'],
  [0x97, 'BROKER_QUOTA'],
])('a broker that says goodbye with 0x%s is understood', async (reason, code) => {
  const connection = await open()
  for (const socket of sockets) socket.write(disconnect(reason))
  expect(await connection.closed).toMatchObject({ code })
})

test.each([
  ['once, as one that is just starting, is offered MQTT 5 again', 1, connack(), '5'],
  ['each time is offered MQTT 3.1.1', 2, Buffer.from([0x20, 2, 0, 0]), '3.1.1'],
])('a broker that hangs up on MQTT 5 %s', async (_, times, welcome, protocol) => {
  answer = (socket) => {
    if (sockets.size <= times) socket.resetAndDestroy()
    else socket.write(welcome)
  }
  const connection = await open()
  expect(connection.protocol).toBe(protocol)
  expect(sockets.size).toBe(times + 1)
  connection.cut()
})

describe('settles', () => {
  test('when the signal aborts before anybody answers', async () => {
    answer = () => undefined
    const stop = new AbortController()
    const opening = open(stop.signal)
    stop.abort(new Error('enough'))
    await expect(opening).rejects.toThrow('enough')
  })

  test('when it is left with publishes that nobody answers', async () => {
    const connection = await open()
    const waiting = outcomeOf(connection, '1')
    await connection.leave()
    expect(await waiting).toBe('lost')
  })
})

test('certificates never go over a plain connection', async () => {
  const destination = { clientId: 'x', keepaliveMs: 1_000, sessionMs: 0, largestMessageBytes: 1_000, tls: {} }
  const signal = new AbortController().signal
  const opening = openConnection({ ...destination, broker: 'mqtt://127.0.0.1' }, () => undefined, signal)
  await expect(opening).rejects.toThrow('BROKER_PROTOCOL')
})

test('the back-off doubles up to a minute, and is any part of it', () => {
  expect([0, 1, 2, longestBackOffTry, 50].map((tries) => backOffMs(tries, () => 1))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000,
  ])
  expect(backOffMs(3, () => 0.25)).toBe(2_000)
})

test('what may be lost is sent with QoS 0, not retained, and is said to be written; a goodbye may ask for the will', async () => {
  const heard: Buffer[] = []
  answer = (socket) => {
    socket.on('data', (bytes: Buffer) => heard.push(bytes)).write(connack(...maximumPacketSize(200)))
  }
  const connection = await open()
  const written = (payload: Uint8Array) =>
    new Promise<unknown>((resolve) => connection.send('t', payload, (refused) => resolve(refused)))
  expect(await written(Buffer.from([1, 2, 3]))).toBeUndefined()
  expect(await written(new Uint8Array(200))).toMatchObject({ code: 'BROKER_TOO_LARGE', where: 't' })
  await connection.leave({ speakWill: true })
  await vi.waitFor(() => {
    const bytes = Buffer.concat(heard)
    expect([...bytes.subarray(0, 9)]).toEqual([0x30, 7, 0, 1, 0x74, 0, 1, 2, 3])
    expect([...bytes.subarray(9, 11), bytes.at(11)]).toEqual([0xe0, expect.any(Number), 0x04])
  })
})
