/** What the console's suite, and its bench, play on; and what both do there: go in, see every page, wait for a value. */
import type { BrowserContext, Page } from 'playwright-core'

/** A running gateway, or what stands for one, that shows the demo street. */
export interface Stage extends AsyncDisposable {
  /** without a slash at the end */
  readonly url: string
  /** an account that may do all */
  readonly name: string
  readonly password: string
  /** a segment that is lit, and may be commanded */
  readonly segment: string
  /** a device that measures */
  readonly device: string
  stop(): Promise<void>
  start(): Promise<void>
}

export type Login = Pick<Stage, 'name' | 'password'>

export const themes = ['light', 'dark', 'night'] as const
export const languages = ['en', 'fr'] as const

/** Every page behind the login: its name, its address, and what is there once it is drawn. */
export function placesOf({ segment, device }: Pick<Stage, 'segment' | 'device'>) {
  return [
    ['overview', '#/', '.measure'],
    ['tonight', `#/tonight/${segment}`, '.night-curve'],
    ['devices', '#/devices', '.list li'],
    ['device', `#/devices/${device}`, '.point'],
    ['lines', '#/lines', '.line'],
    ['data', '#/data', '.release'],
    ['system', '#/system', '.log'],
    ['unknown', '#/nowhere', 'h1'],
  ] as const
}

export async function logIn(page: Page, { name, password }: Login, sign = '.measure'): Promise<void> {
  await page.fill('input[name=name]', name)
  await page.fill('input[name=password]', password)
  await page.click('button[type=submit]')
  await page.locator(sign).first().waitFor()
}

/** Calls back on the login page and on every one behind it, each once it shows what it has. */
export async function seeEveryPage(
  page: Page,
  stage: Pick<Stage, 'url' | 'name' | 'password' | 'segment' | 'device'>,
  look: (name: string) => Promise<void>,
): Promise<void> {
  await page.goto(stage.url)
  await page.waitForSelector('form')
  await look('login')
  await logIn(page, stage)
  for (const [name, hash, sign] of placesOf(stage)) {
    await page.goto(`${stage.url}/${hash}`)
    await page.locator(`main ${sign}`).first().waitFor()
    if (name === 'device') {
      await page.locator('.point summary').nth(6).click()
      await page.locator('.why .facts').waitFor()
    }
    await look(name)
  }
}

/** Where each page of the context notes when it first shows a measured value, from its navigation on. */
export function noteFirstValue(context: BrowserContext) {
  return context.addInitScript(`
    new MutationObserver((_, observer) => {
      const shown = [...document.querySelectorAll('.measure .value')].some(({ textContent }) => /\\d/.test(textContent))
      if (!shown) return
      observer.disconnect()
      document.documentElement.dataset.firstValueMs = String(Math.round(performance.now()))
    }).observe(document, { childList: true, subtree: true, characterData: true })
  `)
}

/** A phone of some years on a thin line, which keeps nothing: each visit is the first. */
export async function slowPhone(page: Page): Promise<void> {
  const phone = await page.context().newCDPSession(page)
  await phone.send('Network.enable')
  await phone.send('Network.setCacheDisabled', { cacheDisabled: true })
  await phone.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 40,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  })
  await phone.send('Emulation.setCPUThrottlingRate', { rate: 4 })
}

/** So many visits, each in ms from the navigation to the first value. The page is logged in. */
export async function firstValuesMs(page: Page, visits: number): Promise<number[]> {
  const times: number[] = []
  for (let visit = 0; visit < visits; visit++) {
    await page.reload()
    await page.waitForSelector('html[data-first-value-ms]')
    times.push(Number(await page.locator('html').getAttribute('data-first-value-ms')))
  }
  return times.sort((a, b) => a - b)
}
