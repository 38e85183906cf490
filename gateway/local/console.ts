/**
 * The door for people: the console's pages and what they ask for, on a TCP port, with accounts. On loopback plain HTTP,
 * anywhere else HTTPS always.
 */
import { hostname, networkInterfaces } from 'node:os'
import type { Socket } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock } from '../../drivers/clock.ts'
import type { Access, DoorLog, Known } from './access.ts'
import { assetAt, readAssets, unbuilt, type Asset } from './assets.ts'
import { ownIdentity, readIdentity, type Identity } from './certificate.ts'
import { makeCode } from './codes.ts'
import { ConsoleFault } from './console-fault.ts'
import { cookieName, cookieValues } from './cookies.ts'
import { largestBodyBytes, mount } from './door.ts'
import { guard, guardHeaders, isHere } from './guards.ts'
import { Live } from './live.ts'
import type { Secrets } from './passwords.ts'
import { publicRoutes } from './public-routes.ts'
import { Refused } from './refused.ts'
import { admit, routesOf, type By, type Route } from './routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { createBounded } from './tcp.ts'
import type { Told } from './told.ts'

export interface ConsoleOptions {
  readonly listen: {
    readonly host: string
    readonly port: number
    /** to one of the next ports, where this one is taken */
    readonly mayMove: boolean
  }
  /** files; without them, the gateway's own certificate wherever there must be one */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** the gateway's own */
  readonly folder: string
  /** where the built pages are */
  readonly assets: string
  /** the gateway's, for people */
  readonly title: string
  readonly told: Told
  readonly access: Access
  readonly clock: Clock
  readonly secrets: Secrets
  readonly log: DoorLog
  /** shows the street to whoever started it: an account of its own, and a link that lets in */
  readonly demo?: boolean
}

export interface Console extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** of the gateway's own certificate, which nobody else vouches for: SHA-256 */
  readonly fingerprint?: string
  /** where the first account is made. For whoever started the gateway: not for the log */
  readonly setup?: string
  /** Not for the log either. `password`: at the first start only */
  readonly demo?: { readonly name: string; readonly password?: string; readonly link: string }
}

const demoName = 'demo'
const mostMoves = 20

/** Throws a ConsoleFault where this cannot be; another try, later, may go better. */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const { listen, access, log } = options
  const host = listen.host === 'localhost' ? '127.0.0.1' : listen.host
  const plain = options.tls === undefined && isLoopback(host)
  const identity = plain ? undefined : await identityFor(options, host)
  const assets = readPages(options.assets, log)
  const live = new Live(options)
  const parts = { ...options, identity, assets, live }

  await using opening = new AsyncDisposableStack()
  opening.use(live)
  const { server, port } = await listening(() => build(parts), { ...listen, host })
  opening.defer(() => server.close())
  const url = `${plain ? 'http' : 'https'}://${urlHost(host)}:${port}`
  const demo = options.demo === true ? await openDemo(options, url) : undefined
  const code = access.setupCode()
  const opened = opening.move()
  return {
    url,
    port,
    ...(identity === undefined || options.tls !== undefined ? {} : { fingerprint: identity.fingerprint }),
    ...(code === undefined ? {} : { setup: `${url}/#setup=${code}` }),
    ...(demo === undefined ? {} : { demo }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

interface Parts extends Omit<ConsoleOptions, 'assets'> {
  readonly identity: Identity | undefined
  readonly assets: ReadonlyMap<string, Asset> | undefined
  readonly live: Live
}

/** Every route of this door, for the server and for the test that holds them against the table of who may what. */
export function consoleRoutes(parts: Parts): Route[] {
  const { told, access, live, title, identity, assets } = parts
  const cookie = cookieName(access.id, { secure: identity !== undefined })
  return [
    ...routesOf(told, access, live),
    ...publicRoutes(told),
    ...sessionRoutes({ access, title, cookie }),
    {
      method: 'GET',
      path: '/*',
      rule: 'anyone',
      answer: (_, reply) => {
        const [path = ''] = (reply.request.raw.url ?? '').split('?', 1)
        const asset = assets === undefined ? (path === '/' ? unbuilt : undefined) : assetAt(assets, path)
        if (asset === undefined) throw new Refused('NOT_FOUND')
        return show(asset, reply)
      },
    },
  ]
}

function build(parts: Parts): FastifyInstance {
  const { access, told, identity, log } = parts
  const plain = identity === undefined
  const headers = guardHeaders({ hsts: parts.tls !== undefined })
  const cookie = cookieName(access.id, { secure: !plain })
  const server = fastify({
    serverFactory: (listener) => createBounded(listener, { identity, headers }),
    forceCloseConnections: true,
    bodyLimit: largestBodyBytes,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    // What is no HTTP is answered by hand: nothing of ours has seen it yet.
    clientErrorHandler: (error, socket) => hangUp(error, socket, headers),
  })
  // Before anything else, and also for what has no route.
  server.addHook('onRequest', (request, _reply, done) => {
    try {
      const { method = '', url = '', rawHeaders } = request.raw
      guard({ method, url, headers: request.headers, rawHeaders }, { plain })
      done()
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
  mount(server, {
    routes: consoleRoutes(parts),
    admit: (request, _reply, route) => {
      const by = whoAsks(request, access, cookie)
      if (route.rule === 'here' && !isHere(request.raw.socket.remoteAddress, request.headers))
        throw new Refused('NOT_FOUND')
      admit(route.rule, by, () => told.presence.held()?.who)
      return by
    },
    log,
  })
  return server
}

function whoAsks(request: FastifyRequest, access: Access, cookie: string): By {
  const peer = request.raw.socket.remoteAddress ?? ''
  const known = cookieValues(request.headers.cookie, cookie)
    .map((token) => access.known(token))
    .find((one): one is Known => one !== undefined)
  return { door: 'console', peer, ...(known === undefined ? {} : { known }) }
}

function show(asset: Asset, reply: FastifyReply): FastifyReply {
  const { headers } = reply.request
  void reply
    .header('etag', asset.etag)
    .header('cache-control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('vary', 'accept-encoding')
  if (headers['if-none-match']?.split(/, */).includes(asset.etag) === true) return reply.code(304).send()
  void reply.type(asset.type)
  if (asset.gzipped === undefined || !/\bgzip\b(?! *; *q=0(?:\.0*)?(?:,|$| ))/.test(headers['accept-encoding'] ?? ''))
    return reply.send(asset.bytes)
  return reply.header('content-encoding', 'gzip').send(asset.gzipped)
}

/** A server that has failed to listen does so no more: each port gets its own. */
async function listening(
  make: () => FastifyInstance,
  { host, port, mayMove }: ConsoleOptions['listen'],
): Promise<{ server: FastifyInstance; port: number }> {
  const last = mayMove && port > 0 ? Math.min(65_535, port + mostMoves) : port
  for (let at = port; ; at++) {
    const server = make()
    try {
      const heard = new URL(await server.listen({ host, port: at }))
      return { server, port: Number(heard.port) }
    } catch (error) {
      await server.close()
      if (codeOf(error) === 'EADDRINUSE' && at < last) continue
      throw faultOf(error, host, port)
    }
  }
}

function faultOf(error: unknown, host: string, port: number): ConsoleFault {
  const code = codeOf(error)
  const words = { where: `${urlHost(host)}:${port}`, detail: code }
  if (code === 'EADDRINUSE') return new ConsoleFault('CONSOLE_PORT_TAKEN', words, error)
  if (code === 'EACCES') return new ConsoleFault('CONSOLE_PORT_NOT_ALLOWED', words, error)
  return new ConsoleFault('CONSOLE_ADDRESS', words, error)
}

async function identityFor(options: ConsoleOptions, host: string): Promise<Identity> {
  const { tls, folder, title, clock, secrets } = options
  if (tls === undefined)
    return ownIdentity({ folder, name: title, alternatives: namesOf(host), now: clock.now(), secrets })
  try {
    return await readIdentity(tls)
  } catch (error) {
    throw new ConsoleFault(
      'CONSOLE_CERTIFICATE',
      { where: `${tls.certificate}, ${tls.key}`, detail: codeOf(error) },
      error,
    )
  }
}

/** Missing pages are no reason to have no console: what it answers besides still works. */
function readPages(folder: string, log: DoorLog): ReadonlyMap<string, Asset> | undefined {
  try {
    return readAssets(folder)
  } catch (error) {
    log.error({ err: error }, 'the console’s pages cannot be read')
    return undefined
  }
}

async function openDemo({ access, secrets }: ConsoleOptions, url: string): Promise<Console['demo']> {
  const isFirst = access.accounts.length === 0
  const password = isFirst ? makeCode(secrets) : undefined
  if (password !== undefined) await access.setAccount({ name: demoName, role: 'administrator', password }, 'the demo')
  const token = access.loginLink(demoName)
  if (token === undefined) return undefined
  return { name: demoName, ...(password === undefined ? {} : { password }), link: `${url}/#login=${token}` }
}

function hangUp(error: NodeJS.ErrnoException, socket: Socket, headers: Readonly<Record<string, string>>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, reason] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request']
  const body = JSON.stringify(new Refused('MALFORMED').told)
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${body.length}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === '::1'
}

/** By which names this machine is reached, for its certificate. */
function namesOf(host: string): string[] {
  return [
    ...new Set([hostname(), `${hostname()}.local`, 'localhost', ...addresses(), ...(isWildcard(host) ? [] : [host])]),
  ]
}

function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).flatMap(({ address, scopeid }) => (scopeid === undefined || scopeid === 0 ? [address] : [])),
  )
}

/** What a person types who wants to come here. */
function urlHost(host: string): string {
  const shown = isWildcard(host) ? (outward() ?? hostname()) : host
  return shown.includes(':') ? `[${shown}]` : shown
}

function outward(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.message : ''
}
