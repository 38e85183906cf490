/** A link between a gateway and its broker, on loopback: slow, far, lossy, or dead without a word. Real time: it is a wire. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface LinkOptions {
  /** of the broker, on 127.0.0.1; where there is none, whoever comes is hung up on */
  readonly to: number
  /** each way; absent: as fast as can be */
  readonly bitsPerS?: number
  /** each way */
  readonly delayMs?: number
  /**
   * Of the segments one must be sent again, which takes so long: TCP never loses bytes, it is late with them. `random` is of
   * the caller's seed.
   */
  readonly loss?: { readonly share: number; readonly againMs: number; readonly random: () => number }
}

export interface Link extends AsyncDisposable {
  readonly port: number
  /** connections that were opened so far */
  readonly connections: number
  /** From now on nothing passes, and nobody is told: half-open, as behind a NAT that forgot. */
  die(): void
  /** New connections pass again; those that are dead stay so. */
  revive(): void
  /** New connections lead to this port; those that stand stay where they are. */
  leadTo(port: number): void
  /** Hangs up on all that stand. */
  cut(): void
}

const segmentBytes = 1_400

export async function openLink(options: LinkOptions): Promise<Link> {
  const sockets = new Set<Socket>()
  let dead = new WeakSet<Socket>()
  let isDead = false
  let connections = 0
  let { to } = options
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    connections++
    const far = connect(to, '127.0.0.1')
    for (const socket of [near, far]) keep(socket)
    const passes = (socket: Socket) => !isDead && !dead.has(socket)
    void carry(near, far, options, () => passes(near))
    void carry(far, near, options, () => passes(near))
    near.on('close', () => passes(near) && far.destroy())
    far.on('close', () => passes(near) && near.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    die: () => {
      isDead = true
      for (const socket of sockets) dead.add(socket)
    },
    revive: () => {
      isDead = false
    },
    leadTo: (port) => {
      to = port
    },
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    [Symbol.asyncDispose]: async () => {
      dead = new WeakSet()
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** One way, a segment after the other; what does not pass is swallowed. */
async function carry(from: Socket, to: Socket, options: LinkOptions, passes: () => boolean): Promise<void> {
  const { bitsPerS = Infinity, delayMs = 0, loss } = options
  try {
    for await (const chunk of from as AsyncIterable<Buffer>)
      for (let at = 0; at < chunk.length; at += segmentBytes) {
        const segment = chunk.subarray(at, at + segmentBytes)
        const againMs = loss !== undefined && loss.random() < loss.share ? loss.againMs : 0
        const takesMs = (segment.length * 8_000) / bitsPerS + againMs
        if (takesMs > 0) await new Promise((done) => setTimeout(done, takesMs))
        if (!passes()) continue
        if (delayMs === 0) to.write(segment)
        else setTimeout(() => passes() && to.write(segment), delayMs)
      }
  } catch {
    // A socket that was destroyed carries nothing any more.
  }
}
