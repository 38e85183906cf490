import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { lineUrl } from './line.ts'
import { openLine } from './modbus/open.ts'
import { serialTiming } from './modbus/timing.ts'
import { fakeClock } from './testing/fake-clock.ts'
import { lineSuite, never, reading } from './testing/line-suite.ts'
import { answer, mbapFrame, rtuFrame, telling, type Frame } from './testing/scripted-wire.ts'

const serial = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const

lineSuite('Modbus TCP', 'mbap', { charMs: 0, gapMs: 0 })
lineSuite('Modbus RTU over TCP', 'rtu', { charMs: 0, gapMs: 2 })
lineSuite('Modbus RTU at 115200 baud', 'rtu', serialTiming({ ...serial, baud: 115_200 }))

test('t3.5 is three and a half characters, and fixed above 19200 baud', () => {
  expect(serialTiming(serial).gapMs).toBeCloseTo((3.5 * 11) / 19.2, 9)
  expect(serialTiming({ ...serial, parity: 'none' }).charMs).toBeCloseTo(10 / 19.2, 9)
  expect(serialTiming({ ...serial, baud: 38_400 }).gapMs).toBe(1.75)
})

test('a line’s URL says how to reach it', () => {
  expect(lineUrl({ protocol: 'modbus-tcp', host: '10.0.0.5', port: 502 })).toBe('modbus-tcp://10.0.0.5:502')
  expect(lineUrl({ protocol: 'modbus-rtu-over-tcp', host: 'fe80::1', port: 4001 })).toBe(
    'modbus-rtu-over-tcp://[fe80::1]:4001',
  )
  expect(lineUrl({ protocol: 'modbus-rtu', device: '/dev/ttyUSB0', serial })).toBe('modbus-rtu:///dev/ttyUSB0')
})

describe('over real sockets', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  /** A server that does with each connection what the test says, and a line to it. */
  async function serve(protocol: 'modbus-tcp' | 'modbus-rtu-over-tcp', connection: (socket: Socket) => void) {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      connection(socket)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const line = openLine('test', { protocol, host: '127.0.0.1', port }, { clock: fakeClock(), random: () => 0.5 })
    ends.push(() => line[Symbol.asyncDispose]())
    ends.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return { line, sockets, server }
  }

  const answering = (frame: Frame, at: number) => (socket: Socket) =>
    socket.on('data', (bytes: Buffer) =>
      socket.write(
        answer(frame, {
          transaction: bytes.readUInt16BE(0),
          unit: bytes[at]!,
          function: bytes[at + 1]!,
          address: bytes.readUInt16BE(at + 2),
          count: bytes.readUInt16BE(at + 4),
          atMs: 0,
        }),
      ),
    )

  test.each([
    ['modbus-tcp', mbapFrame, 6],
    ['modbus-rtu-over-tcp', rtuFrame, 0],
  ] as const)('%s reads', async (protocol, frame, at) => {
    const { line } = await serve(protocol, answering(frame, at))
    const into = new Uint16Array(125)
    expect(await line.read(reading(5, 20, 125), into, never)).toEqual({ state: 'answered' })
    expect([into[0], into[124]]).toEqual([telling(5, 20), telling(5, 144)])
  })

  test('a host that refuses is a line that is down', async () => {
    const { line, server } = await serve('modbus-tcp', () => undefined)
    server.close()
    await once(server, 'close')
    const outcome = await line.read(reading(1, 0, 1), new Uint16Array(1), never)
    expect(outcome).toMatchObject({ state: 'line-down', error: { code: 'LINE_REFUSED' } })
  })

  test('a peer that hangs up during a request is known at once, not at the timeout', async () => {
    const { line } = await serve('modbus-tcp', (socket) => socket.once('data', () => socket.end()))
    const outcome = await line.read(reading(1, 0, 1), new Uint16Array(1), never) // the clock stands still
    expect(outcome).toMatchObject({ state: 'line-down', error: { code: 'LINE_LOST' } })
  })

  test('a peer that hung up between requests is called again', async () => {
    const { line, sockets } = await serve('modbus-tcp', answering(mbapFrame, 6))
    expect(await line.read(reading(1, 0, 1), new Uint16Array(1), never)).toEqual({ state: 'answered' })
    const ended = once(sockets[0]!, 'close')
    sockets[0]!.end()
    await ended
    expect(await line.read(reading(1, 0, 1), new Uint16Array(1), never)).toEqual({ state: 'answered' })
    expect(sockets).toHaveLength(2)
  })

  test('closing the line hangs up, and settles the request in flight', async () => {
    const { line, sockets } = await serve('modbus-tcp', (socket) =>
      socket.once('data', () => void line[Symbol.asyncDispose]()),
    )
    const outcome = await line.read(reading(1, 0, 1), new Uint16Array(1), never)
    expect(outcome).toMatchObject({ state: 'line-down', error: { code: 'LINE_CLOSED' } })
    await once(sockets[0]!, 'close')
  })

  test('a connection attempt can be aborted', async () => {
    const { line, sockets } = await serve('modbus-tcp', answering(mbapFrame, 6))
    const stop = new AbortController()
    const first = line.read(reading(1, 0, 1), new Uint16Array(1), stop.signal)
    stop.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    expect(await line.read(reading(1, 0, 1), new Uint16Array(1), never)).toEqual({ state: 'answered' })
    expect(sockets.length).toBeGreaterThan(0)
  })

  test('a missing serial device is a line that is down', async () => {
    const settings = { protocol: 'modbus-rtu', device: '/dev/fanal-has-no-such-device', serial } as const
    const line = openLine('test', settings, { clock: fakeClock(), random: () => 0.5 })
    ends.push(() => line[Symbol.asyncDispose]())
    const outcome = await line.read(reading(1, 0, 1), new Uint16Array(1), never)
    expect(outcome).toMatchObject({ state: 'line-down', error: { code: 'LINE_DEVICE_MISSING' } })
  })
})
