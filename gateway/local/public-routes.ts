/** What everybody may read, logged in or not: the page that the cabinet's QR code leads to, and the same for machines. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parsed, type Route } from './routes.ts'
import type { Told } from './told.ts'

const pageAsked = z.strictObject({ lang: z.enum(['fr', 'en']).optional() })
const nothingAsked = z.strictObject({})

/** A page that is a few minutes old is as true: what it tells changes with the rules. */
const caching = 'public, max-age=300'

export function publicRoutes({ open }: Pick<Told, 'open'>): Route[] {
  return [
    {
      method: 'GET',
      path: '/public',
      rule: 'anyone',
      answer: async ({ query }, reply) => {
        const { lang } = parsed(pageAsked, query)
        const { html, style } = await open.page(lang ?? preferred(reply.request.headers['accept-language']))
        return reply
          .type('text/html; charset=utf-8')
          .header('content-security-policy', policyFor(style))
          .header('cache-control', caching)
          .header('vary', 'accept-language')
          .send(html)
      },
    },
    {
      method: 'GET',
      path: '/public.json',
      rule: 'anyone',
      answer: async ({ query }, reply) => {
        parsed(nothingAsked, query)
        const twin = await open.twin()
        return reply
          .type('application/json; charset=utf-8')
          .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
          .header('cache-control', caching)
          .send(JSON.stringify(twin))
      },
    },
  ]
}

/** Nothing but its own style: no script, no picture, no form, nothing from elsewhere, and in nobody's frame. */
function policyFor(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64')
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Whichever of the two languages a browser likes more (RFC 9110, 12.5.4); French where it likes neither. */
export function preferred(accepted: string | undefined): 'fr' | 'en' {
  const liked = (accepted ?? '')
    .split(',')
    .flatMap((part) => {
      const [, language, weight = '1'] = /^\s*(fr|en)\b[^;]*(?:;\s*q=([\d.]+))?/i.exec(part) ?? []
      return language === undefined ? [] : [{ language: language.toLowerCase(), weight: Number(weight) }]
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  return liked[0]?.language === 'en' ? 'en' : 'fr'
}
