/** The bars of the console, by Debian's Chromium, before the gateway as it is shipped: how much it loads, how soon it shows. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { barriersOf, chromiumPath, contextFor, openBrowser } from '../console/testing/chromium.ts'
import { openRealStage, type RealStage } from '../console/testing/real-stage.ts'
import {
  firstValuesMs,
  languages,
  logIn,
  noteFirstValue,
  seeEveryPage,
  slowPhone,
  themes,
} from '../console/testing/stage.ts'
import { transferOf } from '../console/testing/transfer.ts'
import { bar, barsOf } from './bars.ts'
import { measured, spread, quantile, unmeasured, type Result } from './result.ts'

const root = join(import.meta.dirname, '../..')
const bundle = join(root, 'dist/lib/gateway.js')

type Browser = Awaited<ReturnType<typeof openBrowser>>

export async function* console({ short }: { short: boolean }): AsyncGenerator<Result> {
  if (!existsSync(chromiumPath)) {
    for (const id of barsOf('console')) yield unmeasured(bar(id), `there is no ${chromiumPath}: apt install chromium`)
    return
  }
  const isBundled = existsSync(bundle)
  const served = isBundled ? 'the bundled gateway' : 'the gateway from its source, since there is no bundle'
  // The pages are of what lies here, also where the bundle is older.
  execFileSync(process.execPath, [join(root, 'provisioning/ensure-console.mjs')])
  await using stage = await openRealStage(isBundled ? { program: bundle } : {})
  await using browser = await openBrowser()
  yield await size(stage, browser, served)
  yield await firstValues(stage, browser, served, short ? 3 : 5)
  yield await axe(stage, browser, served, short)
}

/** All that a browser loads that was never here, up to the first value: the login, then the pages behind it. */
async function size(stage: RealStage, browser: Browser, served: string): Promise<Result> {
  const context = await contextFor(browser, { theme: 'night', language: 'fr', width: 375 })
  const page = await context.newPage()
  const transfer = await transferOf(page)
  await seeEveryPage(page, stage, () => Promise.resolve())
  const files = transfer.files()
  await context.close()
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return measured(
    bar('console.size-kb-gz'),
    bytes / 1_000,
    `what Chromium received on the wire, headers included, for all pages, scripts and styles of a first visit that sees every page, from ${served}; what it asks of the gateway (/api) left out`,
    {
      files: files.length,
      ...Object.fromEntries(files.map(({ path, bytes }) => [path, `${(bytes / 1_000).toFixed(1)} kB`])),
      'asked of /api': `${(transfer.askedBytes() / 1_000).toFixed(1)} kB`,
    },
  )
}

async function firstValues(stage: RealStage, browser: Browser, served: string, visits: number): Promise<Result> {
  const context = await contextFor(browser, { theme: 'night', language: 'fr', width: 375 })
  await noteFirstValue(context)
  const page = await context.newPage()
  await page.goto(stage.url)
  await page.waitForSelector('form')
  await logIn(page, stage)
  await slowPhone(page)
  const times = await firstValuesMs(page, visits)
  await context.close()
  return measured(
    bar('console.first-values-ms'),
    quantile(times, 0.5),
    `Chromium as a phone: 375 px, CPU 4 times slower, 1.6 Mbit/s down, 0.75 up, 40 ms; logged in, nothing cached; from the navigation to the first measured value on the overview, of ${served}; median`,
    spread(times),
  )
}

async function axe(stage: RealStage, browser: Browser, served: string, short: boolean): Promise<Result> {
  const found: string[] = []
  let pages = 0
  for (const theme of short ? (['night'] as const) : themes)
    for (const language of languages) {
      const context = await contextFor(browser, { theme, language, width: 375 })
      const page = await context.newPage()
      await seeEveryPage(page, stage, async (name) => {
        pages++
        for (const barrier of await barriersOf(page)) found.push(`${theme} ${language} ${name}: ${barrier}`)
      })
      await context.close()
    }
  const method = `what axe-core finds serious or critical on every page, the login's too, at 375 px, in ${short ? 'the theme night' : 'three themes'} and two languages, of ${served}`
  const seen = {
    pages,
    ...Object.fromEntries(found.slice(0, 10).map((barrier, index) => [`found ${index + 1}`, barrier])),
  }
  if (short)
    return unmeasured(
      bar('console.axe-serious'),
      `${method}: ${found.length} on ${pages} pages; the bar wants three themes`,
    )
  return measured(bar('console.axe-serious'), found.length, method, seen)
}
