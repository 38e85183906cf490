/** The public page in Debian's Chromium: on a phone's width, without scripts, in both languages, in light and in dark. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriersOf, clippedOf, mishapsOf, openBrowser, overflowOf } from '../../console/testing/chromium.ts'
import { openStage, type Stage } from '../../local/testing/stage.ts'
import { PublicPages } from '../../report/public.ts'
import { article30Of } from './article30.ts'
import { mostPageBytes } from './page.ts'
import { publicTwinOf } from './public-twin.ts'
import { registerPage } from './sheet.ts'
import { factsWith } from './testing/facts.ts'

/** Where pictures are put, if anywhere. */
const gallery = process.env['FANAL_SCREENSHOTS']

let browser: Browser
let stage: Stage
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-'))
  browser = await openBrowser()
  // as the gateway serves it, headers and all
  stage = await openStage({ open: new PublicPages({ monotonicMs: () => 0 }, () => factsWith()).told })
})
afterAll(async () => {
  await browser.close()
  await stage[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

interface Look {
  readonly language: 'fr' | 'en'
  readonly colorScheme: 'light' | 'dark'
  readonly width: number
}

function contextFor({ language, colorScheme, width }: Look, scripts = false): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height: 740 },
    locale: language === 'fr' ? 'fr-FR' : 'en-GB',
    colorScheme,
    javaScriptEnabled: scripts,
  })
}

const looks = (['fr', 'en'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((colorScheme) => [360, 1280].map((width) => ({ language, colorScheme, width }))),
)

describe('the public page', () => {
  test.each(looks)('in $language, $colorScheme, $width px: legible to all, without a script', async (look) => {
    const context = await contextFor(look)
    const page = await context.newPage()
    const mishaps = mishapsOf(page, stage.url)
    const answer = await page.goto(`${stage.url}/public`)
    expect((await answer?.body())?.length).toBeLessThan(mostPageBytes)
    expect(await page.locator('html').getAttribute('lang')).toBe(look.language)
    expect(await page.locator('h1').innerText()).toBe(
      look.language === 'fr' ? 'Ce que dit cette armoire' : 'What this cabinet tells',
    )
    expect(await page.locator('.chain dt').count()).toBe(8)
    expect(await page.locator('.release').count()).toBe(3)
    for (const summary of await page.locator('summary').all()) await summary.click()
    expect(await page.locator('pre').first().innerText()).toContain('"feeder.power_active.mean"')
    if (gallery !== undefined) {
      mkdirSync(gallery, { recursive: true })
      const name = `public-${look.language}-${look.colorScheme}-${look.width}.png`
      await page.screenshot({ path: join(gallery, name), fullPage: true })
    }
    expect(mishaps).toEqual([])
    expect(await context.cookies()).toEqual([])
    await context.close()
  })

  test.each(looks)('in $language, $colorScheme, $width px: no barrier, nothing beyond its width', async (look) => {
    // axe is a script itself: it comes in past the page's own rules
    const context = await contextFor(look, true)
    const page = await context.newPage()
    const file = join(folder, 'page.html')
    const answer = await fetch(`${stage.url}/public?lang=${look.language}`)
    writeFileSync(file, await answer.text())
    await page.goto(`file://${file}`)
    await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    expect(await clippedOf(page)).toEqual([])
    expect(await barriersOf(page)).toEqual([])
    const background = await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    expect(background).toBe(look.colorScheme === 'dark' ? 'rgb(19, 21, 25)' : 'rgb(251, 250, 247)')
    await context.close()
  })

  test('at 175 %, on the narrowest of phones, nothing runs out of the page', async () => {
    await using large = await openBrowser({ textPx: 28 })
    const page = await large.newPage({ viewport: { width: 320, height: 640 } })
    await page.goto(`${stage.url}/public?lang=fr`)
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    expect(await clippedOf(page)).toEqual([])
  })

  test('the other language is one touch away, and so is the twin', async () => {
    const context = await contextFor({ language: 'fr', colorScheme: 'light', width: 360 })
    const page = await context.newPage()
    await page.goto(`${stage.url}/public`)
    await page.getByRole('link', { name: 'English' }).click()
    expect(await page.locator('h1').innerText()).toBe('What this cabinet tells')
    const box = await page.getByRole('link', { name: 'Français' }).boundingBox()
    expect(box?.height).toBeGreaterThanOrEqual(44)
    await page.getByRole('link', { name: 'The same for machines' }).click()
    expect(page.url()).toBe(`${stage.url}/public.json`)
    await context.close()
  })
})

test.each(['fr', 'en'] as const)('the register in %s: no barrier, on a phone and on paper', async (language) => {
  const file = join(folder, 'register.html')
  writeFileSync(file, registerPage(article30Of(publicTwinOf(factsWith())), language))
  const context = await contextFor({ language, colorScheme: 'light', width: 360 }, true)
  const page = await context.newPage()
  await page.goto(`file://${file}`)
  expect(await overflowOf(page)).toBeLessThanOrEqual(0)
  expect(await barriersOf(page)).toEqual([])
  await page.emulateMedia({ media: 'print' })
  expect(await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')).toBe(
    'rgb(255, 255, 255)',
  )
  if (gallery !== undefined) {
    await page.emulateMedia({ media: 'screen' })
    await page.setViewportSize({ width: 900, height: 1200 })
    await page.screenshot({ path: join(gallery, `register-${language}.png`), fullPage: true })
  }
  await context.close()
})
