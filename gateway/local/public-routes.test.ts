import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { preferred } from './public-routes.ts'
import { Browser } from './testing/browser.ts'
import { openStage, type Stage } from './testing/stage.ts'

let stage: Stage
let browser: Browser
beforeEach(async () => {
  stage = await openStage()
  browser = new Browser(stage.url)
})
afterEach(() => stage[Symbol.asyncDispose]())

test('the page may have its own style and nothing else, and leaves nothing in the browser', async () => {
  const { status, headers, body } = await browser.get('/public')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  const style = /<style>(.*)<\/style>/s.exec(body.toString())?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['set-cookie']).toBeUndefined()
})

test('its twin allows nothing at all', async () => {
  const { status, headers, json } = await browser.get('/public.json')
  expect([status, json]).toEqual([200, { v: 1 }])
  expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
  expect(headers['set-cookie']).toBeUndefined()
})

test('the language is the one asked for, or the one that the browser likes', async () => {
  const langOf = async (path: string, accepted?: string) =>
    /lang="(..)"/.exec(
      (await browser.get(path, accepted === undefined ? {} : { 'accept-language': accepted })).body.toString(),
    )?.[1]
  expect(await langOf('/public?lang=en', 'fr')).toBe('en')
  expect(await langOf('/public', 'en-GB,en;q=0.9')).toBe('en')
  expect(await langOf('/public')).toBe('fr')
})

test.each(['/public?lang=de', '/public?more=1', '/public.json?lang=fr', '/public?lang=fr&lang=en'])(
  '%s is malformed',
  async (path) => {
    expect(await browser.get(path)).toMatchObject({ status: 400, json: { error: 'MALFORMED' } })
  },
)

test.each([
  [undefined, 'fr'],
  ['', 'fr'],
  ['de-DE,de;q=0.9', 'fr'],
  ['en', 'en'],
  ['de,en;q=0.3,fr;q=0.2', 'en'],
  ['en;q=0.2,fr-CA;q=0.8', 'fr'],
  ['en;q=0,fr;q=0.1', 'fr'],
  ['english;q=1', 'fr'],
])('who accepts %j reads %s', (accepted, language) => {
  expect(preferred(accepted)).toBe(language)
})
