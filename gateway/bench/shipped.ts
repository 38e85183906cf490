/** The gateway's process alone, as systemd would start it: the bundle, with the flags of the unit. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { gatewayEvent, type GatewayEvent } from '../events.ts'
import { Program } from '../testing/programs.ts'
import { cpuMs, rssMb } from './process-figures.ts'
import { flagsOfUnit } from './unit-flags.ts'

const bundle = join(import.meta.dirname, '../../dist/lib/gateway.js')

export const isBundled = () => existsSync(bundle)

export const noBundle = 'there is no bundle: npm run build'

export interface Folders {
  readonly state: string
  /** where what V8 compiled is kept */
  readonly cache: string
  /** of the site's own profiles */
  readonly profiles?: string
}

export class Shipped implements AsyncDisposable {
  readonly #started = systemClock.now()
  readonly #program: Program

  constructor(site: string, { state, cache, profiles }: Folders) {
    const own = profiles === undefined ? [] : ['--profiles', profiles]
    const args = [...flagsOfUnit(), bundle, '--site', site, ...own, '--state', state, '--until-stdin-closes']
    this.#program = new Program(process.execPath, args, { CACHE_DIRECTORY: cache })
  }

  async firstReadingMs(): Promise<number> {
    const told = gatewayEvent.parse(JSON.parse(await this.#program.said(/^\{"event":"reading"/)))
    if (told.event !== 'reading') throw new Error('no reading')
    return this.#started.until(told.at).total('milliseconds')
  }

  /** So far. */
  events(): GatewayEvent[] {
    return this.#program.out.map((line) => gatewayEvent.parse(JSON.parse(line)))
  }

  get cpuMs(): number {
    return cpuMs(this.#pid)
  }

  get rssMb(): number {
    return rssMb(this.#pid)
  }

  get #pid(): number {
    const pid = this.events().find((event) => event.event === 'running')?.pid
    if (pid === undefined) throw new Error('it has not said that it runs')
    return pid
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]()
  }
}
