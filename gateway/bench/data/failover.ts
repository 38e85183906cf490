/**
 * What a broker loses that it has acknowledged, the recipient asks for, and the gateway sends again: nodes are killed and
 * frozen under a gateway and a recipient, and in the end each record is there once.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { receive } from '../../../provisioning/receive/receive.ts'
import { openShelf } from '../../../provisioning/receive/shelf.ts'
import { systemClock, systemRandom } from '../../clock.ts'
import { bar } from '../bars.ts'
import { measured, unmeasured, type Result } from '../result.ts'
import { cluster, missing, mosquitto, type Brokers, type ClusterName } from './brokers.ts'
import { feed, openBenchOutbox, publish } from './publisher.ts'

/** By the second: what happens to which node. The gateway comes in at the first, the recipient at the last. */
interface Blow {
  readonly atS: number
  readonly what: 'kill' | 'restart' | 'freeze' | 'thaw'
  readonly node: 'first' | 'last'
}

const blows: readonly Blow[] = [
  { atS: 5, what: 'kill', node: 'first' },
  { atS: 12, what: 'restart', node: 'first' },
  { atS: 22, what: 'freeze', node: 'last' },
  { atS: 34, what: 'thaw', node: 'last' },
  { atS: 42, what: 'freeze', node: 'first' },
  { atS: 54, what: 'thaw', node: 'first' },
  { atS: 62, what: 'kill', node: 'last' },
  { atS: 69, what: 'restart', node: 'last' },
]
const lastS = { short: 20, whole: 78 }
const perS = 50
/** For all that is missing to be asked for, and to come. */
const settleMs = 240_000

interface Seen {
  readonly made: number
  readonly lost: number
  /** told to whoever runs the recipient more than once */
  readonly twice: number
  /** that came again, and were recognised */
  readonly again: number
  readonly replays: number
  readonly connections: number
}

export async function* failover({ short }: { short: boolean }): AsyncGenerator<Result> {
  const names: readonly ClusterName[] = ['nats', 'rabbitmq']
  const seen: Record<string, number | string> = {}
  let bad = 0
  const absent = names.flatMap((name) => {
    const what = missing(name)
    return what === undefined ? [] : [`${name}: no ${what}`]
  })
  const starts = [
    mosquitto,
    ...(short ? [] : names.filter((name) => missing(name) === undefined)).map((name) => () => cluster(name)),
  ]
  for (const start of starts) {
    await using brokers = await start()
    const found = await struck(brokers, short)
    bad += found.lost + found.twice
    for (const [what, count] of Object.entries(found)) seen[`${brokers.name} ${what}`] = count
  }
  if (!short && absent.length > 0) {
    yield unmeasured(bar('data.failover-lost'), absent.join('; '), seen)
    return
  }
  yield measured(bar('data.failover-lost'), bad, 'records lost, or told twice, after kills and freezes of nodes', seen)
}

async function struck(brokers: Brokers, short: boolean): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-failover-'))
  const shelf = join(folder, 'shelf.db')
  const [first = '', ...standby] = brokers.ports.map((port) => `mqtt://127.0.0.1:${port}`)
  const told = new Map<string, number>()
  let again = 0
  let replays = 0
  const stop = new AbortController()
  const receiving = receive({
    broker: standby.at(-1) ?? first,
    ...(standby.length === 0 ? {} : { standby: [first, ...standby.slice(0, -1)] }),
    shelf,
    keepaliveMs: 10_000,
    clock: systemClock,
    random: systemRandom,
    signal: stop.signal,
    on: (event) => {
      if (event.event === 'record')
        told.set(`${event.outbox} ${event.seq}`, (told.get(`${event.outbox} ${event.seq}`) ?? 0) + 1)
      else if (event.event === 'duplicate') again++
      else if (event.event === 'replay-asked') replays++
    },
  })
  try {
    const outbox = await openBenchOutbox(folder)
    await using publisher = publish(outbox, {
      folder,
      broker: first,
      ...(standby.length === 0 ? {} : { standby }),
      historyRate: 10_000_000,
    })
    const feeding = new AbortController()
    const fed = feed(outbox, perS, 0, feeding.signal)
    const beganMs = systemClock.monotonicMs()
    const until = (atS: number) => systemClock.sleep(Math.max(0, beganMs + atS * 1_000 - systemClock.monotonicMs()))
    for (const { atS, what, node } of blows) {
      if (short && atS > lastS.short - 4) break
      await until(atS)
      await brokers[what](node === 'first' ? 0 : brokers.ports.length - 1)
    }
    await until(short ? lastS.short : lastS.whole)
    feeding.abort()
    const made = await fed
    await allConfirmed(publisher.outbox, made)
    stop.abort()
    await receiving
    using kept = openShelf(shelf)
    const held = kept
      .streams()
      .flatMap(({ held: ranges }) => ranges)
      .reduce((sum, [from, to]) => sum + to - from + 1, 0)
    const twice = [...told.values()].filter((times) => times > 1).length
    const connections = publisher.events.filter(({ event }) => event === 'connected').length
    return { made, lost: made - held, twice, again, replays, connections }
  } finally {
    stop.abort()
    await receiving.catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Or as long as patience lasts: what is not confirmed then is lost. */
async function allConfirmed(outbox: Awaited<ReturnType<typeof openBenchOutbox>>, made: number): Promise<void> {
  const deadlineMs = systemClock.monotonicMs() + settleMs
  while (systemClock.monotonicMs() < deadlineMs) {
    const [stream] = await outbox.streams()
    if (stream?.receipt === made) return
    await systemClock.sleep(250)
  }
}
