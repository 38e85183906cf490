/** The north: what disclosure lets out, kept by the outbox, carried by the uplink. Knows nothing of lines and devices. */
import type { Clock, Random } from '../drivers/clock.ts'
import type { Reading } from '../drivers/reading.ts'
import { description, offline, online } from './disclosure/announce.ts'
import { disclose, noWindows, type Tick } from './disclosure/disclose.ts'
import type { GatewayEvent, Tell } from './events.ts'
import { openOutbox, OutboxError, type Outbox } from './outbox/outbox.ts'
import type { Plan } from './plan.ts'
import { startUplink, type Uplink, type UplinkEvent } from './uplink/mqtt.ts'

export interface North extends AsyncDisposable {
  readonly outbox: Outbox
  readonly uplink: Uplink
  /** Lets disclosure see readings, or that time has passed. Never waits: what is let out is on its way to the worker. */
  see(events: readonly (Reading | Tick)[]): void
}

export async function openNorth(
  plan: Plan,
  { file, clock, random, tell }: { file: string; clock: Clock; random: Random; tell: Tell },
): Promise<North> {
  const { site, policy } = plan
  const failed = (error: unknown) => tell(outboxTrouble(error))
  const outbox = await openOutbox({
    file,
    deliveries: new Map(policy.releases.map(({ name, delivery }) => [name, delivery])),
    clock,
    onTrouble: failed,
  })
  void outbox.ended.then((error) => {
    if (error !== undefined) failed(error)
  })
  if (outbox.recovered) tell({ event: 'recovered', file: outbox.recovered.setAside })
  /** releases whose recipient has spoken in this run: its first word is news, the others are routine */
  const confirmed = new Set<string>()
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
    on: (event) => {
      if (event.event === 'receipt' && confirmed.has(event.release)) return
      if (event.event === 'receipt') confirmed.add(event.release)
      tell(told(event))
    },
  })

  let windows = noWindows()
  const see = (seen: readonly (Reading | Tick)[]) => {
    const records = seen.flatMap((event) => {
      const { out, state } = disclose(policy, event, windows)
      windows = state
      return out
    })
    if (records.length > 0) outbox.append(records).catch(failed)
  }
  return {
    outbox,
    uplink,
    see,
    [Symbol.asyncDispose]: async () => {
      see([{ tick: clock.now(), last: true }])
      await uplink[Symbol.asyncDispose]()
      await outbox[Symbol.asyncDispose]()
    },
  }
}

function told(event: UplinkEvent): GatewayEvent {
  switch (event.event) {
    case 'connected':
      return { event: 'connected', broker: event.broker, protocol: `MQTT ${event.protocol}` }
    case 'trouble':
      return { event: 'uplink', code: event.code, where: event.where, detail: event.detail }
    case 'outbox-failed':
      return outboxTrouble(event.error)
    case 'accepted':
    case 'left':
    case 'receipt':
      return event
  }
}

function outboxTrouble(error: unknown): GatewayEvent {
  return error instanceof OutboxError
    ? { event: 'outbox', code: error.code, detail: error.detail }
    : { event: 'outbox', code: 'OUTBOX_DEAD', detail: String(error) }
}
