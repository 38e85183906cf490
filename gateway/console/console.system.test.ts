/** The console in Debian's Chromium, before a fixture that answers as the gateway would. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { buildConsole } from './build.ts'
import { barriersOf, contextFor, mishapsOf, openBrowser, overflowOf } from './testing/chromium.ts'
import { consoleSuite } from './testing/console-suite.ts'
import { openFixture, people, setupCode, type FixtureOptions } from './testing/fixture.ts'
import { logIn } from './testing/stage.ts'
import type { Words } from './testing/street.ts'

const lampiste = { name: 'lampiste', password: people.lampiste.password }

let folder: string
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-'))
  const { gzippedBytes } = await buildConsole(folder)
  console.log(`the console: ${gzippedBytes} bytes gzipped`)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

const open = (options: Omit<FixtureOptions, 'files' | 'clock'> = {}) =>
  openFixture({ files: folder, clock: systemClock, ...options })

consoleSuite('the fixture', async () => {
  const fixture = await open()
  return {
    ...lampiste,
    url: fixture.url,
    segment: 'north',
    device: 'feeder',
    stop: () => fixture.stop(),
    start: () => fixture.start(),
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
})

const attacks = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  'javascript:alert(1)',
  '\u202e\u2066gnp.exe\u202e',
  '{who} ${7*7} {{7*7}}',
  'x'.repeat(5_000),
]

test.each(attacks.map((attack) => [attack.slice(0, 24), attack]))(
  '%s is but words, wherever it comes from',
  async (_, attack) => {
    const words: Words = {
      title: attack,
      north: attack,
      south: attack,
      reason: attack,
      who: attack,
      recipient: attack,
      logged: attack,
      doubt: attack,
    }
    await using fixture = await open({ words, troubled: true, accounts: { ...people, [attack]: people.passant } })
    const context = await contextFor(browser, { theme: 'dark', language: 'fr', width: 375 })
    const page = await context.newPage()
    const mishaps = mishapsOf(page, fixture.url)
    await page.goto(fixture.url)
    await page.waitForSelector('form')
    expect(await overflowOf(page), 'login').toBeLessThanOrEqual(0)
    await logIn(page, lampiste)
    const seen: string[] = []
    for (const hash of ['#/', '#/tonight/south', '#/devices', '#/devices/lamps', '#/lines', '#/data', '#/system']) {
      await page.goto(`${fixture.url}/${hash}`)
      await page.locator('main h2, main .list').first().waitFor()
      for (const summary of await page.locator('main .night details > summary, main > details > summary').all())
        await summary.click()
      seen.push(await page.locator('body').innerText())
      expect(await overflowOf(page), hash).toBeLessThanOrEqual(0)
      expect(await page.locator('main img, main script, main iframe, a[href^="javascript:"]').count(), hash).toBe(0)
      // The places stand where the thumb finds them, whatever the page is called.
      expect(await page.locator('nav.places a').last().isVisible()).toBe(true)
      const top = await page.locator('header.top').boundingBox()
      expect(top?.height).toBeLessThan(80)
    }
    // Clipped by the style sheet at most, never dropped nor turned into anything.
    if (!attack.includes('\u202e')) expect(seen.join(' ').split(attack).length).toBeGreaterThan(8)
    expect(mishaps).toEqual([])
    await context.close()
  },
)

test.each(['light', 'dark', 'night'] as const)('troubles are as legible as calm, in the theme %s', async (theme) => {
  await using fixture = await open({ troubled: true })
  const context = await contextFor(browser, { theme, language: 'fr', width: 375 })
  const page = await context.newPage()
  const mishaps = mishapsOf(page, fixture.url)
  await page.goto(fixture.url)
  await page.waitForSelector('form')
  await page.fill('input[name=name]', 'lampiste')
  await page.fill('input[name=password]', 'not this one')
  await page.click('button[type=submit]')
  await page.waitForSelector('form .notice.bad')
  const found = [...(await barriersOf(page))]
  await logIn(page, lampiste)
  await page.waitForSelector('.alarms .notice')
  found.push(...(await barriersOf(page)))
  await page.goto(`${fixture.url}/#/system`)
  await page.getByRole('button', { name: 'Je travaille dans cette armoire' }).click()
  await page.getByRole('button', { name: 'Je suis parti' }).waitFor()
  await page.goto(`${fixture.url}/#/tonight/north`)
  await page.fill('input[name=because]', 'marché de nuit')
  await page.click('.override [type=submit]')
  await page.waitForSelector('.standing')
  await page.waitForSelector('.verdict.good')
  await page.waitForSelector('.notice.presence')
  found.push(...(await barriersOf(page)))
  await page.goto(`${fixture.url}/#/devices/lamps`)
  await page.locator('.mark.bad').first().waitFor()
  found.push(...(await barriersOf(page)))
  await page.goto(`${fixture.url}/#/lines`)
  await page.locator('.line .notice').waitFor()
  found.push(...(await barriersOf(page)))
  await fixture.stop()
  await page.waitForSelector('.link-notice')
  found.push(...(await barriersOf(page)))
  expect(found).toEqual([])
  expect(mishaps).toEqual([])
  await context.close()
})

test('a link from the gateway logs in at once, and leaves the address bar', async () => {
  await using fixture = await open()
  const context = await contextFor(browser, { theme: 'light', language: 'en', width: 375 })
  const page = await context.newPage()
  await page.goto(fixture.loginLink)
  await page.waitForSelector('.measure')
  expect(page.url()).toBe(`${fixture.url}/#/`)
  // used up: another browser is not let in, and is told why
  const other = await (await contextFor(browser, { theme: 'light', language: 'en', width: 375 })).newPage()
  await other.goto(fixture.loginLink)
  await other.waitForSelector('form .notice.bad')
  expect(other.url()).not.toContain('token')
})

test('the first account is made with the code of the link', async () => {
  await using fixture = await open({ accounts: {} })
  const context = await contextFor(browser, { theme: 'light', language: 'fr', width: 375 })
  const page = await context.newPage()
  const mishaps = mishapsOf(page, fixture.url)
  await page.goto(`${fixture.url}/#setup=${setupCode}`)
  await page.waitForSelector('form')
  expect(page.url()).not.toContain(setupCode)
  expect(await page.inputValue('input[name=code]')).toBe(setupCode)
  await logIn(page, { name: 'premier', password: 'une lanterne' })
  expect(mishaps).toEqual([])
})

test('a session that ends leads to the login, and back to where one was', async () => {
  await using fixture = await open()
  const context = await contextFor(browser, { theme: 'light', language: 'en', width: 375 })
  const page = await context.newPage()
  await page.goto(`${fixture.url}/#/devices/feeder`)
  await logIn(page, lampiste, '.point')
  await context.clearCookies()
  await page.waitForSelector('input[name=password]', { timeout: 15_000 })
  expect(await page.locator('.notice').first().innerText()).toContain('session has ended')
  await logIn(page, lampiste, '.point')
  expect(page.url()).toBe(`${fixture.url}/#/devices/feeder`)
})

test('whoever may only look is told so, and offered nothing else', async () => {
  await using fixture = await open()
  const context = await contextFor(browser, { theme: 'light', language: 'en', width: 375 })
  const page = await context.newPage()
  await page.goto(`${fixture.url}/#/tonight/north`)
  await logIn(page, { name: 'passant', password: people.passant.password }, '.night-curve')
  expect(await page.locator('.override').innerText()).toContain('Your role (viewer) sees the light')
  expect(await page.locator('.override form').count()).toBe(0)
  await page.goto(`${fixture.url}/#/system`)
  await page.getByRole('heading', { name: 'Log', exact: true }).waitFor()
  expect(await page.locator('main').innerText()).toContain('Your role does not show the log')
  expect(await page.locator('a[href="/api/support"]').count()).toBe(0)
  expect(await page.getByRole('heading', { name: 'Accounts' }).count()).toBe(0)
})

test('a gateway that hangs is told within five seconds, though the connection stands', async () => {
  await using fixture = await open()
  const context = await contextFor(browser, { theme: 'night', language: 'fr', width: 375 })
  const page = await context.newPage()
  await page.goto(fixture.url)
  await page.waitForSelector('form')
  await logIn(page, lampiste)
  await page.waitForSelector('.link.live')
  fixture.hush()
  const hushedMs = systemClock.monotonicMs()
  await page.waitForSelector('.link-notice')
  const toldMs = systemClock.monotonicMs() - hushedMs
  console.log(`a gateway that hangs: told after ${Math.round(toldMs)} ms`)
  expect(await page.locator('.link-notice').innerText()).toMatch(/Aucune nouvelle de l’armoire depuis \d\d:\d\d:\d\d/)
  // the last word came up to two seconds before
  expect(toldMs).toBeLessThan(5_500)
})

test('a page that is not seen asks nothing, and listens again at once when it is', async () => {
  await using fixture = await open()
  const context = await contextFor(browser, { theme: 'light', language: 'en', width: 375 })
  const page = await context.newPage()
  await page.goto(fixture.url)
  await page.waitForSelector('form')
  await logIn(page, lampiste)
  const count = () => fixture.asked.filter((asked) => asked === 'GET /api/live').length
  const before = count()
  const hide = (state: 'hidden' | 'visible') =>
    page.evaluate(`
      Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    `)
  await hide('hidden')
  await page.waitForTimeout(5_500)
  expect(await page.locator('.link-notice').count()).toBe(0)
  expect(count()).toBe(before)
  await hide('visible')
  await expect.poll(count).toBe(before + 1)
  await page.waitForSelector('.link.live')
})
