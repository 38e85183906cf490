/** The running gateway's own door: HTTP on a Unix socket, trusted by the file's mode. */
import { chmodSync, rmSync } from 'node:fs'
import fastify from 'fastify'
import type { Clock } from '../../drivers/clock.ts'
import type { Access, DoorLog } from './access.ts'
import type { KnownPoint } from './answers.ts'
import { isTaken, SocketTaken } from './client.ts'
import { largestBodyBytes, mount } from './door.ts'
import { Live, mostUnreadBytes } from './live.ts'
import { publicRoutes } from './public-routes.ts'
import { parsed, routesOf, type Route } from './routes.ts'
import { recoveryAsked } from './recovery.ts'
import type { Told } from './told.ts'

export interface SocketParts {
  readonly told: Told
  readonly access: Access
  readonly clock: Clock
  readonly log: DoorLog
}

/** Serves until disposed of. Rejects with SocketTaken where another gateway does, and with whatever the disk says. */
export async function serve(socket: string, parts: SocketParts): Promise<AsyncDisposable> {
  if ((await isTaken(socket)) !== false) throw new SocketTaken(socket)
  rmSync(socket, { force: true }) // a dead file: it would be in the way
  const live = new Live(parts)
  const server = fastify({ forceCloseConnections: true, bodyLimit: largestBodyBytes, exposeHeadRoutes: false })
  mount(server, {
    routes: [...routesOf(parts.told, parts.access, live), ...publicRoutes(parts.told), ...socketRoutes(parts)],
    admit: () => ({ door: 'socket' }),
    log: parts.log,
  })
  await using opening = new AsyncDisposableStack()
  opening.defer(async () => {
    live[Symbol.dispose]()
    await server.close()
  })
  await server.listen({ path: socket })
  opening.defer(() => rmSync(socket, { force: true }))
  chmodSync(socket, 0o660)
  return opening.move()
}

function socketRoutes({ told, access }: SocketParts): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/accounts/password',
      rule: 'accounts',
      answer: ({ body }) => access.recover(parsed(recoveryAsked, body), 'socket'),
    },
    {
      // Each reading, not gathered: for `fanal watch`, and for tests that measure.
      method: 'GET',
      path: '/api/watch',
      rule: 'see',
      answer: (_, reply) => {
        const { raw } = reply.hijack()
        const gone = new AbortController()
        raw.on('close', () => gone.abort()).on('error', () => gone.abort())
        raw.writeHead(200, { 'content-type': 'application/x-ndjson' })
        const send = (points: KnownPoint[]) => {
          if (raw.writableLength > mostUnreadBytes) return
          for (const point of points) raw.write(`${JSON.stringify(point)}\n`)
        }
        send(told.points())
        told.watch(send, gone.signal)
      },
    },
  ]
}
