/** The running gateway's own door: HTTP on a Unix socket, trusted by the file's mode. */
import { chmodSync, rmSync } from 'node:fs'
import fastify from 'fastify'
import type { KnownPoint, Status, VerdictTold, WhyTold } from './answers.ts'
import { localCommand, localQuestion, localRelease, type LocalCommand, type LocalRelease } from './orders.ts'

/** What the server tells of; each call is answered with the state of that moment. */
export interface Told {
  status(): Promise<Status>
  points(): KnownPoint[]
  /** calls back with every reading from now on, until the signal aborts */
  watch(told: (points: KnownPoint[]) => void, signal: AbortSignal): void
  command(order: LocalCommand): Promise<VerdictTold>
  release(order: LocalRelease): Promise<VerdictTold>
  /** undefined: there is no such setpoint */
  why(setpoint: string, at: Temporal.Instant | undefined): WhyTold | undefined
}

const largestOrderBytes = 4_096

/** A watcher that does not read (a stopped terminal) misses readings from here on, until it has caught up. */
const mostUnreadBytes = 1_000_000

/** Serves until disposed of. Whoever calls has made sure that nobody answers there (`isTaken`): what is left is a dead file. */
export async function serve(socket: string, told: Told): Promise<AsyncDisposable> {
  rmSync(socket, { force: true })

  const server = fastify({ forceCloseConnections: true, bodyLimit: largestOrderBytes })
  server.get('/status', () => told.status())
  server.get('/points', () => told.points())
  server.post('/command', (request, reply) => {
    const order = localCommand.safeParse(request.body)
    return order.success ? told.command(order.data) : reply.code(400).send({ error: order.error.message })
  })
  server.post('/release', (request, reply) => {
    const order = localRelease.safeParse(request.body)
    return order.success ? told.release(order.data) : reply.code(400).send({ error: order.error.message })
  })
  server.get('/why', (request, reply) => {
    const question = localQuestion.safeParse(request.query)
    if (!question.success) return reply.code(400).send({ error: question.error.message })
    const { setpoint, at } = question.data
    return told.why(setpoint, at) ?? reply.code(404).send({ error: setpoint })
  })
  server.get('/watch', (request, reply) => {
    reply.hijack()
    const gone = new AbortController()
    request.raw.on('close', () => gone.abort())
    reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' })
    const send = (points: KnownPoint[]) => {
      if (reply.raw.writableLength > mostUnreadBytes) return
      for (const point of points) reply.raw.write(`${JSON.stringify(point)}\n`)
    }
    send(told.points())
    told.watch(send, gone.signal)
  })
  await server.listen({ path: socket })
  chmodSync(socket, 0o660)
  return {
    [Symbol.asyncDispose]: async () => {
      await server.close()
      rmSync(socket, { force: true })
    },
  }
}
