/** The north: what disclosure lets out, kept by the outbox, carried by the uplink. Knows nothing of lines and devices. */
import type { Clock, Random } from '../drivers/clock.ts'
import type { Reading } from '../drivers/reading.ts'
import { Admission } from './admission.ts'
import { description, offline, online } from './disclosure/announce.ts'
import { disclose, noWindows, type Tick } from './disclosure/disclose.ts'
import type { DiskThread } from './disk-thread.ts'
import type { GatewayEvent, Tell } from './events.ts'
import { openOutbox, OutboxError, type Outbox } from './outbox/outbox.ts'
import type { Plan } from './plan.ts'
import { startUplink, type Uplink, type UplinkEvent, type UplinkOptions } from './uplink/mqtt.ts'

export interface North extends AsyncDisposable {
  /** Absent while the disk lets no outbox be opened: records are held in memory then, and nothing is sent. */
  readonly way: { readonly outbox: Outbox; readonly uplink: Uplink } | undefined
  /** records held in memory, since the outbox does not take them */
  readonly held: number
  /** Lets disclosure see readings, or that time has passed. Never waits, and never throws for what the disk does. */
  see(events: readonly (Reading | Tick)[]): void
}

interface NorthOptions {
  /** of the outbox */
  readonly file: string
  readonly clock: Clock
  readonly random: Random
  readonly tell: Tell
  /** of the outbox: for all that may wait for flash */
  readonly thread: DiskThread
  /** the broker is sought from then on; absent: at once */
  readonly after?: Promise<unknown>
  /** is given commands; absent: nothing is to be commanded here */
  readonly commanded?: UplinkOptions['commanded']
}

const reopenMs = 5_000

/**
 * Where no outbox can be opened, whatever the reason, it goes on without and tries again: the light does not wait for what is
 * to be sent. That holds for OUTBOX_BUSY, too: it says that some process has the file, and a backup or somebody who looks into
 * it is no reason for a dark street. Whether another gateway runs here the socket says, before and after (`STATE_IN_USE`).
 */
export async function openNorth(plan: Plan, options: NorthOptions): Promise<North> {
  const { clock, tell } = options
  const stop = new AbortController()
  const admission = new Admission(clock, {
    refused: (error) => tell(error === undefined ? { event: 'outbox' } : outboxTrouble(error)),
    lost: (records) => tell({ event: 'lost', records }),
  })
  let way: Way | undefined
  /** why there is none; told when it changes */
  let trouble: OutboxError | undefined
  const note = (error: OutboxError | undefined) => {
    if (error?.code === trouble?.code) return
    trouble = error
    tell(error === undefined ? { event: 'outbox' } : outboxTrouble(error))
  }
  const open = async () => {
    try {
      way = await openWay(plan, options)
    } catch (error) {
      if (!(error instanceof OutboxError)) throw error
      note(error)
      return
    }
    note(undefined)
    admission.lead(way.outbox, stop.signal)
  }
  await open()

  /** Opens the way again whenever its outbox has died, or could not be opened. */
  const keepOpen = async () => {
    const over = () => stop.signal.aborted
    const stopped = new Promise<undefined>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve(undefined))
    })
    while (!over()) {
      const ended = await Promise.race([way?.outbox.ended, stopped])
      if (over()) return
      admission.lead(undefined, stop.signal)
      await way?.uplink[Symbol.asyncDispose]()
      way = undefined
      if (ended !== undefined) note(ended)
      await clock.sleep(reopenMs, stop.signal).catch(() => undefined)
      if (!over()) await open()
    }
  }
  const kept = keepOpen()

  let windows = noWindows()
  const see = (seen: readonly (Reading | Tick)[]) => {
    const records = seen.flatMap((event) => {
      const { out, state } = disclose(plan.policy, event, windows)
      windows = state
      return out
    })
    if (records.length > 0) admission.push(records, stop.signal)
  }
  return {
    get way() {
      return way
    },
    get held() {
      return admission.held
    },
    see,
    [Symbol.asyncDispose]: async () => {
      see([{ tick: clock.now(), last: true }])
      stop.abort()
      await kept // an outbox that is just being opened is ours to close, too
      await admission.settled()
      await way?.uplink[Symbol.asyncDispose]()
      try {
        await way?.outbox[Symbol.asyncDispose]()
      } catch (error) {
        tell(outboxTrouble(error))
      }
      if (admission.held > 0) tell({ event: 'lost', records: admission.held })
    },
  }
}

interface Way {
  readonly outbox: Outbox
  readonly uplink: Uplink
}

async function openWay({ site, policy, segments }: Plan, options: NorthOptions): Promise<Way> {
  const { file, clock, random, tell, thread, after, commanded } = options
  const outbox = await openOutbox(
    {
      file,
      deliveries: new Map(policy.releases.map(({ name, delivery }) => [name, delivery])),
      clock,
      onTrouble: (error) => tell(outboxTrouble(error)),
      onRenumbered: (id) => tell({ event: 'renumbered', outbox: id }),
    },
    thread,
  )
  if (outbox.recovered) {
    const { setAside: aside, kept, lost } = outbox.recovered
    tell({ event: 'recovered', file: aside, kept, ...(lost === undefined ? {} : { lost }) })
  }
  /** releases whose recipient has spoken in this run: its first word is news, the others are routine */
  const confirmed = new Set<string>()
  const origin = () => ({ outbox: outbox.id, boot: outbox.boot })
  const uplink = startUplink({
    settings: site.uplink,
    tenant: site.tenant,
    site: site.site,
    outbox,
    announcements: {
      online: () => online(origin(), clock.now()),
      offline: () => offline(origin()),
      meta: () => description(policy, site.title, segments),
    },
    clock,
    random,
    on: (event) => {
      if (event.event === 'receipt') {
        if (confirmed.has(event.release)) return
        confirmed.add(event.release)
      }
      tell(told(event))
    },
    commanded,
    ...(after === undefined ? {} : { after }),
  })
  return { outbox, uplink }
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
  if (!(error instanceof OutboxError)) throw error
  return { event: 'outbox', code: error.code, detail: error.detail }
}
