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

const bundle = join(import.meta.dirname, '../../dist/lib/gateway.js')

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

  const tookMs: number[] = []
  for (let run = 0; run < (short ? 3 : 9); run++) {
    await using gateway = new Bundled(site, folder.file(`state-${run}`))
    tookMs.push(await gateway.firstReadingMs())
  }
  yield measured(
    bar('runtime.cold-start-ms'),
    quantile(tookMs, 0.5),
    'the bundled gateway with the demo site, a state folder of its own each time: from its start to its word that a reading was good; median',
    spread(tookMs),
  )

  await using gateway = new Bundled(site, folder.file('state'))
  await gateway.firstReadingMs()
  const minutes = short ? 1 : 10
  const rssMb: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await delay(60_000)
    rssMb.push(gateway.rssMb())
  }
  const last = rssMb.at(-1) ?? NaN
  const method = `resident memory of the bundled gateway with the demo site, all devices polled, ${minutes} min after its start`
  if (short) yield unmeasured(bar('runtime.rss-mb'), `${method}: ${last.toFixed(1)} MB; the bar wants 10 min`)
  else yield measured(bar('runtime.rss-mb'), last, method, spread(rssMb, 1))
}

/** The bundle's gateway process alone, as systemd would start it. */
class Bundled implements AsyncDisposable {
  readonly #started = systemClock.now()
  readonly #program: Program

  constructor(site: string, state: string) {
    this.#program = new Program(process.execPath, [
      '--max-semi-space-size=4',
      bundle,
      '--site',
      site,
      '--state',
      state,
      '--until-stdin-closes',
    ])
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
