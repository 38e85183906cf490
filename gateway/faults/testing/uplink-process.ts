/**
 * An outbox and its uplink in a process of their own, so that a guard can be taken out of it, fed at a rate. Two halves in one
 * file: what a fault calls, and what runs (`node uplink-process.ts JSON`), which prints a line for each event.
 */
import { systemClock } from '../../clock.ts'
import { feed, openBenchOutbox, publish, records } from '../../bench/data/publisher.ts'
import { ours, type Program } from '../../testing/programs.ts'
import type { UplinkEvent, UplinkStatus } from '../../uplink/told.ts'
import { without, type Removal } from './without.ts'

export interface UplinkProcessOptions {
  /** for its outbox */
  readonly folder: string
  readonly broker: string
  readonly standby?: readonly string[]
  readonly historyRate?: number
  readonly keepaliveS?: number
  /** so many records a second */
  readonly perS: number
  /** so many before it has a connection */
  readonly backlog?: number
}

interface Tick {
  readonly status: UplinkStatus
  readonly outbox: string
  /** records given to the outbox */
  readonly made: number
  readonly rssMb: number
}

type Line = ({ readonly atMs: number } & UplinkEvent) | ({ readonly atMs: number; readonly event: 'tick' } & Tick)

/** `atMs`: wall time, which both processes share. */
export class UplinkProcess implements AsyncDisposable {
  readonly program: Program

  constructor(options: UplinkProcessOptions, removed?: Removal) {
    const env = removed === undefined ? {} : without(removed)
    this.program = ours('gateway/faults/testing/uplink-process.ts', [JSON.stringify(options)], env)
  }

  get lines(): Line[] {
    return this.program.out.map((line) => JSON.parse(line) as Line)
  }

  get ticks(): ({ readonly atMs: number } & Tick)[] {
    return this.lines.flatMap((line) => (line.event === 'tick' ? [line] : []))
  }

  events<Kind extends UplinkEvent['event']>(
    kind: Kind,
  ): ({ readonly atMs: number } & Extract<UplinkEvent, { event: Kind }>)[] {
    return this.lines.filter(
      (line): line is { readonly atMs: number } & Extract<UplinkEvent, { event: Kind }> => line.event === kind,
    )
  }

  connected(): Promise<string> {
    return this.program.said(/"event":"connected"/)
  }

  /** How many records it had made when it last said so. */
  get made(): number {
    return this.ticks.at(-1)?.made ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.end('SIGKILL')
  }
}

export function nowMs(): number {
  return systemClock.now().epochMilliseconds
}

if (import.meta.main) {
  const {
    folder,
    broker,
    standby,
    historyRate = 10_000_000,
    keepaliveS,
    perS,
    backlog = 0,
  } = JSON.parse(process.argv[2] ?? '{}') as UplinkProcessOptions
  const outbox = await openBenchOutbox(folder)
  for (let from = 0; from < backlog; from += 1_000) await outbox.append(records(from, Math.min(1_000, backlog - from)))
  const before = (await outbox.streams())[0]?.last ?? 0
  const { uplink, events } = publish(outbox, {
    folder,
    broker,
    historyRate,
    ...(standby === undefined ? {} : { standby }),
    ...(keepaliveS === undefined ? {} : { keepaliveS }),
  })
  let told = 0
  const say = (line: object) => process.stdout.write(`${JSON.stringify({ atMs: nowMs(), ...line })}\n`)
  setInterval(() => {
    for (; told < events.length; told++) say(events[told] ?? {})
  }, 20)
  setInterval(() => {
    const rssMb = Math.round(process.memoryUsage.rss() / 1e6)
    void outbox.streams().then(([stream]) => {
      say({ event: 'tick', status: uplink.status(), outbox: outbox.id, made: stream?.last ?? before, rssMb })
    })
  }, 250)
  await feed(outbox, perS, before, new AbortController().signal)
}
