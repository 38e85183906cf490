/** A broker of one client that notes every packet as it came over the wire, and answers as little as it must. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export type Packet =
  | {
      readonly type: 'connect'
      readonly level: number
      readonly clean: boolean
      /** of the properties (MQTT 5), as they stand */
      readonly properties: string
      readonly clientId: string
      readonly will?: {
        readonly topic: string
        readonly payload: Buffer
        readonly qos: number
        readonly retain: boolean
      }
    }
  | { readonly type: 'subscribe'; readonly filters: readonly { readonly filter: string; readonly qos: number }[] }
  | {
      readonly type: 'publish'
      readonly topic: string
      readonly payload: Buffer
      readonly qos: number
      readonly retain: boolean
    }
  | { readonly type: 'disconnect'; readonly reason: number }

export class WireBroker implements AsyncDisposable {
  readonly packets: Packet[] = []
  readonly #server: Server
  readonly #level: 4 | 5
  readonly #sockets = new Set<Socket>()

  private constructor(level: 4 | 5) {
    this.#level = level
    this.#server = createServer((socket) => this.#serve(socket))
  }

  /** `level`: 5, or 4 (MQTT 3.1.1), which sends others away. */
  static async start(level: 4 | 5): Promise<WireBroker> {
    const broker = new WireBroker(level)
    broker.#server.listen(0, '127.0.0.1')
    await once(broker.#server, 'listening')
    return broker
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  of<T extends Packet['type']>(type: T): Extract<Packet, { type: T }>[] {
    return this.packets.filter((packet): packet is Extract<Packet, { type: T }> => packet.type === type)
  }

  /** QoS 0, to whoever is there. */
  publish(topic: string, payload: Uint8Array): void {
    const name = Buffer.from(topic)
    const body = Buffer.concat([
      Buffer.from([name.length >> 8, name.length & 0xff]),
      name,
      ...(this.#level === 5 ? [Buffer.from([0])] : []),
      payload,
    ])
    const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
    for (const socket of this.#sockets) socket.write(Buffer.concat([Buffer.from([0x30, ...length]), body]))
  }

  /** Reads no more, as a frozen broker does. */
  pause(): void {
    for (const socket of this.#sockets) socket.pause()
  }

  resume(): void {
    for (const socket of this.#sockets) socket.resume()
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket))
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      for (let packet; (packet = firstPacket(bytes)) !== undefined;) {
        bytes = bytes.subarray(packet.end)
        this.#take(socket, packet.head, new Body(packet.body))
      }
    })
  }

  #take(socket: Socket, head: number, body: Body): void {
    const v5 = this.#level === 5
    switch (head >> 4) {
      case 1: {
        const connect = readConnect(body)
        if (connect.level !== this.#level) return void socket.end(Buffer.from([0x20, 2, 0, 1]))
        this.packets.push(connect)
        return void socket.write(Buffer.from(v5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]))
      }
      case 3: {
        const topic = body.string()
        const qos = (head >> 1) & 3
        if (qos > 0) body.take(2)
        if (v5) body.properties()
        this.packets.push({ type: 'publish', topic, payload: body.rest(), qos, retain: (head & 1) === 1 })
        return
      }
      case 8: {
        const id = body.take(2)
        if (v5) body.properties()
        const filters: { filter: string; qos: number }[] = []
        while (body.left > 0) filters.push({ filter: body.string(), qos: body.byte() & 3 })
        this.packets.push({ type: 'subscribe', filters })
        const granted = filters.map(({ qos }) => qos)
        return void socket.write(
          Buffer.from([0x90, 2 + (v5 ? 1 : 0) + granted.length, ...id, ...(v5 ? [0] : []), ...granted]),
        )
      }
      case 14:
        this.packets.push({ type: 'disconnect', reason: body.left > 0 ? body.byte() : 0 })
        return
      default:
    }
  }
}

function readConnect(body: Body): Extract<Packet, { type: 'connect' }> {
  body.string() // MQTT
  const level = body.byte()
  const flags = body.byte()
  body.take(2)
  const properties = level === 5 ? body.properties() : ''
  const clientId = body.string()
  if (level === 5 && flags & 4) body.properties()
  const will = flags & 4 ? { topic: body.string(), payload: body.data() } : undefined
  return {
    ...{ type: 'connect', level, clean: (flags & 2) === 2, properties, clientId },
    ...(will === undefined ? {} : { will: { ...will, qos: (flags >> 3) & 3, retain: (flags & 32) === 32 } }),
  }
}

function firstPacket(bytes: Buffer): { head: number; body: Buffer; end: number } | undefined {
  let length = 0
  for (let at = 1; at < Math.min(5, bytes.length); at++) {
    const byte = bytes.readUInt8(at)
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte >= 0x80) continue
    const end = at + 1 + length
    return end > bytes.length ? undefined : { head: bytes.readUInt8(0), body: bytes.subarray(at + 1, end), end }
  }
  return undefined
}

/** What stands in a packet, one after the other. */
class Body {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  take(length: number): Buffer {
    return this.#bytes.subarray(this.#at, (this.#at += length))
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++)
  }

  data(): Buffer {
    return this.take(this.take(2).readUInt16BE())
  }

  string(): string {
    return this.data().toString()
  }

  /** Less than 128 bytes of them. */
  properties(): string {
    return this.take(this.byte()).toString('hex')
  }

  rest(): Buffer {
    return this.take(this.left)
  }
}
