/** The demo's street and the whole gateway as processes, with site files made from the demo's. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { gatewayEvent, type GatewayEvent } from '../events.ts'
import { knownPoint, status, type KnownPoint, type Status } from '../local/answers.ts'
import { ask, follow } from '../local/client.ts'
import { statePaths } from '../state.ts'
import { fanal, ours, type Program } from './programs.ts'
import { eventually } from './surroundings.ts'

/** The meters, the lamps and the broker that `fanal up` shows without a site. */
export interface Street extends AsyncDisposable {
  readonly ports: Readonly<Record<'feeder' | 'yard' | 'lamps' | 'broker', number>>
}

/** On free ports. */
export async function openStreet(): Promise<Street> {
  const program = ours('gateway/demo/street.ts', ['--broker', '0', '--feeder', '0', '--yard', '0', '--lamps', '0'])
  const { broker, lines } = JSON.parse(await program.said(/^\{"event":"street"/)) as {
    broker: string
    lines: Record<'feeder' | 'yard' | 'lamps', { port: number }>
  }
  return {
    ports: {
      feeder: lines.feeder.port,
      yard: lines.yard.port,
      lamps: lines.lamps.port,
      broker: Number(new URL(broker).port),
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

/** What is to stand in a site file instead, by its path in the file: `{ 'uplink.broker': 'mqtt://…' }`. */
export type Changes = Readonly<Record<string, unknown>>

/** The demo's site file with the street's ports, and these changes. */
export function siteText({ ports }: Street, changes: Changes = {}): string {
  const site = parseDocument(readFileSync(join(import.meta.dirname, '../demo/site.yaml'), 'utf8'))
  const all: Changes = {
    'lines.feeder.port': ports.feeder,
    'lines.yard.port': ports.yard,
    'lines.lamps.port': ports.lamps,
    'uplink.broker': `mqtt://127.0.0.1:${ports.broker}`,
    ...changes,
  }
  for (const [path, value] of Object.entries(all)) site.setIn(path.split('.'), site.createNode(value))
  return site.toString()
}

export function writeSite(file: string, street: Street, changes: Changes = {}): string {
  writeFileSync(file, siteText(street, changes))
  return file
}

/** `fanal up`, and the gateway that it started. */
export class Gateway implements AsyncDisposable {
  readonly state: string
  /** of the gateway itself */
  readonly pid: number
  readonly #up: Program

  private constructor(state: string, pid: number, up: Program) {
    this.state = state
    this.pid = pid
    this.#up = up
  }

  /** Resolves when it runs; rejects when it refuses. `env`: for the gateway's process. */
  static async start(site: string, state: string, env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
    const up = fanal(['up', site, '--state', state, '--json'], env)
    const running = gatewayEvent.parse(JSON.parse(await up.said(/^\{"event":"running"/)))
    if (running.event !== 'running') throw new Error('it does not run')
    return new Gateway(state, running.pid, up)
  }

  /** So far, in order. */
  events(): GatewayEvent[] {
    return this.#up.out.map((line) => gatewayEvent.parse(JSON.parse(line)))
  }

  /** Those of one kind. */
  told<Kind extends GatewayEvent['event']>(kind: Kind): Extract<GatewayEvent, { event: Kind }>[] {
    return this.events().filter((event): event is Extract<GatewayEvent, { event: Kind }> => event.event === kind)
  }

  async status(): Promise<Status> {
    return status.parse(await ask(statePaths(this.state).socket, '/api/status'))
  }

  async points(): Promise<KnownPoint[]> {
    return knownPoint.array().parse(await ask(statePaths(this.state).socket, '/api/points'))
  }

  /** Resolves when every point has been read once. */
  async begun(): Promise<void> {
    await eventually(async () => {
      const unread = (await this.points()).filter(({ reason }) => reason === 'not-read')
      if (unread.length > 0) throw new Error(`${unread.length} points were not read yet`)
    })
  }

  /** What is known, and then each reading as it comes, until the signal aborts. */
  async watch(seen: (point: KnownPoint) => void, signal: AbortSignal): Promise<void> {
    try {
      for await (const told of follow(statePaths(this.state).socket, '/api/watch', signal)) seen(knownPoint.parse(told))
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  /** kill -9 of the gateway; resolves when `fanal up` has seen it. */
  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL')
    await this.#up.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#up[Symbol.asyncDispose]()
  }
}
