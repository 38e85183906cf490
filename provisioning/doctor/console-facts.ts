/** Where the running gateway's console is, whether it answers there, and whether anybody can log in. */
import { request as requestPlain, type RequestOptions } from 'node:http'
import { request as requestTls } from 'node:https'
import { z } from 'zod'
import { accountTold } from '../../gateway/local/session.ts'
import type { Plan } from '../../gateway/plan.ts'
import { askedOf } from './asked.ts'
import type { ConsoleFacts } from './facts.ts'

/** Where it is unless the site file says otherwise; where that port is taken, one of the next (`gateway/local/console.ts`). */
const ordinaryDoor = { host: '127.0.0.1', port: 8_480 }
const mostMoves = 20
const patienceMs = 2_000
const mostBytes = 10_000

const titled = z.object({ title: z.string() })

/** Undefined: nobody says who may log in, so nothing is said of it. */
export async function consoleFacts(
  { site, title = site, console }: Pick<Plan['site'], 'site' | 'title' | 'console'>,
  socket: string,
  signal: AbortSignal,
): Promise<ConsoleFacts | undefined> {
  const accounts = await askedOf(socket, '/api/accounts', z.array(accountTold), signal)
  if (accounts === undefined) return undefined
  const { host, port } = console?.listen ?? ordinaryDoor
  const isLoopback = /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)
  // Beyond this machine the gateway speaks nothing else.
  const hasTls = console?.tls !== undefined || !isLoopback
  const last = console?.listen === undefined ? port + mostMoves : port
  for (let at = port; at <= last; at++) {
    const url = `${hasTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${at}`
    if ((await titleAt(url, signal)) === title)
      return { url, isListening: true, accounts: accounts.length, isLoopback, hasTls }
  }
  const url = `${hasTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  return { url, isListening: false, accounts: accounts.length, isLoopback, hasTls }
}

/** Of the gateway whose console is there; undefined: it is something else, or nothing. */
function titleAt(url: string, signal: AbortSignal): Promise<string | undefined> {
  const reached = new URL('/api/session', url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:'))
  const options: RequestOptions = { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]), agent: false }
  return new Promise((resolve) => {
    const none = () => resolve(undefined)
    const asking =
      reached.protocol === 'https:'
        ? // Its certificate is its own; nothing secret is said.
          requestTls(reached, { ...options, rejectUnauthorized: false })
        : requestPlain(reached, options)
    asking.on('error', none).on('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('error', none)
      answer.on('data', (part: string) => {
        text += part
        if (text.length > mostBytes) answer.destroy()
      })
      answer.on('close', () => resolve(titleIn(text)))
    })
    asking.end()
  })
}

function titleIn(text: string): string | undefined {
  try {
    return titled.safeParse(JSON.parse(text)).data?.title
  } catch {
    return undefined
  }
}
