/** What only the console's port answers: whether somebody is logged in, and how to be. */
import type { FastifyReply } from 'fastify'
import type { Access, Entered, Known } from './access.ts'
import { noCookie, sessionCookie } from './cookies.ts'
import { Refused } from './refused.ts'
import { emptyBody, knownOf, parsed, type By, type Route } from './routes.ts'
import { allowed, loginAsked, passwordAsked, setupAsked, type SessionTold } from './session.ts'

interface SessionParts {
  readonly access: Access
  readonly title: string
  /** the cookie's name */
  readonly cookie: string
}

/** Each that lets in or out answers with the session that there is then. */
export function sessionRoutes({ access, title, cookie }: SessionParts): Route[] {
  const told = (known: Known | undefined): SessionTold => {
    if (known === undefined) return { state: access.setupCode() === undefined ? 'out' : 'setup', title }
    const { name, role } = known.account
    return { state: 'in', title, name, role, may: [...allowed[role]] }
  }
  /** Whoever was logged in here before is so no longer. */
  const enter = (entered: Entered, by: By, reply: FastifyReply): SessionTold => {
    leave(by)
    reply.header('set-cookie', sessionCookie(cookie, entered.token))
    return told(entered)
  }
  const leave = (by: By) => {
    if (by.door === 'console' && by.known !== undefined && access.goesOn(by.known.session))
      access.logOut(by.known, by.peer)
  }
  return [
    { method: 'GET', path: '/api/session', rule: 'anyone', answer: ({ by }) => told(knownTo(by)) },
    {
      method: 'POST',
      path: '/api/setup',
      rule: 'anyone',
      answer: async ({ body, by }, reply) => enter(await access.setUp(parsed(setupAsked, body), peerOf(by)), by, reply),
    },
    {
      method: 'POST',
      path: '/api/login',
      rule: 'anyone',
      answer: async ({ body, by }, reply) => {
        const asked = parsed(loginAsked, body)
        const peer = peerOf(by)
        return enter('link' in asked ? access.logInBy(asked.link, peer) : await access.logIn(asked, peer), by, reply)
      },
    },
    {
      method: 'POST',
      path: '/api/logout',
      rule: 'anyone',
      answer: ({ body, by }, reply) => {
        parsed(emptyBody, body)
        leave(by)
        reply.header('set-cookie', noCookie(cookie))
        return told(undefined)
      },
    },
    {
      method: 'POST',
      path: '/api/password',
      rule: 'known',
      answer: async ({ body, by }, reply) =>
        enter(await access.changePassword(knownOf(by), parsed(passwordAsked, body), peerOf(by)), by, reply),
    },
  ]
}

function knownTo(by: By): Known | undefined {
  return by.door === 'console' ? by.known : undefined
}

function peerOf(by: By): string {
  if (by.door === 'console') return by.peer
  throw new Refused('NOT_ALLOWED')
}
