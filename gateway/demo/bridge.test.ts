import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBridge, rtuToTcp, tcpToRtu } from './bridge.ts'
import { listen, nextFree } from './ports.ts'

/** From Eastron's SDM630 and ABB's B23 maps, with the CRC as a reference calculation gives it. */
const readPower = Buffer.from('010400340002' + '3005', 'hex')
const writeTwo = Buffer.from('0110000000020400000000' + 'f3af', 'hex')

/** What comes out of `stream` when `chunks` go in. */
async function through(stream: ReturnType<typeof rtuToTcp>, chunks: Iterable<Buffer>): Promise<Buffer> {
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  return Buffer.concat(await stream.toArray())
}

const tcp = (transaction: number, rtu: Buffer) =>
  Buffer.concat([Buffer.from([transaction >> 8, transaction & 0xff, 0, 0, 0, rtu.length - 2]), rtu.subarray(0, -2)])

function* cut(bytes: Buffer, sizes: number[]): Generator<Buffer> {
  let at = 0
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

describe('requests', () => {
  test('however they are cut, every frame comes out once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(readPower, writeTwo), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
        async (frames, sizes) => {
          const out = await through(rtuToTcp(), cut(Buffer.concat(frames), sizes))
          expect(out).toEqual(Buffer.concat(frames.map((frame, index) => tcp(index, frame))))
        },
      ),
    )
  })

  test('byte by byte', async () => {
    expect(await through(rtuToTcp(), cut(readPower, [1]))).toEqual(tcp(0, readPower))
  })

  test('a frame whose CRC is wrong vanishes, and the next one is found', async () => {
    for (let at = 0; at < readPower.length; at++) {
      const damaged = Buffer.from(readPower)
      damaged[at]! ^= 0x10
      expect(await through(rtuToTcp(), [damaged])).toEqual(Buffer.alloc(0))
      expect(await through(rtuToTcp(), cut(Buffer.concat([damaged, readPower]), [3]))).toEqual(tcp(0, readPower))
    }
  })

  test('noise does not pile up, and does not hide a frame', async () => {
    const noise = Buffer.alloc(50_000, 0x10)
    expect(await through(rtuToTcp(), [...cut(noise, [10]), readPower])).toEqual(tcp(0, readPower))
  })
})

test('answers get their CRC, however they are cut', async () => {
  const answer = Buffer.from('00070000000701040442c80000', 'hex')
  const both = Buffer.concat([answer, answer])
  const rtu = Buffer.from('01040442c80000' + '6e02', 'hex')
  expect(await through(tcpToRtu(), cut(both, [1]))).toEqual(Buffer.concat([rtu, rtu]))
  expect(await through(tcpToRtu(), [both])).toEqual(Buffer.concat([rtu, rtu]))
})

test('when one side goes, the other is let go', async () => {
  const onServer: Promise<unknown>[] = []
  await using server = await nextFree(0, (port) =>
    listen(port, (socket) => {
      onServer.push(once(socket.resume(), 'close'))
      if (onServer.length === 2) socket.destroy()
    }),
  )
  await using bridge = await nextFree(0, (port) => openBridge(port, server.port))

  const leaving = connect(bridge.port, '127.0.0.1')
  await once(leaving, 'connect')
  leaving.write(readPower)
  leaving.end()
  await once(leaving.resume(), 'close')
  await onServer[0]

  const left = connect(bridge.port, '127.0.0.1')
  await once(left.resume(), 'close')
})
