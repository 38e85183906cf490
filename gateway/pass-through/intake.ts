/** Cuts what a tool sends into requests (Modbus Messaging on TCP/IP V1.0b, 3.1.3). Any bytes: it holds less than one frame. */

/** Transaction id, protocol id (0) and length, of two bytes each; the length counts the unit and the PDU. */
const headerLength = 6
const leastCounted = 2
const mostCounted = 254

export interface Frame {
  readonly transaction: number
  readonly unit: number
  /** at least one byte; valid until more is put in */
  readonly pdu: Buffer
}

export class Intake {
  #rest: Buffer = Buffer.alloc(0)

  /** How many bytes wait for the rest of their frame. */
  get held(): number {
    return this.#rest.length
  }

  /** The frames that are whole now. `lost`: what follows them is no Modbus, and nothing after it can be cut. */
  put(chunk: Buffer): { frames: Frame[]; lost: boolean } {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Frame[] = []
    for (let at = 0; ;) {
      const left = bytes.length - at
      const counted = left < headerLength ? undefined : bytes.readUInt16BE(at + 4)
      const isOurs = left < 4 || bytes.readUInt16BE(at + 2) === 0
      if (!isOurs || (counted !== undefined && (counted < leastCounted || counted > mostCounted))) {
        this.#rest = Buffer.alloc(0)
        return { frames, lost: true }
      }
      if (counted === undefined || left < headerLength + counted) {
        this.#rest = Buffer.from(bytes.subarray(at)) // a copy, so that the chunk can go
        return { frames, lost: false }
      }
      const end = at + headerLength + counted
      frames.push({
        transaction: bytes.readUInt16BE(at),
        unit: bytes.readUInt8(at + headerLength),
        pdu: bytes.subarray(at + headerLength + 1, end),
      })
      at = end
    }
  }
}

export function framed({ transaction, unit }: Pick<Frame, 'transaction' | 'unit'>, pdu: Buffer): Buffer {
  const bytes = Buffer.alloc(headerLength + 1 + pdu.length)
  bytes.writeUInt16BE(transaction, 0)
  bytes.writeUInt16BE(1 + pdu.length, 4)
  bytes[headerLength] = unit
  pdu.copy(bytes, headerLength + 1)
  return bytes
}
