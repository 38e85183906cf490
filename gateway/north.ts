/** The north: what disclosure lets out, kept by the outbox, carried by the uplink. Knows nothing of lines and devices. */
import type { Clock, Random } from '../drivers/clock.ts'
import type { Reading } from '../drivers/reading.ts'
import { description, offline, online } from './disclosure/announce.ts'
import { disclose, noWindows, type Tick } from './disclosure/disclose.ts'
import { openOutbox, type Outbox } from './outbox/outbox.ts'
import type { Plan } from './plan.ts'
import { startUplink, type Uplink, type UplinkEvent } from './uplink/mqtt.ts'

export interface North extends AsyncDisposable {
  readonly outbox: Outbox
  readonly uplink: Uplink
  /** Lets disclosure see readings, or that time has passed. Never waits: what is let out is on its way to the worker. */
  see(events: readonly (Reading | Tick)[]): void
}

export interface NorthEvents {
  uplink(event: UplinkEvent): void
  /** an append failed: the records are not on flash */
  failed(error: unknown): void
}

export async function openNorth(
  plan: Plan,
  options: { file: string; clock: Clock; random: Random; events: NorthEvents },
): Promise<North> {
  const { file, clock, random, events } = options
  const { site, policy } = plan
  const outbox = await openOutbox({
    file,
    deliveries: new Map(policy.releases.map(({ name, delivery }) => [name, delivery])),
    clock,
  })
  const origin = { outbox: outbox.id, boot: outbox.boot }
  const uplink = startUplink({
    settings: site.uplink,
    tenant: site.tenant,
    site: site.site,
    outbox,
    announcements: {
      online: () => online(origin, clock.now()),
      offline: () => offline(origin),
      meta: () => description(policy, site.title),
    },
    clock,
    random,
    on: (event) => events.uplink(event),
  })

  let windows = noWindows()
  return {
    outbox,
    uplink,
    see: (seen) => {
      const records = seen.flatMap((event) => {
        const { out, state } = disclose(policy, event, windows)
        windows = state
        return out
      })
      if (records.length > 0) outbox.append(records).catch((error: unknown) => events.failed(error))
    },
    [Symbol.asyncDispose]: async () => {
      await uplink[Symbol.asyncDispose]()
      await outbox[Symbol.asyncDispose]()
    },
  }
}
