/** What both doors have in common: how a request reaches its route, and how refusals and failures are told. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DoorLog } from './access.ts'
import { Refused } from './refused.ts'
import type { By, Route } from './routes.ts'

/** An order is small. */
export const largestBodyBytes = 4_096

interface Door {
  readonly routes: readonly Route[]
  /** Who asks; throws a Refused where nobody may. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply, route: Route) => By
  readonly log: DoorLog
}

/** Puts the routes on a server that has no other ones. What is asked for is parsed by the routes, and by nothing else. */
export function mount(server: FastifyInstance, { routes, admit, log }: Door): void {
  server.setErrorHandler((error: FastifyError | Refused, _request, reply) => tell(reply, refusalOf(error, log)))
  server.setNotFoundHandler((_request, reply) => tell(reply, new Refused('NOT_FOUND')))

  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)))
    } catch {
      done(new Refused('MALFORMED'))
    }
  })

  for (const route of routes) {
    const admitted = new WeakMap<FastifyRequest, By>()
    server.route({
      method: route.method,
      url: route.path,
      // Before the body is read: who may not ask is not listened to.
      onRequest: (request, reply, done) => {
        try {
          admitted.set(request, admit(request, reply, route))
          done()
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)))
        }
      },
      handler: async (request, reply) => {
        const by = admitted.get(request)
        if (by === undefined) throw new Error(`${route.path}: nobody has let this in`)
        return await route.answer({ query: request.query, body: request.body, by }, reply)
      },
    })
  }
}

function refusalOf(error: FastifyError | Refused, log: DoorLog): Refused {
  if (error instanceof Refused) return error
  const { statusCode = 500 } = error
  if (statusCode >= 400 && statusCode < 500) return new Refused('MALFORMED', {}, statusCode)
  log.error({ err: error }, 'a question could not be answered')
  return new Refused('FAILED')
}

function tell(reply: FastifyReply, refused: Refused): FastifyReply {
  return reply.code(refused.status).type('application/json; charset=utf-8').send(refused.told)
}
