/** Ports of this machine: the one that is wanted, or the next that is free. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** Everything of the street listens here only: it is a stage, not a service for others. */
export const loopback = '127.0.0.1'

const mostTries = 20
const mostConnections = 64

/** Something that listens until it is disposed of, and then leaves no connection behind. */
export interface Listening extends AsyncDisposable {
  readonly port: number
}

/** Listens on `port` and gives every connection to `accept`; rejects when the port is taken. */
export async function listen(port: number, accept: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    accept(socket)
  })
  server.maxConnections = mostConnections
  server.listen(port, loopback)
  await once(server, 'listening')
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/**
 * What `open` makes of `port`, or of the next port that nobody listens on; 0 takes any free one.
 * Rejects as `open` does, when that is not because the port is taken, and when the next twenty are.
 */
export async function nextFree<T>(port: number, open: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const candidate = port === 0 ? await anyFreePort() : port + tries - 1
    try {
      return await open(candidate)
    } catch (error) {
      if (!isTaken(error)) throw error
      if (tries === mostTries)
        throw new Error(`Ports ${port} to ${candidate} of ${loopback} are taken: end what listens there.`, {
          cause: error,
        })
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

/** Free a moment ago; another program may be quicker. */
async function anyFreePort(): Promise<number> {
  const probe = createServer().listen(0, loopback)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a port.')
  return address.port
}
