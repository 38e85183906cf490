/** Who comes in by the console's port: the first account, logins, sessions, guessing, accounts. */
import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Browser } from './testing/browser.ts'
import type { Surroundings } from './testing/doors.ts'
import { openStage, password, type Stage } from './testing/stage.ts'

let stage: Stage
let browser: Browser
beforeEach(async () => {
  stage = await openStage()
  browser = new Browser(stage.url)
})
afterEach(() => stage[Symbol.asyncDispose]())

describe('the first start', () => {
  test('tells a code where the gateway was started, and nobody comes in without', async () => {
    expect(stage.setupCode()).toMatch(/^([0-9a-z]{4}-){3}[0-9a-z]{4}$/)
    expect((await browser.get('/api/session')).json).toEqual({ state: 'setup', title: 'Place de la Fontaine' })
    expect(await browser.get('/api/status')).toMatchObject({ status: 401, json: { error: 'LOGGED_OUT' } })
    const wrong = await browser.post('/api/setup', { code: 'aaaa-aaaa-aaaa-aaaa', name: 'Mallory', password })
    expect(wrong).toMatchObject({ status: 403, json: { error: 'WRONG_CODE' } })
    expect(await browser.post('/api/setup', { name: 'Mallory', password })).toMatchObject({ status: 400 })
    expect(stage.access.accounts).toEqual([])

    const typed = stage.setupCode().toUpperCase().replaceAll('-', ' ')
    const made = await browser.post('/api/setup', { code: typed, name: 'M. Durand', password })
    expect(made.json).toMatchObject({ state: 'in', name: 'M. Durand', role: 'administrator' })
    expect((await browser.get('/api/status')).status).toBe(200)
    expect((await new Browser(stage.url).get('/api/session')).json).toMatchObject({ state: 'out' })
  })

  test('the code works once, for one of two who are at it, and no later start tells another', async () => {
    const code = stage.setupCode()
    const both = await Promise.all(
      ['One', 'Two'].map((name) => new Browser(stage.url).post('/api/setup', { code, name, password })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
    expect(stage.access.accounts).toHaveLength(1)
    await stage.restart()
    expect(stage.console.setup).toBeUndefined()
    expect((await browser.post('/api/setup', { code, name: 'Three', password })).json).toMatchObject({
      error: 'WRONG_CODE',
    })
  })

  test('no code, no password and no token is in the log, in the audit or on the disk', async () => {
    const code = stage.setupCode()
    browser = await stage.begin()
    await new Browser(stage.url).post('/api/login', { name: 'M. Durand', password: 'not the right one' })
    await new Browser(stage.url).post('/api/login', { name: 'my secret password', password: 'not the right one' })
    const file = join(stage.around.folder, 'accounts.json')
    const all = JSON.stringify([stage.around.logged, stage.around.audited]) + readFileSync(file, 'utf8')
    const token = browser.cookie?.split('=')[1] ?? ''
    expect(token).toHaveLength(43)
    for (const secret of [code, password, token, 'not the right one', 'my secret password'])
      expect(all).not.toContain(secret)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})

describe('logging in', () => {
  beforeEach(async () => {
    browser = await stage.begin()
  })

  test.each([
    ['M. Durand', 'wrong password'],
    ['Nobody', password],
    ['M. Durand', ''],
  ])('as %s with “%s” is refused the same way', async (name, given) => {
    const refused = await new Browser(stage.url).post('/api/login', { name, password: given })
    expect(refused).toMatchObject({ status: 401, json: { error: 'WRONG_CREDENTIALS', words: {} } })
    expect(refused.headers['set-cookie']).toBeUndefined()
  })

  test('takes the name however it is written', async () => {
    expect((await (await stage.logIn('m. durand ')).get('/api/session')).json).toMatchObject({ name: 'M. Durand' })
  })

  test('sets a cookie that no script reads, that no other site sends, for this gateway alone', async () => {
    const { headers } = await new Browser(stage.url).post('/api/login', { name: 'M. Durand', password })
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^fanal-[0-9a-f]{8}=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
  })

  test('begins a session of its own, and ends the one before; logging out ends it', async () => {
    const before = browser.cookie
    await browser.post('/api/login', { name: 'M. Durand', password })
    expect(browser.cookie).not.toBe(before)
    const old = new Browser(stage.url)
    old.cookie = before
    expect((await old.get('/api/session')).json).toMatchObject({ state: 'out' })

    const copy = new Browser(stage.url)
    copy.cookie = browser.cookie
    expect((await browser.post('/api/logout', {})).json).toMatchObject({ state: 'out' })
    expect(browser.cookie).toBeUndefined()
    expect((await copy.get('/api/status')).status).toBe(401)
    expect(stage.around.audited.at(-1)).toEqual({
      kind: 'login',
      outcome: 'logout',
      name: 'M. Durand',
      from: '127.0.0.1',
    })
  })

  test('ends when it is not used for 12 h, and after 7 days at the latest', async () => {
    const hours = 3_600_000
    await stage.around.clock.advance(11.9 * hours)
    expect((await browser.get('/api/session')).json).toMatchObject({ state: 'in' })
    await stage.around.clock.advance(11.9 * hours)
    expect((await browser.get('/api/session')).json).toMatchObject({ state: 'in' })
    await stage.around.clock.advance(12 * hours)
    expect((await browser.get('/api/session')).json).toMatchObject({ state: 'out' })

    const long = await stage.logIn('M. Durand')
    for (let day = 0; day < 16; day++) {
      expect((await long.get('/api/session')).json).toMatchObject({ state: day < 15 ? 'in' : 'out' })
      await stage.around.clock.advance(12 * hours - 1)
    }
  })

  test('a clock that leaps while the gateway runs logs nobody out, and keeps nobody in', async () => {
    stage.around.clock.jump(30 * 86_400_000)
    expect((await browser.get('/api/session')).json).toMatchObject({ state: 'in' })
    stage.around.clock.jump(-60 * 86_400_000)
    expect((await browser.get('/api/session')).json).toMatchObject({ state: 'in' })
    await stage.around.clock.advance(12 * 3_600_000)
    expect((await browser.get('/api/session')).json).toMatchObject({ state: 'out' })
  })

  test.each<[string, (around: Surroundings) => void, 'in' | 'out']>([
    ['logs nobody out', () => undefined, 'in'],
    [
      'does not either while nobody knows the time, in the same boot',
      (around) => void (around.machine.trusted = false),
      'in',
    ],
    ['of the machine does not, where the time is known', (around) => void (around.machine.bootId = 'b'), 'in'],
    [
      'of the machine does, where nobody knows the time',
      (around) => void Object.assign(around.machine, { bootId: 'b', trusted: false }),
      'out',
    ],
    [
      'with a clock that went back does',
      (around) => {
        around.machine.bootId = 'b'
        around.clock.jump(-3_600_000)
      },
      'out',
    ],
    [
      'after half a day does',
      (around) => {
        around.machine.bootId = 'b'
        around.clock.jump(12 * 3_600_000)
      },
      'out',
    ],
  ])('a restart %s', async (_, meanwhile, state) => {
    await stage.restart({}, () => meanwhile(stage.around))
    expect((await browser.get('/api/session')).json).toMatchObject({ state })
  })

  test('the last use is written seldom, for the flash’s sake', async () => {
    const file = join(stage.around.folder, 'accounts.json')
    await stage.access[Symbol.asyncDispose]()
    const written = readFileSync(file, 'utf8')
    await stage.around.clock.advance(14 * 60_000)
    await browser.get('/api/session')
    await stage.around.clock.advance(0)
    expect(readFileSync(file, 'utf8')).toBe(written)
    await stage.around.clock.advance(60_000)
    await browser.get('/api/session')
    await expect.poll(() => readFileSync(file, 'utf8')).not.toBe(written)
  })

  test('another password wants the old one, and ends every session but the one that follows', async () => {
    const elsewhere = await stage.logIn('M. Durand')
    const next = 'another long one'
    expect(await browser.post('/api/password', { old: 'wrong', new: next })).toMatchObject({
      status: 401,
      json: { error: 'WRONG_CREDENTIALS' },
    })
    expect(await browser.post('/api/password', { old: password, new: 'short' })).toMatchObject({ status: 400 })
    expect((await browser.post('/api/password', { old: password, new: next })).json).toMatchObject({ state: 'in' })
    expect((await browser.get('/api/status')).status).toBe(200)
    expect((await elsewhere.get('/api/status')).status).toBe(401)
    expect((await new Browser(stage.url).post('/api/login', { name: 'M. Durand', password })).status).toBe(401)
    await stage.logIn('M. Durand', { password: next })
  })

  test('a damaged file of accounts is set aside, and the next start tells a code again', async () => {
    const file = join(stage.around.folder, 'accounts.json')
    await stage.restart({}, () => writeFileSync(file, '{"v":1,"accounts":['))
    expect(stage.setupCode()).not.toBe('')
    expect(stage.around.logged.at(-1)).toMatchObject({
      level: 'error',
      what: { damaged: expect.stringContaining('damaged-1') },
    })
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe('{"v":1,"accounts":[')
  })
})

test('accounts that the disk does not give are neither lost nor made anew: nobody comes in until it does', async () => {
  await stage.begin()
  const file = join(stage.around.folder, 'accounts.json')
  await stage.restart({}, () => {
    renameSync(file, `${file}.away`)
    mkdirSync(file) // reading it fails, as root may read everything else
  })
  expect(stage.console.setup).toBeUndefined()
  expect((await browser.get('/api/session')).json).toMatchObject({ state: 'out' })
  expect((await browser.post('/api/login', { name: 'M. Durand', password })).status).toBe(401)
  await expect(stage.access.recover({ name: 'M. Durand', password }, 'socket')).rejects.toThrow('were not read')
  await stage.restart({}, () => {
    rmdirSync(file)
    renameSync(`${file}.away`, file)
  })
  await stage.logIn('M. Durand')
})

describe('guessing', () => {
  beforeEach(async () => {
    browser = await stage.begin()
  })
  const guess = (name = 'M. Durand') => new Browser(stage.url).post('/api/login', { name, password: 'guess guess' })

  test('is slowed: after 5 failures half a minute, doubling to an hour; then the right password lets in', async () => {
    for (let n = 0; n < 5; n++) expect((await guess()).status).toBe(401)
    const waits: number[] = []
    for (let n = 0; n < 10; n++) {
      const refused = await guess()
      expect(refused).toMatchObject({ status: 429, json: { error: 'LOCKED_OUT' } })
      const { seconds } = (refused.json as { words: { seconds: number } }).words
      waits.push(seconds)
      await stage.around.clock.advance(seconds * 1_000)
      expect((await guess()).status).toBe(401)
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600])
    const right = await new Browser(stage.url).post('/api/login', { name: 'M. Durand', password })
    expect(right.status).toBe(429)
    await stage.around.clock.advance(3_600_000)
    await stage.logIn('M. Durand')
    expect((await guess()).status).toBe(401)
  })

  test('is noted, with neither what was tried nor a name that nobody has', async () => {
    stage.around.audited.length = 0
    for (let n = 0; n < 7; n++) await guess()
    for (let n = 0; n < 2; n++) await guess('Nobody')
    const failure = { kind: 'login', with: 'password', name: 'M. Durand', from: '127.0.0.1', outcome: 'failure' }
    expect(stage.around.audited).toEqual([
      failure,
      failure,
      failure,
      failure,
      failure,
      { ...failure, outcome: 'locked-out', seconds: 30 },
    ])
  })

  test('at once is no way around it', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => guess()))
    expect(all.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5)
    expect(all.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(15)
  })

  test('of many names is slowed by where it comes from, also by somebody who has an account', async () => {
    await stage.access.setAccount({ name: 'viewer', role: 'viewer', password }, 'test')
    const tried: number[] = []
    for (let n = 0; n < 12; n++) {
      tried.push((await guess(`name ${n}`)).status)
      if (n % 2 === 0) await new Browser(stage.url).post('/api/login', { name: 'viewer', password })
    }
    expect(tried.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(tried.slice(5)).toEqual(Array.from({ length: 7 }, () => 429))
  })

  test('does not lock out who is in, and over the socket it is lifted', async () => {
    for (let n = 0; n < 6; n++) await guess()
    expect((await browser.get('/api/status')).status).toBe(200)
    await stage.access.recover({ name: 'm. durand', password: 'from the cabinet' }, 'socket')
    expect((await browser.get('/api/status')).status).toBe(401)
    await stage.logIn('M. Durand', { password: 'from the cabinet' })
  })

  test('the setup code or a link counts too', async () => {
    for (let n = 0; n < 5; n++)
      expect((await browser.post('/api/login', { link: `wrong ${n}` })).json).toMatchObject({
        error: 'WRONG_CREDENTIALS',
      })
    expect((await browser.post('/api/login', { link: 'wrong' })).json).toMatchObject({ error: 'LOCKED_OUT' })
    expect((await browser.post('/api/setup', { code: 'x', name: 'M', password })).json).toMatchObject({
      error: 'LOCKED_OUT',
    })
  })
})

describe('accounts', () => {
  beforeEach(async () => {
    browser = await stage.begin()
  })

  test('are made, changed and removed by an administrator, of whom one always is', async () => {
    const made = await browser.post('/api/accounts', { name: 'A. Petit', role: 'viewer', password })
    expect(made.json).toEqual({ name: 'A. Petit', role: 'viewer' })
    const petit = await stage.logIn('A. Petit')
    expect(await browser.post('/api/accounts', { name: 'a. petit', role: 'viewer', password })).toMatchObject({
      status: 409,
      json: { error: 'ACCOUNT_EXISTS' },
    })
    expect((await browser.post('/api/accounts', { name: 'Nobody', role: 'viewer' })).status).toBe(400)
    // The role is looked up at each request.
    await browser.post('/api/accounts', { name: 'A. Petit', role: 'technician' })
    expect((await petit.get('/api/session')).json).toMatchObject({ role: 'technician' })

    for (const change of [
      () => browser.delete('/api/accounts?name=M.%20Durand'),
      () => browser.post('/api/accounts', { name: 'M. Durand', role: 'operator' }),
    ])
      expect(await change()).toMatchObject({ status: 409, json: { error: 'LAST_ADMINISTRATOR' } })

    expect((await browser.delete('/api/accounts?name=A.%20Petit')).status).toBe(204)
    expect((await petit.get('/api/status')).status).toBe(401)
    expect(await browser.delete('/api/accounts?name=A.%20Petit')).toMatchObject({ status: 404 })
    expect((await browser.get('/api/accounts')).json).toEqual([{ name: 'M. Durand', role: 'administrator' }])
  })

  test('that the disk does not take are not there', async () => {
    await stage.access[Symbol.asyncDispose]() // once all is written, the disk takes no more
    mkdirSync(join(stage.around.folder, 'accounts.json.new'))
    const refused = await browser.post('/api/accounts', { name: 'A. Petit', role: 'viewer', password })
    expect(refused).toMatchObject({ status: 500, json: { error: 'FAILED', words: {} } })
    expect((await browser.get('/api/accounts')).json).toHaveLength(1)
    expect(stage.around.logged.at(-1)).toMatchObject({ level: 'error' })
    // A login works all the same: it is a session that a restart forgets.
    await stage.logIn('M. Durand')
  })
})
