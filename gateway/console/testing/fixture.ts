/** A gateway's console doors without a gateway: the demo street's answers, a login, and a live connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Clock } from '../../../drivers/clock.ts'
import type { VerdictTold } from '../../local/answers.ts'
import { allowed, type AccountTold, type PresenceTold, type Role, type SessionTold } from '../../local/session.ts'
import * as street from './street.ts'

export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

interface Account {
  readonly role: Role
  readonly password: string
}

export interface FixtureOptions {
  /** the built console */
  readonly files: string
  readonly clock: Clock
  readonly port?: number
  readonly words?: street.Words
  readonly troubled?: boolean
  /** without any account, `setupCode` makes the first */
  readonly accounts?: Readonly<Record<string, Account>>
}

export interface Fixture extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** opens the login page and is used up by it */
  readonly loginLink: string
  /** what came in */
  readonly commands: readonly unknown[]
  readonly asked: readonly string[]
  /** says nothing more over the live connections, and keeps them */
  hush(): void
  /** ends all live connections and answers, and takes none until `start` */
  stop(): Promise<void>
  /** another process on the same port; sessions last, as they do in the gateway */
  start(): Promise<void>
}

export const people = {
  lampiste: { role: 'administrator', password: 'a lantern at night' },
  passant: { role: 'viewer', password: 'only looking here' },
} as const satisfies Record<string, Account>

export const setupCode = 'amber-otter-42'

export async function openFixture(options: FixtureOptions): Promise<Fixture> {
  const words = options.words ?? street.plainWords
  const accounts = new Map<string, Account>(Object.entries(options.accounts ?? people))
  const sessions = new Map<string, string>()
  const links = new Map([['fixture-link-token', 'lampiste']])
  const given = new Map<string, street.Command>()
  const commands: unknown[] = []
  const asked: string[] = []
  const { clock } = options
  const beganMs = clock.monotonicMs()
  const nowMs = () => street.eveningMs + (clock.monotonicMs() - beganMs)
  let pid = 4711
  let startedMs = nowMs() - 6 * 3_600_000
  let presence: PresenceTold | undefined
  let count = 0
  let isHushed = false

  const state = (): street.StreetState => ({
    words,
    pid,
    startedMs,
    commands: given,
    presence,
    troubled: options.troubled ?? false,
  })
  const whoAsks = (request: IncomingMessage) => {
    const [, token] = /session=([^;]+)/.exec(request.headers.cookie ?? '') ?? []
    const name = token === undefined ? undefined : sessions.get(token)
    const account = name === undefined ? undefined : accounts.get(name)
    return name === undefined || account === undefined ? undefined : { name, role: account.role }
  }
  const sessionTold = (request: IncomingMessage): SessionTold => {
    if (accounts.size === 0) return { state: 'setup', title: words.title }
    const who = whoAsks(request)
    return who === undefined
      ? { state: 'out', title: words.title }
      : { state: 'in', title: words.title, ...who, may: [...allowed[who.role]] }
  }
  const enter = (response: ServerResponse, name: string) => {
    const token = `s${++count}`
    sessions.set(token, name)
    response.setHeader('set-cookie', `session=${token}; HttpOnly; SameSite=Strict; Path=/`)
    return tell(response, {})
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fixture')
    asked.push(`${request.method ?? ''} ${pathname}`)
    response.setHeader('content-security-policy', policy)
    response.setHeader('x-content-type-options', 'nosniff')
    if (!pathname.startsWith('/api/')) return sendFile(options.files, pathname, response)
    const body = request.method === 'POST' ? await bodyOf(request) : {}
    const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '')
    const door = `${request.method ?? ''} ${pathname}`
    switch (door) {
      case 'GET /api/session':
        return tell(response, sessionTold(request))
      case 'POST /api/setup':
        if (text('code') !== setupCode || accounts.size > 0) return refuse(response, 403, 'WRONG_CODE')
        accounts.set(text('name'), { role: 'administrator', password: text('password') })
        return enter(response, text('name'))
      case 'POST /api/login': {
        const linked = links.get(text('link'))
        links.delete(text('link'))
        const name = linked ?? text('name')
        return linked !== undefined || accounts.get(name)?.password === text('password')
          ? enter(response, name)
          : refuse(response, 401, 'WRONG_CREDENTIALS')
      }
    }
    const who = whoAsks(request)
    if (who === undefined) return refuse(response, 401, 'LOGGED_OUT')
    const may = allowed[who.role]
    switch (door) {
      case 'POST /api/logout':
        for (const [token, name] of sessions) if (name === who.name) sessions.delete(token)
        return tell(response, {})
      case 'POST /api/password':
        if (accounts.get(who.name)?.password !== text('old')) return refuse(response, 401, 'WRONG_CREDENTIALS')
        accounts.set(who.name, { role: who.role, password: text('new') })
        return tell(response, {})
      case 'GET /api/accounts':
        if (!may.includes('accounts')) return refuse(response, 403, 'NOT_ALLOWED')
        return tell(
          response,
          [...accounts].map(([name, { role }]): AccountTold => ({ name, role })),
        )
      case 'POST /api/accounts':
        accounts.set(text('name'), { role: text('role') as Role, password: text('password') })
        return tell(response, {})
      case 'DELETE /api/accounts': {
        const name = searchParams.get('name') ?? ''
        if (accounts.get(name)?.role === 'administrator') return refuse(response, 409, 'LAST_ADMINISTRATOR')
        accounts.delete(name)
        return tell(response, {})
      }
      case 'GET /api/status':
        return tell(response, street.statusTold(state(), nowMs()))
      case 'GET /api/points':
        return tell(response, street.pointsTold(state(), nowMs()))
      case 'GET /api/tonight': {
        const segment = street.segments.find((name) => name === searchParams.get('segment'))
        return segment === undefined
          ? refuse(response, 404, 'NOT_FOUND')
          : tell(response, street.tonightTold(state(), segment, nowMs()))
      }
      case 'GET /api/series':
        return tell(
          response,
          street.seriesTold(
            state(),
            searchParams.get('point') ?? '',
            Date.parse(searchParams.get('from') ?? ''),
            Date.parse(searchParams.get('until') ?? ''),
          ),
        )
      case 'GET /api/device':
        return tell(response, street.deviceTold(state(), searchParams.get('name') ?? '', nowMs()))
      case 'GET /api/data':
        return tell(response, street.dataTold(state(), nowMs()))
      case 'GET /api/system':
        return tell(response, street.systemTold(state(), nowMs(), may.includes('support')))
      case 'POST /api/command':
        commands.push(body)
        return may.includes('command')
          ? tell(response, commanded(body, who.name))
          : refuse(response, 403, 'NOT_ALLOWED')
      case 'POST /api/release': {
        const segment = text('setpoint').split('.')[0] ?? ''
        if (!given.delete(segment))
          return tell(response, refusedVerdict(text('setpoint'), 'COMMAND_NOTHING_TO_RELEASE'))
        const ruling = street.rulingOf(state(), segment, nowMs())
        return tell(response, { verdict: 'released', setpoint: text('setpoint'), ruling } satisfies VerdictTold)
      }
      case 'POST /api/presence':
        presence = {
          who: who.name,
          since: new Date(nowMs()).toISOString(),
          until: new Date(nowMs() + Number(body['minutes']) * 60_000).toISOString(),
        }
        return tell(response, presence)
      case 'DELETE /api/presence':
        presence = undefined
        return tell(response, {})
      case 'GET /api/support':
        response.setHeader('content-disposition', 'attachment; filename="fanal-support.tar.gz"')
        return response.end('a bundle')
      case 'GET /api/live':
        return live(response)
      default:
        return refuse(response, 404, 'NOT_FOUND')
    }
  }

  const commanded = (body: Readonly<Record<string, unknown>>, who: string): VerdictTold => {
    const setpoint = String(body['setpoint'])
    const value = Number(body['value'])
    if (value < 20)
      return {
        ...refusedVerdict(setpoint, 'COMMAND_BELOW_FLOOR'),
        words: { level: value, floor: 20 },
        allowed: { from: 20, to: 100, off: false },
      }
    const untilMs = nowMs() + Number(body['lease_ms'])
    const segment = setpoint.split('.')[0] ?? ''
    given.set(segment, { level: value, who, reason: String(body['reason']), untilMs, sinceMs: nowMs() })
    const ruling = street.rulingOf(state(), segment, nowMs())
    return {
      verdict: 'accepted',
      setpoint,
      value,
      until: new Date(untilMs).toISOString(),
      rules: true,
      outcome: 'applied',
      ruling,
    }
  }

  const live = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const send = (event: string, told: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(told)}\n\n`)
    send('hello', { started: new Date(startedMs).toISOString(), pid })
    send('points', street.pointsTold(state(), nowMs()))
    send('status', street.statusTold(state(), nowMs()))
    let turns = 0
    const timer = setInterval(() => {
      if (isHushed) return
      turns++
      send('points', street.pointsTold(state(), nowMs()).slice(0, 11))
      if (turns % 2 === 0) send('status', street.statusTold(state(), nowMs()))
    }, 1_000)
    return response.on('close', () => clearInterval(timer))
  }

  const listen = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      answer(request, response).catch((error: unknown) => {
        console.error(error)
        if (!response.headersSent) refuse(response, 500, 'FAILED')
      })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  const end = async (server: Server) => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }

  let server: Server | undefined = await listen(options.port ?? 0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const stop = async () => {
    const running = server
    server = undefined
    if (running !== undefined) await end(running)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    loginLink: `http://127.0.0.1:${port}/#login=fixture-link-token`,
    commands,
    asked,
    hush: () => (isHushed = true),
    stop,
    start: async () => {
      pid++
      isHushed = false
      startedMs = nowMs()
      server = await listen(port)
    },
    [Symbol.asyncDispose]: stop,
  }
}

function refusedVerdict(setpoint: string, code: string): Extract<VerdictTold, { verdict: 'refused' }> {
  return { verdict: 'refused', setpoint, code, words: {} }
}

function tell(response: ServerResponse, told: unknown): ServerResponse {
  if (told === undefined) return refuse(response, 404, 'NOT_FOUND')
  response.setHeader('content-type', 'application/json')
  response.setHeader('cache-control', 'no-store')
  return response.end(JSON.stringify(told))
}

function refuse(response: ServerResponse, code: number, error: string): ServerResponse {
  response.statusCode = code
  response.setHeader('content-type', 'application/json')
  return response.end(JSON.stringify({ error, words: {} }))
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

function sendFile(folder: string, pathname: string, response: ServerResponse): ServerResponse {
  const name = pathname === '/' ? 'index.html' : pathname.slice(1)
  const file = join(folder, name)
  if (!/^[\w.-]+$/.test(name) || !existsSync(file)) return refuse(response, 404, 'NOT_FOUND')
  response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream')
  response.setHeader('cache-control', name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable')
  response.setHeader('content-encoding', 'gzip')
  return response.end(readFileSync(`${file}.gz`))
}
