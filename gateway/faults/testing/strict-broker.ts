/** As much of an MQTT 5 broker as a gateway needs, byte by byte, that counts every breach of what it granted (MQTT 5, chapter 3). */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

export interface StrictBrokerOptions {
  /** so many messages may be unanswered */
  readonly receiveMaximum: number
  /** whether it takes this one now; false: its quota is used up (0x97) */
  readonly takes: (topic: string) => boolean
  /** how long it thinks about each */
  readonly answerMs: number
  /** with TLS: its certificate and key, in PEM form; it wants a client certificate, and takes any */
  readonly tls?: Pick<TlsOptions, 'cert' | 'key' | 'maxVersion'>
}

export interface StrictBroker extends AsyncDisposable {
  readonly port: number
  /** numbers of the records that it has taken, in their order */
  readonly taken: readonly number[]
  readonly refused: number
  /** messages that came while as many as it had granted were unanswered: others hang up */
  readonly breaches: number
  /** what it was told, after the handshake where there is one */
  readonly bytes: number
  /** who came, before any handshake */
  readonly callers: number
}

export async function strictBroker(options: StrictBrokerOptions): Promise<StrictBroker> {
  const { receiveMaximum, takes, answerMs, tls } = options
  const taken: number[] = []
  const counts = { refused: 0, breaches: 0, bytes: 0, callers: 0 }
  const sockets = new Set<Socket>()
  const serve = (socket: Socket) => {
    let unanswered = 0
    const published = (head: number, body: Buffer) => {
      const topicEnd = 2 + body.readUInt16BE(0)
      const topic = body.toString('utf8', 2, topicEnd)
      const id = [body.readUInt8(topicEnd), body.readUInt8(topicEnd + 1)]
      if ((head & 0x06) === 0) return
      if (++unanswered > receiveMaximum) counts.breaches++
      setTimeout(() => {
        unanswered--
        const takesIt = takes(topic)
        const seq = /"seq":(\d+)/.exec(body.toString('latin1', topicEnd))?.[1]
        if (takesIt && seq !== undefined) taken.push(Number(seq))
        if (!takesIt) counts.refused++
        socket.write(takesIt ? Buffer.from([0x40, 2, ...id]) : Buffer.from([0x40, 4, ...id, 0x97, 0]))
      }, answerMs)
    }
    const packet = (head: number, body: Buffer) => {
      const kind = head >> 4
      if (kind === 1) socket.write(Buffer.from([0x20, 6, 0, 0, 3, 0x21, receiveMaximum >> 8, receiveMaximum & 0xff]))
      else if (kind === 3) published(head, body)
      else if (kind === 8) socket.write(Buffer.from([0x90, 4, body.readUInt8(0), body.readUInt8(1), 0, 1]))
      else if (kind === 12) socket.write(Buffer.from([0xd0, 0]))
    }
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      counts.bytes += chunk.length
      rest = Buffer.concat([rest, chunk])
      for (let next = firstPacket(rest); next !== undefined; next = firstPacket(rest)) {
        packet(rest.readUInt8(0), rest.subarray(next.from, next.to))
        rest = rest.subarray(next.to)
      }
    })
  }
  const accept = (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined))
    serve(socket)
  }
  const server =
    tls === undefined
      ? createServer(accept)
      : createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, accept)
  server.on('connection', () => counts.callers++).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    get refused() {
      return counts.refused
    },
    get breaches() {
      return counts.breaches
    },
    get bytes() {
      return counts.bytes
    },
    get callers() {
      return counts.callers
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Where the body of the first whole packet lies; its length is written seven bits a byte (MQTT 5, 1.5.5). */
function firstPacket(bytes: Buffer): { readonly from: number; readonly to: number } | undefined {
  let length = 0
  for (let at = 1, shift = 0; at < Math.min(bytes.length, 5); at++, shift += 7) {
    const digit = bytes.readUInt8(at)
    length |= (digit & 0x7f) << shift
    if (digit < 0x80) return at + 1 + length <= bytes.length ? { from: at + 1, to: at + 1 + length } : undefined
  }
  return undefined
}
