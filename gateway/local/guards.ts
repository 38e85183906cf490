/**
 * What keeps other sites' pages away from ours, and ours from doing what they need not: headers on every answer, and who a
 * request may come from. Pure.
 */
import { Refused } from './refused.ts'

/** On everything that is answered. `hsts`: the certificate is one that browsers trust by themselves. */
export function guardHeaders({ hsts }: { hsts: boolean }): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cache-control': 'no-store',
    ...(hsts ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

export interface Arrived {
  readonly method: string
  /** as it came in the request line */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** names and values by turns, as they came */
  readonly rawHeaders: readonly string[]
}

/** Those of which a second one could mean something else to somebody else. */
const onlyOnce = ['host', 'origin', 'content-type', 'content-length', 'transfer-encoding', 'sec-fetch-site']

/**
 * Throws a Refused for what did not come from our own page, or tries to be two things at once. `plain`: without TLS, which
 * is on loopback only: there a name that an attacker's name server answers for leads to us, so only our own names are
 * listened to (DNS rebinding).
 */
export function guard({ method, url, headers, rawHeaders }: Arrived, { plain }: { plain: boolean }): void {
  if (!url.startsWith('/')) throw new Refused('MALFORMED')
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  if (onlyOnce.some((name) => names.indexOf(name) !== names.lastIndexOf(name))) throw new Refused('MALFORMED')
  const host = one(headers['host']) ?? ''
  if (host === '') throw new Refused('MALFORMED')
  if (plain && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host)) throw new Refused('FOREIGN_ORIGIN')
  if (method === 'GET' || method === 'HEAD') return
  if (!isOwn(headers, `${plain ? 'http' : 'https'}://${host}`)) throw new Refused('FOREIGN_ORIGIN')
  // A form can send neither a DELETE nor JSON.
  if (method !== 'DELETE' && !/^application\/json *(;|$)/i.test(one(headers['content-type']) ?? ''))
    throw new Refused('MALFORMED', {}, 415)
}

function isOwn(headers: Arrived['headers'], own: string): boolean {
  const site = one(headers['sec-fetch-site'])
  if (site !== undefined && site !== 'same-origin') return false
  const origin = one(headers['origin'])
  return origin === undefined ? site === 'same-origin' : origin.toLowerCase() === own.toLowerCase()
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Whether a peer is this machine itself; a proxy on it speaks for others, and says so. */
export function isHere(address: string | undefined, headers: Arrived['headers']): boolean {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined)
  return !forwarded && address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address)
}
