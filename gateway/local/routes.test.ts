/** What the routes take and answer over the console's port, and who may ask for what. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { consoleRoutes } from './console.ts'
import { Live } from './live.ts'
import { Browser } from './testing/browser.ts'
import { scriptedTold } from './testing/scripted.ts'
import { openStage, password, type Stage } from './testing/stage.ts'

const callers = ['nobody', 'viewer', 'technician', 'technician at work', 'operator', 'administrator'] as const
type Caller = (typeof callers)[number]

const everybody = callers
const known: readonly Caller[] = ['viewer', 'technician', 'technician at work', 'operator', 'administrator']
const workers: readonly Caller[] = ['technician', 'technician at work', 'operator', 'administrator']
const commanders: readonly Caller[] = ['technician at work', 'operator', 'administrator']
const supporters: readonly Caller[] = ['technician', 'technician at work', 'administrator']
const administrators: readonly Caller[] = ['administrator']

const order = { setpoint: 'north.level', value: 60, lease_ms: 60_000, reason: 'market' }

/** Every route of the console's port: how it is asked, and who is let in. Whoever adds one says so here. */
const rules: Record<string, { ask?: string; body?: unknown; lets: readonly Caller[] }> = {
  'GET /healthz': { lets: everybody },
  'GET /metrics': { lets: everybody },
  'GET /public': { lets: everybody },
  'GET /public.json': { lets: everybody },
  'GET /*': { ask: '/', lets: everybody },
  'GET /api/session': { lets: everybody },
  'POST /api/setup': { body: {}, lets: everybody },
  'POST /api/login': { body: {}, lets: everybody },
  /** with what it does not take, so that whoever asks stays in */
  'POST /api/logout': { body: { not: 'this' }, lets: everybody },
  'POST /api/password': { body: {}, lets: known },
  'GET /api/status': { lets: known },
  'GET /api/points': { lets: known },
  'GET /api/tonight': { ask: '/api/tonight?segment=north', lets: known },
  'GET /api/series': { lets: known },
  'GET /api/device': { ask: '/api/device?name=feeder', lets: known },
  'GET /api/data': { lets: known },
  'GET /api/ledger': { lets: known },
  'GET /api/ledger/chain': { lets: known },
  'GET /api/audit/chain': { lets: administrators },
  'GET /api/sample': { lets: known },
  'GET /api/cost': { lets: known },
  'GET /api/export': {
    ask: '/api/export?from=2026-12-20T00:00:00Z&until=2026-12-21T00:00:00Z',
    lets: administrators,
  },
  'GET /api/export/metadata': { lets: administrators },
  'GET /api/system': { lets: known },
  'GET /api/why': { ask: '/api/why?setpoint=north.level', lets: known },
  'GET /api/live': { lets: known },
  'POST /api/command': { body: order, lets: commanders },
  'POST /api/release': { body: { setpoint: 'north.level', reason: '' }, lets: commanders },
  'POST /api/presence': { body: { minutes: 10 }, lets: workers },
  'DELETE /api/presence': { lets: workers },
  'GET /api/pass-through': { lets: known },
  'POST /api/unlock': { body: { line: 'yard', minutes: 15, reason: 'ratio of the meter' }, lets: workers },
  'DELETE /api/unlock': { ask: '/api/unlock?line=yard', lets: workers },
  'GET /api/support': { lets: supporters },
  'GET /api/accounts': { lets: administrators },
  'POST /api/accounts': { body: {}, lets: administrators },
  'DELETE /api/accounts': { ask: '/api/accounts?name=nobody', lets: administrators },
}

let stage: Stage
let browser: Browser
beforeEach(async () => {
  stage = await openStage({ data: () => Promise.reject(new Error('the disk says /etc/secret')) })
  browser = new Browser(stage.url)
})
afterEach(() => stage[Symbol.asyncDispose]())

describe('who may ask for what', () => {
  test('is said of every route there is', () => {
    const { around } = stage
    const live = new Live({ told: scriptedTold(), clock: around.clock, log: around.log })
    const routes = consoleRoutes({ ...stage.options(), assets: undefined, identity: undefined, live })
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(rules).sort())
    expect(routes.length).toBeGreaterThan(20)
  })

  test.each(callers)('as %s', async (caller) => {
    browser = await stage.begin()
    const name = caller === 'technician at work' ? 'technician' : caller
    if (name === 'nobody') browser = new Browser(stage.url)
    else if (name !== 'administrator') browser = await stage.logIn(name, { role: name })

    const lets: Record<string, boolean> = {}
    for (const [route, { ask, body }] of Object.entries(rules)) {
      const [method = '', path = ''] = route.split(' ')
      stage.presence.who = caller === 'technician at work' ? name : undefined
      const answer = await browser.open(
        method,
        ask ?? path,
        method === 'GET' ? {} : browser.own(),
        body === undefined ? undefined : JSON.stringify(body),
      )
      answer.on('error', () => undefined).destroy()
      lets[route] = answer.statusCode !== 401 && answer.statusCode !== 403
      expect([route, answer.statusCode]).not.toEqual([route, 429])
      if (!lets[route]) expect([route, answer.statusCode]).toEqual([route, caller === 'nobody' ? 401 : 403])
    }
    const wanted = Object.fromEntries(Object.entries(rules).map(([route, rule]) => [route, rule.lets.includes(caller)]))
    expect(lets).toEqual(wanted)
  })
})

test('the log is told to those who may see what is wrong with the gateway', async () => {
  const administrator = await stage.begin()
  const viewer = await stage.logIn('viewer', { role: 'viewer' })
  expect((await administrator.get('/api/system')).json).toMatchObject({ log: [{ text: 'a line of the log' }] })
  expect((await viewer.get('/api/system')).json).toMatchObject({ site: 'a', log: [] })
})

test('what support asks for is a file to keep', async () => {
  browser = await stage.begin()
  expect(await browser.get('/api/support')).toMatchObject({
    body: Buffer.from('a bundle'),
    headers: {
      'content-type': 'application/gzip',
      'content-disposition': 'attachment; filename="fanal-support.tar.gz"',
      'cache-control': 'no-store',
    },
  })
})

describe('orders', () => {
  beforeEach(async () => {
    browser = await stage.begin()
  })
  test('are their account’s, whoever they say they are of', async () => {
    expect((await browser.post('/api/command', { ...order, who: 'the mayor' })).status).toBe(200)
    expect(stage.commands).toEqual([
      [{ setpoint: 'north.level', value: 60, leaseMs: 60_000, reason: 'market', who: 'M. Durand' }, 'console'],
    ])
  })

  test.each([null, [], 'text', 7, { ...order, value: 'half' }, { ...order, reason: '' }, {}])(
    '%j is none',
    async (body) => {
      expect(await browser.post('/api/command', body)).toMatchObject({ status: 400, json: { error: 'MALFORMED' } })
      expect(stage.commands).toEqual([])
    },
  )

  test('a technician commands while working here, and nobody else takes that lock off', async () => {
    await stage.access.setAccount({ name: 'tech', role: 'technician', password }, 'test')
    await stage.access.setAccount({ name: 'other', role: 'technician', password }, 'test')
    const [tech, other] = [await stage.logIn('tech'), await stage.logIn('other')]
    expect(await tech.post('/api/command', order)).toMatchObject({ status: 403, json: { error: 'NOT_ALLOWED' } })
    expect((await tech.post('/api/presence', { minutes: 60 })).json).toMatchObject({ who: 'tech' })
    expect((await tech.post('/api/command', order)).status).toBe(200)

    expect((await other.post('/api/command', order)).status).toBe(403)
    const somebody = { status: 409, json: { error: 'SOMEBODY_WORKS_HERE', words: { who: 'tech' } } }
    expect(await other.post('/api/presence', { minutes: 60 })).toMatchObject(somebody)
    expect(await other.delete('/api/presence')).toMatchObject(somebody)
    expect(stage.presence.who).toBe('tech')
    expect((await tech.delete('/api/presence')).status).toBe(204)
    expect((await tech.post('/api/command', order)).status).toBe(403)

    await other.post('/api/presence', { minutes: 60 })
    expect((await browser.delete('/api/presence')).status).toBe(204) // an administrator may, who then answers for it
  })
})

test('metrics are for this machine alone, and no proxy’s peers are it', async () => {
  expect((await browser.get('/metrics')).body.toString()).toBe('fanal_up 1\n')
  expect(await browser.get('/metrics', { 'x-forwarded-for': '203.0.113.7' })).toMatchObject({ status: 404 })
})

test('a failure inside is told as such, and its words stay in the log', async () => {
  browser = await stage.begin()
  expect(await browser.get('/api/data')).toMatchObject({ status: 500, json: { error: 'FAILED', words: {} } })
  expect(stage.around.logged).toMatchObject([
    { level: 'error', what: { err: { message: 'the disk says /etc/secret' } } },
  ])
})

test.each([
  '/api/tonight',
  '/api/tonight?segment=north&segment=south',
  '/api/tonight?segment=north&more=1',
  '/api/series?point=feeder.frequency',
  '/api/series?point=feeder.frequency&from=2026-12-21T00:00:00Z&until=2026-12-20T00:00:00Z',
  '/api/series?point=feeder.frequency&from=2026-12-21T00:00:00Z&until=2026-12-22T00:00:00Z&most=2001',
  '/api/series?point=feeder.frequency&from=2026-12-21T00:00:00Z&until=2026-12-22T00:00:00Z&most=1e3',
  '/api/series?point=feeder.frequency&from=yesterday&until=2026-12-22T00:00:00Z',
  '/api/device?name=',
  '/api/cost?month=2026-13',
  '/api/cost?saved=much',
  '/api/export?from=2026-12-21T00:00:00Z&until=2026-12-20T00:00:00Z',
  '/api/export?from=2026-12-21T00:00:00Z&until=2026-12-22T00:00:00Z&form=xml',
  '/api/device?name[]=feeder',
  '/api/why?setpoint=north.level&at=soon',
  '/api/why?setpoint=north.level&setpoint=south.level',
])('%s is malformed', async (path) => {
  browser = await stage.begin()
  expect(await browser.get(path)).toMatchObject({ status: 400, json: { error: 'MALFORMED' } })
})

test('what there is not, is not found', async () => {
  browser = await stage.begin()
  for (const path of ['/api/tonight?segment=west', '/api/device?name=nothing', '/api/why?setpoint=west.level'])
    expect(await browser.get(path)).toMatchObject({ status: 404, json: { error: 'NOT_FOUND' } })
  const { json } = await browser.get(
    '/api/series?point=feeder.frequency&from=2026-12-21T00:00:00%2B01:00&until=2026-12-22T00:00:00Z',
  )
  expect(json).toMatchObject({ from: '2026-12-20T23:00:00Z', until: '2026-12-22T00:00:00Z' })
})
