/** The bars of the program itself, as it is shipped: how soon it reads, how much memory it holds. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gatewayEvent } from '../events.ts'
import { openStreet, writeSite } from '../testing/cabinet.ts'
import { Program } from '../testing/programs.ts'
import { Folder, freePort } from '../testing/surroundings.ts'
import { systemClock } from '../clock.ts'
import { bar } from './bars.ts'
import { measured, quantile, spread, unmeasured, type Result } from './result.ts'
import { flagsOfUnit } from './unit-flags.ts'

const root = join(import.meta.dirname, '../..')
const bundle = join(root, 'dist/lib/gateway.js')

export async function* runtime({ short }: { short: boolean }): AsyncGenerator<Result> {
  if (!existsSync(bundle)) {
    const why = 'there is no bundle: npm run build'
    yield unmeasured(bar('runtime.cold-start-ms'), why)
    yield unmeasured(bar('runtime.rss-mb'), why)
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

  await using gateway = new Bundled(site, folder.file('state'), cache)
  await gateway.firstReadingMs()
  const minutes = short ? 1 : 10
  const rssMb: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await delay(60_000)
    rssMb.push(gateway.rssMb())
  }
  const last = rssMb.at(-1) ?? NaN
  const method = `resident memory of the bundled gateway as the unit starts it, with the demo site, all devices polled, ${minutes} min after its start`
  if (short) yield unmeasured(bar('runtime.rss-mb'), `${method}: ${last.toFixed(1)} MB; the bar wants 10 min`)
  else yield measured(bar('runtime.rss-mb'), last, method, spread(rssMb, 1))
}

async function coldStartMs(site: string, state: string, cache: string): Promise<number> {
  await using gateway = new Bundled(site, state, cache)
  return await gateway.firstReadingMs()
}

/** The bundle's gateway process alone, as systemd would start it. */
class Bundled implements AsyncDisposable {
  readonly #started = systemClock.now()
  readonly #program: Program

  constructor(site: string, state: string, cache: string) {
    const args = [...flagsOfUnit(), bundle, '--site', site, '--state', state, '--until-stdin-closes']
    this.#program = new Program(process.execPath, args, { CACHE_DIRECTORY: cache })
  }

  async firstReadingMs(): Promise<number> {
    const told = gatewayEvent.parse(JSON.parse(await this.#program.said(/^\{"event":"reading"/)))
    if (told.event !== 'reading') throw new Error('no reading')
    return this.#started.until(told.at).total('milliseconds')
  }

  rssMb(): number {
    const events = this.#program.out.map((line) => gatewayEvent.parse(JSON.parse(line)))
    const pid = events.find((event) => event.event === 'running')?.pid
    if (pid === undefined) throw new Error('it has not said that it runs')
    const kB = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kB) / 1_000
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]()
  }
}
