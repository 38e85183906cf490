/** The console's port: where it listens, its files, the demo. */
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openConsole } from './console.ts'
import { Browser } from './testing/browser.ts'
import { createBounded } from './tcp.ts'
import { openStage, type Stage } from './testing/stage.ts'

let stage: Stage
let browser: Browser
beforeEach(async () => {
  stage = await openStage()
  browser = new Browser(stage.url)
})
afterEach(() => stage[Symbol.asyncDispose]())

describe('files', () => {
  test('come with type and tag; hashed names for ever, gzipped where that is understood', async () => {
    const index = await browser.get('/')
    expect(index).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    })
    const script = await browser.get('/app-B3KQ7XNL.js', { 'accept-encoding': 'br, gzip' })
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      vary: 'accept-encoding',
    })
    expect(script.body).toEqual(gzipSync('console.log(1)'))
    const plain = await browser.get('/app-B3KQ7XNL.js', { 'accept-encoding': 'gzip;q=0, identity' })
    expect(plain.body.toString()).toBe('console.log(1)')
    const tag = String(plain.headers.etag)
    expect(await browser.get('/app-B3KQ7XNL.js', { 'if-none-match': tag })).toMatchObject({ status: 304 })
  })

  test('a path of the pages begins with the first page', async () => {
    const index = (await browser.get('/')).body.toString()
    for (const path of ['/devices', '/devices/feeder', '/?lang=fr'])
      expect((await browser.get(path)).body.toString()).toBe(index)
  })

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '/pages/../../secret.txt',
    '/%252e%252e/secret.txt',
    '//secret.txt',
    '/secret.txt',
    '/app-B3KQ7XNL.js.gz',
    '/app-B3KQ7XNL.js/',
    '/app-B3KQ7XNL.js%00',
    '/api',
    '/api/nothing',
    '/__proto__',
    '/constructor.js',
  ])('%s is none', async (path) => {
    const { status, body } = await browser.get(path)
    expect(body.toString()).not.toContain('secret')
    expect(path === '/__proto__' ? 404 : status).toBe(404)
  })

  test('that were not built are missed with a word on how to', async () => {
    await stage.restart({ assets: join(stage.around.folder, 'nothing') })
    const { status, body, headers } = await new Browser(stage.url).get('/')
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(body.toString()).toContain('npm run build')
  })
})

describe('where it listens', () => {
  test('a port that is taken: the next one where that may be, else a fault with a code', async () => {
    const { port } = stage.console
    const stays = stage.options({ listen: { host: '127.0.0.1', port, mayMove: false } })
    await expect(openConsole(stays)).rejects.toMatchObject({
      code: 'CONSOLE_PORT_TAKEN',
      words: { where: `127.0.0.1:${port}` },
    })
    await using next = await openConsole(stage.options({ listen: { host: 'localhost', port, mayMove: true } }))
    expect(next.port).toBeGreaterThan(port)
    expect(next.port).toBeLessThanOrEqual(port + 20)
    expect((await new Browser(next.url).get('/healthz')).body.toString()).toBe('ok')
  })

  test('an address that this machine does not have', async () => {
    const elsewhere = stage.options({ listen: { host: '192.0.2.1', port: 0, mayMove: true } })
    await expect(openConsole(elsewhere)).rejects.toMatchObject({ code: 'CONSOLE_ADDRESS' })
  })

  test('frees the port when it ends, whoever is still connected', async () => {
    browser = await stage.begin()
    const stream = await browser.open('GET', '/api/live')
    stream.on('error', () => undefined).resume()
    await stage.console[Symbol.asyncDispose]()
    const server = createServer()
    await new Promise<void>((resolve, reject) =>
      server.on('error', reject).listen(stage.console.port, '127.0.0.1', resolve),
    )
    server.close()
  })
})

describe('connections', () => {
  test('of one peer are so many at once, and no more when others have gone', async () => {
    const sockets = Array.from({ length: 40 }, () =>
      connect(stage.console.port, '127.0.0.1').on('error', () => undefined),
    )
    const open = () => sockets.filter(({ closed }) => !closed).length
    await expect.poll(open).toBe(24)
    await expect(browser.get('/healthz')).rejects.toThrow()
    for (const socket of sockets) socket.destroy()
    await expect
      .poll(() =>
        browser.get('/healthz').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200)
  })

  test('that say nothing, or say it slowly, end', () => {
    const server = createBounded(() => undefined, { identity: undefined, headers: {} })
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      timeout: 60_000,
      maxConnections: 96,
    })
  })
})

describe('the demo', () => {
  beforeEach(async () => {
    await stage.restart({ demo: true })
    browser = new Browser(stage.url)
  })

  test('tells a password once and a link that lets in once', async () => {
    const { name, password: told, link } = stage.console.demo!
    expect([name, told]).toEqual(['demo', expect.stringMatching(/^([0-9a-z]{4}-){3}[0-9a-z]{4}$/)])
    expect(stage.console.setup).toBeUndefined()
    const token = /^http:\/\/127\.0\.0\.1:\d+\/#login=(.+)$/.exec(link)![1]
    expect((await browser.post('/api/login', { link: token })).json).toMatchObject({ name: 'demo', state: 'in' })
    expect((await new Browser(stage.url).post('/api/login', { link: token })).status).toBe(401)
    await stage.logIn('demo', { password: told! })

    await stage.restart({ demo: true })
    expect(stage.console.demo).toEqual({ name: 'demo', link: expect.not.stringContaining(token!) })
    expect(JSON.stringify([stage.around.logged, stage.around.audited])).not.toContain(token)
  })
})
