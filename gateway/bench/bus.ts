/** The bus of `edge-to-wire.ts`, in a thread of its own: a Modbus TCP server that is as slow as a serial line. */
import { createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { dice } from '../../drivers/testing/dice.ts'

export interface BusSettings {
  readonly edges: number
  readonly seed: number
  readonly baud: number
  readonly turnAroundMs: number
  /** coils of unit 1 */
  readonly contact: number
  readonly relay: number
}

export interface BusReport {
  readonly aboveBusMs: number[]
  readonly wallMs: number[]
  readonly transactions: number
  readonly busyShare: number
}

const { edges, seed, baud, turnAroundMs, contact, relay } = workerData as BusSettings
const charMs = 10_000 / baud
const random = dice(seed)
const now = () => systemClock.monotonicMs()

const coils = new Uint8Array(16)
const aboveBusMs: number[] = []
const wallMs: number[] = []
let transactions = 0
/** all the time that the bus was busy up to the last transaction's end, and the one that is on it now */
let busyMs = 0
let current: { from: number; until: number } | undefined
/** the edge that waits for its write */
let edge: { atMs: number; busyBefore: number } | undefined
const beganMs = now()

function busyUpTo(moment: number): number {
  return busyMs + (current === undefined ? 0 : Math.max(0, Math.min(moment, current.until) - current.from))
}

function nextEdge(): void {
  setTimeout(
    () => {
      coils[contact] = 1 - (coils[contact] ?? 0)
      const atMs = now()
      edge = { atMs, busyBefore: busyUpTo(atMs) }
    },
    20 + random() * 60,
  )
}

/** The first byte of the write is here. */
function written(value: number, atMs: number): void {
  coils[relay] = value
  if (edge === undefined || value !== coils[contact]) return
  const tookMs = atMs - edge.atMs
  wallMs.push(tookMs)
  aboveBusMs.push(tookMs - (busyUpTo(atMs) - edge.busyBefore))
  edge = undefined
  if (wallMs.length < edges) nextEdge()
  else parentPort?.postMessage({ aboveBusMs, wallMs, transactions, busyShare: busyUpTo(atMs) / (atMs - beganMs) })
}

function answer(request: Buffer): Buffer {
  const [unit = 0, fn = 0] = request.subarray(6, 8)
  const address = request.readUInt16BE(8)
  const count = request.readUInt16BE(10)
  const pdu =
    fn === 5
      ? request.subarray(8, 12)
      : fn === 1
        ? Buffer.of(
            1,
            Array.from({ length: count }, (_, bit) => (coils[address + bit] ?? 0) << bit).reduce((a, b) => a | b, 0),
          )
        : Buffer.concat([Buffer.of(2 * count), Buffer.alloc(2 * count, 0x11)])
  const header = Buffer.from(request.subarray(0, 6))
  header.writeUInt16BE(2 + pdu.length, 4)
  return Buffer.concat([header, Buffer.of(unit, fn), pdu])
}

const server = createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('data', (request: Buffer) => {
    const atMs = now()
    const isWrite = request[7] === 5
    if (isWrite) written(request.readUInt16BE(10) === 0xff00 ? 1 : 0, atMs)
    const reply = answer(request)
    transactions++
    // On a serial line both frames are two bytes (the CRC) longer and six (the header) shorter.
    const lastsMs = (request.length - 4 + reply.length - 4) * charMs + turnAroundMs
    current = { from: atMs, until: atMs + lastsMs }
    setTimeout(() => {
      const endMs = now()
      busyMs += endMs - atMs
      current = undefined
      socket.write(reply)
    }, lastsMs)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  parentPort?.postMessage(typeof address === 'object' ? address?.port : undefined)
  nextEdge()
})
