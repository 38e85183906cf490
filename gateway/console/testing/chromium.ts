/** Debian's Chromium as the console's tests use it: nothing of its own goes over the network. */
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

export const chromiumPath = '/usr/bin/chromium'

/** `textPx`: how large somebody has set its letters, who sees badly; 16 px unless told. */
export function openBrowser({ textPx = 16 }: { textPx?: number } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--blink-settings=defaultFontSize=${textPx}`,
    ],
  })
}

export interface Look {
  readonly theme: 'light' | 'dark' | 'night'
  readonly language: 'en' | 'fr'
  readonly width: number
}

/** Chosen as a person would have chosen it before. */
export async function contextFor(browser: Browser, { theme, language, width }: Look): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 740 : 860 },
    deviceScaleFactor: width < 600 ? 2 : 1,
    locale: language === 'fr' ? 'fr-FR' : 'en-GB',
    // a screen that belongs to nobody: only what was chosen counts
    colorScheme: 'light',
  })
  await context.addInitScript(
    `localStorage.setItem('fanal.theme', '${theme}'); localStorage.setItem('fanal.language', '${language}')`,
  )
  return context
}

/** What should never happen on a page, as it happens. */
export function mishapsOf(page: Page, origin: string): string[] {
  const mishaps: string[] = []
  page.on('console', (message) => {
    // The browser tells of each answer that is a refusal, and of a gateway that is away for a moment: so do we, on the page.
    const isTold = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|status of 4\d\d/.test(message.text())
    if (message.type() === 'error' && !isTold) mishaps.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => mishaps.push(`error: ${String(error)}`))
  page.on('dialog', (dialog) => {
    mishaps.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) mishaps.push(`request: ${url}`)
  })
  return mishaps
}

// What is asked of the page itself is text: this file knows of no browser.

/** How much wider than its window the page is. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
}

/** Texts that are cut off at the side: what is wider than the box that hides it, or stands outside of the window. */
export function clippedOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('body *')]
      .filter((one) => one.offsetParent !== null && !one.closest('svg'))
      .filter((one) => {
        for (let at = one; at !== null; at = at.parentElement) if (getComputedStyle(at).clipPath !== 'none') return false
        return true
      })
      .filter((one) => {
        const style = getComputedStyle(one)
        const hides = style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.overflowX !== 'scroll'
        const says = one.childElementCount === 0 && one.textContent.trim() !== ''
        const scrolls = one.closest('.scroll, .log, pre') !== null
        const { right, left } = one.getBoundingClientRect()
        const isOut = says && !scrolls && (right > window.innerWidth + 1 || left < -1)
        return isOut || (hides && says && style.textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1)
      })
      .map((one) => one.outerHTML.slice(0, 120))
  `)
}

/** What can be touched, and is too small for a thumb in a glove. */
export function smallTargetsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('a, button, input, summary')]
      .filter((target) => target.offsetParent !== null && !target.matches('.skip'))
      .filter((target) => target.getBoundingClientRect().height < 47.5)
      .map((target) => target.outerHTML.slice(0, 120))
  `)
}

/** What axe finds serious or critical: what keeps somebody from reading or doing something. */
export async function barriersOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ target }) => String(target)).join(', ')}`)
}

/** Of the pixel in the corner of a picture, the brightest of its colours. */
export async function brightnessOf(browser: Browser, png: string): Promise<number> {
  const reader = await browser.newPage()
  const brightness = await reader.evaluate<number>(`(async () => {
    const drawn = new Image()
    drawn.src = 'data:image/png;base64,${png}'
    await drawn.decode()
    const canvas = document.createElement('canvas').getContext('2d')
    canvas.drawImage(drawn, 0, 0)
    return Math.max(...canvas.getImageData(2, 2, 1, 1).data.slice(0, 3))
  })()`)
  await reader.close()
  return brightness
}
