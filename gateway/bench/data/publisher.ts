/** Our end of a bench of the wire: an outbox on disk and the uplink that drains it, fed at a rate. */
import { join } from 'node:path'
import { systemClock, systemRandom } from '../../clock.ts'
import { description, offline, online } from '../../disclosure/announce.ts'
import { lastNumbers } from '../../outbox/parcel.ts'
import { compilePolicy } from '../../disclosure/policy.ts'
import { openOutbox, type Outbox } from '../../outbox/outbox.ts'
import { record } from '../../outbox/testing/records.ts'
import { startUplink, type Uplink, type UplinkEvent } from '../../uplink/mqtt.ts'

export const release = 'energy'
export const place = { tenant: 'bench', site: 'rue-haute' } as const

export interface Publisher extends AsyncDisposable {
  readonly outbox: Outbox
  readonly uplink: Uplink
  readonly events: readonly UplinkEvent[]
}

export interface PublisherOptions {
  readonly folder: string
  readonly broker: string
  readonly standby?: readonly string[]
  readonly historyRate: number
  readonly keepaliveS?: number
}

export function openBenchOutbox(folder: string): Promise<Outbox> {
  const deliveries = new Map([[release, { kind: 'durable' as const }]])
  return openOutbox({ file: join(folder, 'outbox.db'), deliveries, clock: systemClock })
}

export function publish(outbox: Outbox, options: PublisherOptions): Publisher {
  const { broker, standby, historyRate, keepaliveS = 10 } = options
  const origin = { outbox: outbox.id, boot: outbox.boot }
  const events: UplinkEvent[] = []
  const uplink = startUplink({
    settings: {
      broker,
      ...(standby === undefined ? {} : { standby: [...standby] }),
      keepalive: Temporal.Duration.from({ seconds: keepaliveS }),
      history_rate: historyRate,
    },
    ...place,
    outbox,
    announcements: {
      online: async () => online(origin, systemClock.now(), lastNumbers(await outbox.streams())),
      offline: () => offline(origin),
      meta: () => description(compilePolicy({}, new Map()), undefined),
    },
    clock: systemClock,
    random: systemRandom,
    on: (event) => {
      if (event.event !== 'receipt') events.push(event)
    },
  })
  return {
    outbox,
    uplink,
    events,
    [Symbol.asyncDispose]: async () => {
      await uplink[Symbol.asyncDispose]()
      await outbox[Symbol.asyncDispose]()
    },
  }
}

/** So many records, numbered by their value from `from`. */
export function records(from: number, count: number): ReturnType<typeof record>[] {
  return Array.from({ length: count }, (_, n) => record(release, from + n))
}

/** Appends `perS` records each second, in tenths, until the signal aborts; says how many those were. */
export async function feed(outbox: Outbox, perS: number, from: number, signal: AbortSignal): Promise<number> {
  const beganMs = systemClock.monotonicMs()
  let made = 0
  while (!signal.aborted) {
    const due = Math.floor(((systemClock.monotonicMs() - beganMs) / 1_000) * perS)
    if (due > made) await outbox.append(records(from + made, due - made))
    made = Math.max(made, due)
    await systemClock.sleep(100, signal).catch(() => undefined)
  }
  return made
}
