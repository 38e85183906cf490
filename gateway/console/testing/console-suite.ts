/** What holds of the console at whatever gateway serves it: a suite for the fixture and for the real one. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  barriersOf,
  brightnessOf,
  clippedOf,
  contextFor,
  mishapsOf,
  openBrowser,
  overflowOf,
  smallTargetsOf,
  type Look,
} from './chromium.ts'
import {
  firstValuesMs,
  languages,
  logIn,
  noteFirstValue,
  seeEveryPage,
  slowPhone,
  themes,
  type Stage,
} from './stage.ts'

const widths = [375, 1280] as const
const everyLook = themes.flatMap((theme) => languages.map((language) => ({ theme, language })))

/** Where pictures of all pages are put, if anywhere. */
const gallery = process.env['FANAL_SCREENSHOTS']

/** `looks`: in which themes and languages every page is read by axe; all of them, unless another stage has seen them. */
export function consoleSuite(
  what: string,
  open: () => Promise<Stage>,
  looks: readonly Pick<Look, 'theme' | 'language'>[] = everyLook,
): void {
  describe(`the console of ${what}`, () => {
    let stage: Stage
    let browser: Browser
    beforeAll(async () => {
      stage = await open()
      browser = await openBrowser()
    })
    afterAll(async () => {
      await browser.close()
      await stage[Symbol.asyncDispose]()
    })

    test.each(looks)(
      'in the theme $theme and the language $language: legible to all, within its width, quiet',
      async (look) => {
        let examined = 0
        const found: string[] = []
        for (const width of widths) {
          const context = await contextFor(browser, { ...look, width })
          const page = await context.newPage()
          const mishaps = mishapsOf(page, stage.url)
          await seeEveryPage(page, stage, async (name) => {
            expect(await overflowOf(page), `${name} at ${width}`).toBeLessThanOrEqual(0)
            if (gallery !== undefined) await picture(page, { ...look, width }, name)
            // colours and structure are those of the phone
            if (width !== 375) return
            expect(await smallTargetsOf(page), name).toEqual([])
            examined++
            found.push(...(await barriersOf(page)).map((barrier) => `${name}: ${barrier}`))
          })
          expect(mishaps).toEqual([])
          await context.close()
        }
        console.log(`${look.theme}, ${look.language}: ${examined} pages by axe, ${found.length} serious or critical`)
        expect(found).toEqual([])
        expect(examined).toBe(9)
      },
    )

    test('at 175 %, on the narrowest of phones, nothing runs out of the page', async () => {
      await using large = await openBrowser({ textPx: 28 })
      const context = await contextFor(large, { theme: 'light', language: 'fr', width: 320 })
      const page = await context.newPage()
      expect(await page.evaluate('parseFloat(getComputedStyle(document.documentElement).fontSize)')).toBe(28)
      const wide: string[] = []
      await seeEveryPage(page, stage, async (name) => {
        if ((await overflowOf(page)) > 0) wide.push(name)
        wide.push(...(await clippedOf(page)).map((clipped) => `${name}: ${clipped}`))
        if (gallery !== undefined)
          await picture(page, { theme: 'light', language: 'fr', width: 320 }, `${name}-enlarged`)
      })
      expect(wide).toEqual([])
      await context.close()
    })

    test('by keyboard alone: in, to tonight, override, release, out', async () => {
      const context = await contextFor(browser, { theme: 'night', language: 'en', width: 375 })
      const page = await context.newPage()
      const mishaps = mishapsOf(page, stage.url)
      const { keyboard } = page
      /** Tab until something of this selector has the focus. */
      const reach = async (selector: string, tab: 'Tab' | 'Shift+Tab' = 'Tab') => {
        for (let presses = 0; presses < 60; presses++) {
          await keyboard.press(tab)
          if ((await page.locator(selector).and(page.locator(':focus')).count()) > 0) return
        }
        throw new Error(`${selector} is not reached by Tab`)
      }
      await page.goto(stage.url)
      await page.waitForSelector('form')
      await reach('input[name=name]')
      await keyboard.type(stage.name)
      await keyboard.press('Tab')
      await keyboard.type(stage.password)
      await keyboard.press('Enter')
      await page.waitForSelector('.measure')
      await reach('nav.places a[href="#/tonight"]', 'Shift+Tab')
      await keyboard.press('Enter')
      await page.waitForSelector('.override form')
      expect(await page.locator('h1:focus').count()).toBe(1)
      await reach('.override input[type=range]')
      await keyboard.press('Home')
      for (let presses = 0; presses < 3; presses++) await keyboard.press('ArrowRight')
      const level = await page.locator('.slider output').innerText()
      await reach('.override input[type=radio]')
      await keyboard.press('ArrowLeft')
      await reach('.override input[name=because]')
      // without a reason nothing is commanded, and that is said
      await keyboard.press('Enter')
      await page.waitForSelector('.wrong[role=alert]')
      await keyboard.type('a look at the lamps')
      await keyboard.press('Enter')
      await page.waitForSelector('.verdict.good')
      expect(await page.locator('.verdict').innerText()).toContain(`Accepted: ${level} until`)
      await page.waitForSelector('.standing')
      expect(await page.locator('.standing').innerText()).toMatch(/Returns by itself in .*: at .*the program/)
      await reach('.standing button', 'Shift+Tab')
      await keyboard.press('Enter')
      await page.waitForSelector('.verdict:has-text("Released: now")')
      await page.waitForSelector('.standing', { state: 'detached' })
      await reach('nav.places a[href="#/system"]', 'Shift+Tab')
      await keyboard.press('Enter')
      await page.waitForSelector('.log')
      await reach('button:has-text("Log out")')
      await keyboard.press('Enter')
      await page.waitForSelector('input[name=password]')
      expect(mishaps).toEqual([])
      await context.close()
    })

    test('a restart of the gateway is told, and over by itself', async () => {
      const context = await contextFor(browser, { theme: 'dark', language: 'en', width: 375 })
      const page = await context.newPage()
      const mishaps = mishapsOf(page, stage.url)
      await page.goto(`${stage.url}/#/tonight/${stage.segment}`)
      await logIn(page, stage, '.night-curve')
      await page.waitForSelector('.link.live')
      await stage.stop()
      const stopped = performanceNow()
      await page.waitForSelector('.link-notice')
      const toldMs = performanceNow() - stopped
      expect(await page.locator('.link-notice').innerText()).toMatch(
        /No word from the cabinet since \d\d:\d\d:\d\d; trying again/,
      )
      await stage.start()
      const started = performanceNow()
      const askedAgain = page.waitForResponse((response) => response.url().includes('/api/tonight') && response.ok())
      await page.waitForSelector('.link.live', { timeout: 20_000 })
      await page.waitForSelector('.link-notice', { state: 'detached' })
      const backMs = performanceNow() - started
      await askedAgain
      console.log(`restart: told after ${Math.round(toldMs)} ms, back ${Math.round(backMs)} ms after the start`)
      expect(toldMs).toBeLessThan(5_000)
      expect(mishaps).toEqual([])
      await context.close()
    })

    test('the first live value comes fast on a slow phone', async () => {
      const context = await contextFor(browser, { theme: 'night', language: 'fr', width: 375 })
      await noteFirstValue(context)
      const page = await context.newPage()
      await page.goto(stage.url)
      await page.waitForSelector('form')
      await logIn(page, stage)
      await slowPhone(page)
      const times = await firstValuesMs(page, 5)
      console.log(`first live value at 1.6 Mbit/s, 40 ms, 4 × CPU: ${times.join(', ')} ms`)
      expect(times[2]).toBeLessThan(2_000)
      await context.close()
    })

    test('at night nothing flashes white, however slow the line', async () => {
      const context = await contextFor(browser, { theme: 'night', language: 'en', width: 375 })
      const page = await context.newPage()
      await page.goto(stage.url)
      await page.waitForSelector('form')
      const film: string[] = []
      const camera = await context.newCDPSession(page)
      camera.on('Page.screencastFrame', ({ data, sessionId }) => {
        film.push(data)
        void camera.send('Page.screencastFrameAck', { sessionId })
      })
      await page.route(/\.(js|css)$/, async (route) => {
        await page.waitForTimeout(400)
        await route.continue()
      })
      await camera.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 })
      for (let run = 0; run < 3; run++) {
        await page.reload()
        await page.waitForSelector('form')
      }
      await camera.send('Page.stopScreencast')
      const brightest = Math.max(...(await Promise.all(film.map((png) => brightnessOf(browser, png)))))
      console.log(`at night, the brightest corner of ${film.length} pictures while loading: ${brightest} of 255`)
      expect(film.length).toBeGreaterThan(0)
      expect(brightest).toBeLessThan(40)
      await context.close()
    })
  })
}

/** The tests' own stopwatch: what is measured here is the browser, which no fake clock moves. */
function performanceNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

async function picture(page: Page, { theme, language, width }: Look, name: string): Promise<void> {
  const folder = join(gallery ?? '', `${theme}-${language}-${width}`)
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
