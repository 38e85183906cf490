/** The console in Debian's Chromium, before the whole gateway and the demo's street. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contextFor, mishapsOf, openBrowser } from './testing/chromium.ts'
import { consoleSuite } from './testing/console-suite.ts'
import { openRealStage, type RealStage } from './testing/real-stage.ts'
import { logIn, placesOf, type Login } from './testing/stage.ts'

// From the source tree the gateway serves what lies in dist/console: as `npm start` would have it, built of what is here.
beforeAll(() => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../provisioning/ensure-console.mjs')])
})

/** Lamps that follow at once, so that nobody waits for ramps. */
const changes = { 'segments.north.slew': '50/s', 'polling.normal': '1s', 'polling.slow': '2s' }

// What differs between themes and languages, the fixture shows.
consoleSuite('the gateway', () => openRealStage({ changes }), [{ theme: 'night', language: 'fr' }])

describe('of what is really there', () => {
  let stage: RealStage
  let browser: Browser
  beforeAll(async () => {
    stage = await openRealStage({ changes })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await stage[Symbol.asyncDispose]()
  })

  const enter = async (login: Login, hash: string, sign: string): Promise<Page> => {
    const page = await (await contextFor(browser, { theme: 'light', language: 'en', width: 375 })).newPage()
    await page.goto(`${stage.url}/${hash}`)
    await logIn(page, login, sign)
    return page
  }
  const setLight = async (page: Page, percent: string) => {
    await page.locator('.presets button', { hasText: percent }).click()
    await page.fill('input[name=because]', 'a look at the lamps')
    await page.click('.override [type=submit]')
  }
  const lampsAt = async () => (await stage.status()).segments['north']?.actual

  test('every page tells what the street is, and nothing that is not', async () => {
    const page = await enter(stage, '#/', '.measure')
    const mishaps = mishapsOf(page, stage.url)
    const shown: Record<string, string> = {}
    for (const [name, hash, sign] of placesOf(stage)) {
      await page.goto(`${stage.url}/${hash}`)
      await page.locator(`main ${sign}`).first().waitFor()
      shown[name] = await page.locator('main').innerText()
    }
    const pages = Object.entries(shown)
    expect(pages).toHaveLength(8)
    for (const [name, text] of pages)
      expect(text, name).not.toMatch(/NaN|undefined|null|\[object|Invalid|Infinity|\{\w+\}/)
    expect(shown['overview']).toMatch(/100\s%[\s\S]*the program \(evening\)/)
    expect(shown['overview']).toMatch(/Frequency\s+(49\.9|50\.0)\d\sHz/)
    expect(shown['overview']).toContain(`Connected to ${stage.broker}`)
    expect(shown['tonight']).toMatch(/23:00\s+05:00\s+50\s%/)
    for (const device of ['feeder', 'yard', 'lamps']) expect(shown['devices']).toContain(device)
    // each point of the device has been read, and says how long ago
    expect(shown['device']?.match(/(just now|\d+\ss ago)/g)?.length).toBeGreaterThan(20)
    expect(shown['device']).not.toContain('not read yet')
    expect(shown['lines']).toMatch(/modbus-tcp/i)
    expect(shown['data']).toContain('Ville, service éclairage public')
    expect(shown['system']).toContain('place-de-la-fontaine')
    expect(shown['system']).toContain('v26.')
    expect(mishaps).toEqual([])
    await page.context().close()
  })

  test.each([
    ['en', 'The public page', 'The same for machines (JSON)'],
    ['fr', 'La page publique', 'La même pour les machines (JSON)'],
  ] as const)('from the data one comes to the public page, in %s, and to its twin', async (language, name, twin) => {
    const page = await (await contextFor(browser, { theme: 'light', language, width: 375 })).newPage()
    const mishaps = mishapsOf(page, stage.url)
    await page.goto(`${stage.url}/#/data`)
    await logIn(page, stage, '.release')
    await page.getByRole('link', { name }).click()
    await page.waitForURL(`${stage.url}/public?lang=${language}`)
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    await page.goBack()
    await page.getByRole('link', { name: twin }).click()
    await page.waitForURL(`${stage.url}/public.json`)
    expect(JSON.parse((await page.locator('body').textContent()) ?? '')).toHaveProperty('releases')
    expect(mishaps).toEqual([])
    await page.context().close()
  })

  test('the lamps follow an override, and the program once it is released', async () => {
    const page = await enter(stage, '#/tonight/north', '.override form')
    await expect.poll(lampsAt).toBe(100)
    await setLight(page, '50')
    await page.waitForSelector('.verdict.good')
    await expect.poll(lampsAt, { timeout: 20_000 }).toBe(50)
    // and the page says it without being asked
    await page.goto(`${stage.url}/#/`)
    const north = page.locator('.segment', { hasText: 'north side' })
    await expect.poll(() => north.innerText()).toMatch(/Lamps\s+50\s%/)
    await page.goto(`${stage.url}/#/tonight/north`)
    await page.click('.standing button')
    await page.waitForSelector('.verdict:has-text("Released: now")')
    await expect.poll(lampsAt, { timeout: 20_000 }).toBe(100)
    await page.context().close()
  })

  test('while somebody works here, neither another account nor the city commands', async () => {
    const there = await enter(await stage.account('monteur', 'technician'), '#/system', '.log')
    await there.getByRole('button', { name: 'I am working at this cabinet' }).click()
    await there.getByRole('button', { name: 'I have gone' }).waitFor()

    const other = await enter(await stage.account('regie', 'operator'), '#/tonight/north', '.override form')
    expect(await other.locator('.notice.presence').innerText()).toContain('monteur')
    await setLight(other, '50')
    await other.waitForSelector('.verdict.bad')
    expect(await other.locator('.verdict').innerText()).toMatch(/at this cabinet|works here|working/)

    const city = await connectAsync(stage.broker, { reconnectPeriod: 0 })
    try {
      const answered = Promise.withResolvers<string>()
      city.on('message', (_, payload) => answered.resolve(payload.toString()))
      await city.subscribeAsync(`${stage.branch}/answer/#`, { qos: 1 })
      const notAfter = stage.now().add({ minutes: 1 }).toString()
      const order = {
        v: 1,
        value: 40,
        lease: '1m',
        reason: 'night market',
        who: 'the city',
        nonce: 'while-at-work',
        notAfter,
      }
      await city.publishAsync(`${stage.branch}/command/north`, JSON.stringify(order), { qos: 1 })
      const answer = await answered.promise
      expect(JSON.parse(answer)).toMatchObject({ verdict: 'refused', code: 'COMMAND_SOMEBODY_WORKS_HERE' })
      expect(answer).not.toContain('monteur')
    } finally {
      await city.endAsync(true)
    }

    // Who works here commands, though a technician.
    await there.goto(`${stage.url}/#/tonight/north`)
    await there.locator('.override form').waitFor()
    await setLight(there, '75')
    await there.waitForSelector('.verdict.good')
    await expect.poll(lampsAt, { timeout: 20_000 }).toBe(75)
    await there.click('.standing button')
    await there.waitForSelector('.verdict:has-text("Released: now")')
    await there.goto(`${stage.url}/#/system`)
    await there.getByRole('button', { name: 'I have gone' }).click()
    await there.getByRole('button', { name: 'I am working at this cabinet' }).waitFor()
    await other.waitForSelector('.notice.presence', { state: 'detached' })
    await there.context().close()
    await other.context().close()
  })
})
