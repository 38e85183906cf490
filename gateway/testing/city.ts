/** `fanal receive --into` as a process: the recipient's end. */
import type { RecordBody, ReceiveEvent } from '../../provisioning/receive/receive.ts'
import { openShelf } from '../../provisioning/receive/shelf.ts'
import { fanal, type Program } from './programs.ts'

type Of<Kind extends ReceiveEvent['event']> = Extract<ReceiveEvent, { event: Kind }>

/** What the recipient has of one release: ranges of numbers, both ends included. */
export interface Books {
  readonly held: readonly (readonly [number, number])[]
  /** the gateway said that these will not come */
  readonly declared: readonly (readonly [number, number])[]
}

export class City implements AsyncDisposable {
  readonly #program: Program
  readonly #shelf: string

  private constructor(program: Program, shelf: string) {
    this.#program = program
    this.#shelf = shelf
  }

  /** Resolves when it listens. `letters`: certificate and key, for instance. */
  static async start(broker: string, shelf: string, letters: readonly string[] = []): Promise<City> {
    const program = fanal(['receive', broker, '--into', shelf, '--json', ...letters])
    await program.said(/"event":"connected"/)
    return new City(program, shelf)
  }

  told<Kind extends ReceiveEvent['event']>(kind: Kind): Of<Kind>[] {
    return this.#program.out
      .map((line) => JSON.parse(line) as ReceiveEvent)
      .filter((event): event is Of<Kind> => event.event === kind)
  }

  /** In the order in which they came. */
  records(release: string): { seq: number; boot: number; record: RecordBody }[] {
    return this.told('record').filter((record) => record.release === release)
  }

  /** Ends it, and looks into its books. */
  async end(): Promise<Readonly<Record<string, Books>>> {
    await this.#program.end()
    using shelf = openShelf(this.#shelf)
    return Object.fromEntries(shelf.streams().map(({ name, held, declared }) => [name.release, { held, declared }]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
  }
}

/** How far the books reach from 1 without a hole. */
export function whole({ held, declared }: Books): number {
  let reach = 0
  for (const [from, to] of [...held, ...declared].sort(([a], [b]) => a - b)) {
    if (from > reach + 1) break
    reach = Math.max(reach, to)
  }
  return reach
}
