/** The bars of the program itself, as it is shipped: how soon it reads, how much memory it holds. */
import { setTimeout as delay } from 'node:timers/promises'
import { openStreet, writeSite } from '../testing/cabinet.ts'
import { Folder, freePort } from '../testing/surroundings.ts'
import { bar } from './bars.ts'
import { measured, quantile, spread, unmeasured, type Result } from './result.ts'
import { isBundled, noBundle, Shipped } from './shipped.ts'

export async function* runtime({ short }: { short: boolean }): AsyncGenerator<Result> {
  if (!isBundled()) {
    yield unmeasured(bar('runtime.cold-start-ms'), noBundle)
    yield unmeasured(bar('runtime.rss-mb'), noBundle)
    return
  }
  await using street = await openStreet()
  using folder = new Folder()
  const site = writeSite(folder.file('site.yaml'), street, { console: { listen: `127.0.0.1:${await freePort()}` } })

  const cache = folder.file('compiled')
  const first = await coldStartMs(site, folder.file('state-first'), cache)
  const tookMs: number[] = []
  for (let run = 0; run < (short ? 3 : 9); run++) {
    tookMs.push(await coldStartMs(site, folder.file(`state-${run}`), cache))
  }
  yield measured(
    bar('runtime.cold-start-ms'),
    quantile(tookMs, 0.5),
    'the bundled gateway as the unit starts it, with the demo site, a state folder of its own each time, what V8 compiled kept from one start before: from its start to its word that a reading was good; median',
    { ...spread(tookMs), 'that first start': first.toFixed(0) },
  )

  await using gateway = new Shipped(site, { state: folder.file('state'), cache })
  await gateway.firstReadingMs()
  const minutes = short ? 1 : 10
  const rssMb: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await delay(60_000)
    rssMb.push(gateway.rssMb)
  }
  const last = rssMb.at(-1) ?? NaN
  const method = `resident memory of the bundled gateway as the unit starts it, with the demo site, all devices polled, ${minutes} min after its start`
  if (short) yield unmeasured(bar('runtime.rss-mb'), `${method}: ${last.toFixed(1)} MB; the bar wants 10 min`)
  else yield measured(bar('runtime.rss-mb'), last, method, spread(rssMb, 1))
}

async function coldStartMs(site: string, state: string, cache: string): Promise<number> {
  await using gateway = new Shipped(site, { state, cache })
  return await gateway.firstReadingMs()
}
