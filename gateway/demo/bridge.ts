/**
 * RTU over TCP in front of a Modbus TCP server: takes the frame out of one envelope and puts it into the other.
 * Modbus RTU: unit, PDU, CRC. Modbus TCP: MBAP (transaction, protocol 0, length, unit), PDU.
 */
import { connect } from 'node:net'
import { pipeline, Transform, type TransformCallback } from 'node:stream'
import { listen, loopback, type Listening } from './ports.ts'

const mbapLength = 6
/** MODBUS over Serial Line 1.02, 2.3: unit, 253 bytes of PDU, CRC. */
const longestFrame = 256
const shortestFrame = 8

/** Listens on `port` and asks the Modbus TCP server on `serverPort`, by a connection of its own for each client. */
export function openBridge(port: number, serverPort: number): Promise<Listening> {
  return listen(port, (client) => {
    const server = connect(serverPort, loopback)
    // However one of the two ends, the pipeline ends the other: there is nothing more to do about it.
    pipeline(client, rtuToTcp(), server, tcpToRtu(), client, () => undefined)
  })
}

/** Requests: RTU bytes in, however they were cut, Modbus TCP frames out. What is no frame vanishes, as on a serial line. */
export function rtuToTcp(): Transform {
  let kept: Buffer = Buffer.alloc(0)
  let transaction = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      const { frames, rest } = split(Buffer.concat([kept, chunk]))
      for (const frame of frames) {
        const mbap = Buffer.alloc(mbapLength)
        mbap.writeUInt16BE(transaction, 0)
        mbap.writeUInt16BE(frame.length, 4)
        transaction = (transaction + 1) & 0xffff
        this.push(Buffer.concat([mbap, frame]))
      }
      kept = rest
      done()
    },
  })
}

/** Answers: Modbus TCP frames in, RTU frames out, in the order in which they come. */
export function tcpToRtu(): Transform {
  let kept: Buffer = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      kept = Buffer.concat([kept, chunk])
      while (kept.length > mbapLength) {
        const end = mbapLength + kept.readUInt16BE(4)
        if (kept.length < end) break
        const frame = kept.subarray(mbapLength, end)
        const crc = Buffer.alloc(2)
        crc.writeUInt16LE(crc16(frame))
        this.push(Buffer.concat([frame, crc]))
        kept = kept.subarray(end)
      }
      done()
    },
  })
}

/**
 * The requests in `bytes`, without their CRC, and what may still become one. A serial line tells frames apart by silence;
 * TCP keeps none, so a frame is what the function code says is long enough and the CRC says is whole.
 */
function split(bytes: Buffer): { frames: Buffer[]; rest: Buffer } {
  const frames: Buffer[] = []
  let done = 0
  for (let start = 0; start + shortestFrame <= bytes.length;) {
    const end = start + requestLength(bytes, start)
    if (end <= bytes.length && crc16(bytes.subarray(start, end - 2)) === bytes.readUInt16LE(end - 2)) {
      frames.push(bytes.subarray(start, end - 2))
      done = start = end
    } else start++
  }
  return { frames, rest: bytes.subarray(Math.max(done, bytes.length - longestFrame)) }
}

/** With unit and CRC (MODBUS Application Protocol 1.1b3, 6). Functions that no meter serves count as the shortest. */
function requestLength(bytes: Buffer, start: number): number {
  const writesMany = bytes[start + 1] === 15 || bytes[start + 1] === 16
  return writesMany ? 9 + (bytes[start + 6] ?? 0) : shortestFrame
}

/**
 * CRC-16 of Modbus RTU (MODBUS over Serial Line 1.02, 6.2.2), bit by bit and apart from the drivers': the street must not
 * share a mistake with the gateway that reads it.
 */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}
