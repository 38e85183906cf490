/** The console's listening server: HTTP, or HTTPS with its certificate; bounded in what one peer, or all, can hold open. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Identity } from './certificate.ts'

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 8_192,
} as const
const handshakeMs = 10_000
/** Whoever is still and is not watching; those who watch are spoken to more often. */
const idleMs = 60_000
const mostConnections = 96
/** Two people's browsers behind one address, each with a stream. */
const mostOfOnePeer = 24

/** `headers` go with every answer, also with those that are given before a route is found. */
export function createBounded(
  answer: RequestListener,
  { identity, headers }: { identity: Identity | undefined; headers: Readonly<Record<string, string>> },
): Server {
  const listener: RequestListener = (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    answer(request, response)
  }
  const server =
    identity === undefined
      ? createServer(limits, listener)
      : createTlsServer(
          {
            ...limits,
            cert: identity.certificate,
            key: identity.key,
            minVersion: 'TLSv1.2',
            handshakeTimeout: handshakeMs,
            ALPNProtocols: ['http/1.1'],
          },
          listener,
        )
  server.maxConnections = mostConnections
  server.setTimeout(idleMs)
  const connected = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress ?? ''
    const own = (connected.get(peer) ?? 0) + 1
    connected.set(peer, own)
    socket.on('close', () => {
      const left = (connected.get(peer) ?? 1) - 1
      if (left === 0) connected.delete(peer)
      else connected.set(peer, left)
    })
    if (own > mostOfOnePeer) socket.destroy()
  })
  return server
}
