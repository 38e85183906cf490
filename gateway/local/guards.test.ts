/** What other sites' pages and crooked requests try on the console's port, and what every answer carries. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Browser, sendRaw } from './testing/browser.ts'
import { openStage, type Stage } from './testing/stage.ts'

let stage: Stage
let browser: Browser
beforeEach(async () => {
  stage = await openStage()
  browser = new Browser(stage.url)
})
afterEach(() => stage[Symbol.asyncDispose]())

describe('what other sites’ pages try', () => {
  beforeEach(async () => {
    browser = await stage.begin()
  })
  const order = JSON.stringify({ setpoint: 'north.level', value: 0, lease_ms: 60_000, reason: 'evil' })
  const tried = (headers: Record<string, string>) => browser.send('POST', '/api/command', { headers, body: order })

  test('what our own page does, works', async () => {
    expect((await tried(browser.own())).status).toBe(200)
    const fetched = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    expect((await tried(fetched)).status).toBe(200)
    expect((await tried({ ...browser.own(), 'content-type': 'application/json; charset=utf-8' })).status).toBe(200)
  })

  test.each<[Record<string, string>, status: number]>([
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://127.0.0.1:1' }, 403],
    [{ origin: 'https://127.0.0.1:PORT' }, 403],
    [{ origin: '' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'none' }, 403],
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost.evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: 'localhost:80@evil.example' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
    [{ 'content-type': 'application/json\t; charset=utf-8' }, 415],
    [{ 'content-type': 'application/jsonp' }, 415],
    [{ 'content-type': 'text/plain; application/json' }, 415],
    [{ 'content-type': '' }, 415],
  ])('%j: HTTP %i', async (changes, status) => {
    const headers = Object.fromEntries(
      Object.entries({ ...browser.own(), ...changes }).map(([name, value]) => [
        name,
        value.replace('PORT', String(stage.console.port)),
      ]),
    )
    expect((await tried(headers)).status).toBe(status)
    expect(stage.commands).toEqual([])
  })

  test('no origin and no word of the browser’s is no own page', async () => {
    expect((await tried({ 'content-type': 'application/json' })).status).toBe(403)
    expect((await browser.send('DELETE', '/api/presence')).status).toBe(403)
    expect((await browser.send('POST', '/api/logout')).status).toBe(403)
  })

  test('names that lead here by somebody’s name server are not listened to, also to read', async () => {
    expect(await browser.get('/api/status', { host: 'rebound.example' })).toMatchObject({
      status: 403,
      json: { error: 'FOREIGN_ORIGIN' },
    })
    for (const host of ['localhost', 'LOCALHOST:8480', '[::1]:8480', '127.0.0.1'])
      expect((await browser.get('/api/session', { host })).status, host).toBe(200)
  })
})

describe('requests that are two things at once', () => {
  beforeEach(async () => {
    browser = await stage.begin()
  })
  const order = JSON.stringify({ setpoint: 'north.level', value: 0, lease_ms: 60_000, reason: 'evil' })
  const raw = (first: string, headers: string[], body = '') =>
    sendRaw(stage.console.port, [first, ...headers, 'connection: close', '', body].join('\r\n'))
  const head = () => [
    `host: 127.0.0.1:${stage.console.port}`,
    `origin: ${stage.url}`,
    `cookie: ${browser.cookie ?? ''}`,
  ]
  const sized = `content-length: ${order.length}`

  test('as they are when they are one', async () => {
    const json = 'content-type: application/json'
    expect(await raw('POST /api/command HTTP/1.1', [...head(), json, sized], order)).toMatch(/^HTTP\/1\.1 200 /)
  })

  test.each<[string, string[]]>([
    ['no type at all', []],
    ['two types', ['content-type: application/json', 'content-type: text/plain']],
    ['two types, the other way round', ['content-type: text/plain', 'content-type: application/json']],
    ['a tab behind the type', ['content-type: application/json\t; charset=utf-8']],
    ['two hosts', ['content-type: application/json', 'host: evil.example']],
    ['two origins', ['content-type: application/json', 'origin: http://evil.example']],
    ['two lengths', ['content-type: application/json', `content-length: ${order.length + 1}`]],
    ['a length and chunks', ['content-type: application/json', 'transfer-encoding: chunked']],
  ])('%s: nothing is commanded', async (_, headers) => {
    expect(await raw('POST /api/command HTTP/1.1', [...head(), ...headers, sized], order)).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(stage.commands).toEqual([])
  })

  test.each([
    ['GET http://127.0.0.1/api/status HTTP/1.1', 400],
    ['GET http://evil.example/api/status HTTP/1.1', 400],
    ['GET //evil.example/api/status HTTP/1.1', 404],
    ['GET /api/status HTTP/1.0', 200],
    ['OPTIONS * HTTP/1.1', 400],
    ['TRACE /api/status HTTP/1.1', 415],
    ['PUT /api/status HTTP/1.1', 415],
    ['GET /api/status/ HTTP/1.1', 404],
    ['GET /API/STATUS HTTP/1.1', 404],
    ['GET /api%2Fstatus HTTP/1.1', 404],
    ['GET /api/./status HTTP/1.1', 404],
    ['GET /x/../api/status HTTP/1.1', 404],
    ['GET /api/status;x=1 HTTP/1.1', 404],
    ['GET /%zz HTTP/1.1', 400],
    ['GET /api/status%00 HTTP/1.1', 404],
  ])('%s: HTTP %i', async (first, status) => {
    const told = await raw(first, head())
    expect(told).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(told.toLowerCase()).toContain("\r\ncontent-security-policy: default-src 'none'")
  })

  test('without a cookie no way of writing a path leads in', async () => {
    for (const path of ['/api/status', '/%61pi/status', '/api/statu%73', '/api/points', '//api/status', '/api/live']) {
      const { status, json } = await new Browser(stage.url).get(path)
      expect([path, status === 401 || status === 404, (json as { error: string }).error]).toEqual([
        path,
        true,
        expect.stringMatching(/LOGGED_OUT|NOT_FOUND/),
      ])
    }
  })

  test('huge headers and huge bodies are not read', async () => {
    const huge = await raw('GET / HTTP/1.1', [...head(), `x: ${'y'.repeat(20_000)}`])
    expect(huge).toMatch(/^HTTP\/1\.1 431 /)
    expect(huge).toContain('x-content-type-options: nosniff')
    const { status } = await browser.post('/api/command', { setpoint: 'x'.repeat(5_000) })
    expect(status).toBe(413)
    expect(await raw('NONSENSE', [])).toMatch(/^HTTP\/1\.1 400 /)
  })
})

test('everything carries the headers that wall the pages in, and nothing says which server this is', async () => {
  for (const path of ['/', '/api/session', '/api/status', '/nothing.js', '/healthz']) {
    const { headers } = await browser.get(path)
    expect(headers, path).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
    expect(Object.keys(headers)).not.toContain('server')
    expect(Object.keys(headers)).not.toContain('x-powered-by')
    expect(Object.keys(headers)).not.toContain('strict-transport-security')
    if (path !== '/') expect(headers['cache-control'], path).toBe('no-store')
  }
})
