/** The north: what disclosure lets out, kept by the outbox, carried by the uplink. Knows nothing of lines and devices. */
import type { Clock, Random } from '../drivers/clock.ts'
import { Admission } from './admission.ts'
import { description, offline, online } from './disclosure/announce.ts'
import { disclose, noWindows, takeKept, type Event, type Means } from './disclosure/disclose.ts'
import type { DiskThread } from './disk-thread.ts'
import type { GatewayEvent, Tell } from './events.ts'
import type { GateMemory } from './gate-memory.ts'
import { openOutbox, OutboxError, type Outbox } from './outbox/outbox.ts'
import { lastNumbers } from './outbox/parcel.ts'
import type { Ledger } from './ledger.ts'
import type { Plan } from './plan.ts'
import type { Policy } from './disclosure/policy.ts'
import type { Sparkplug, SparkplugOptions } from './uplink/sparkplug/sparkplug.ts'
import { LastSent } from './uplink/last-sent.ts'
import { startUplink, type Manner, type Uplink, type UplinkEvent, type UplinkOptions } from './uplink/mqtt.ts'

export interface North extends AsyncDisposable {
  /** Absent while the disk lets no outbox be opened: records are held in memory then, and nothing is sent. */
  readonly way: { readonly outbox: Outbox; readonly uplink: Uplink } | undefined
  /** the live view, where the site has one: it needs no outbox */
  readonly live: Sparkplug | undefined
  /** the last message of each release */
  readonly lastSent: LastSent
  /** records held in memory, since the outbox does not take them */
  readonly held: number
  /** Lets disclosure see readings, alarms, or that time has passed. Never waits, and never throws for what the disk does. */
  see(events: readonly Event[]): void
}

interface NorthOptions {
  /** of the outbox */
  readonly file: string
  readonly clock: Clock
  readonly random: Random
  readonly tell: Tell
  /** told of all that is made, and of what became of it */
  readonly ledger: Pick<Ledger, 'made' | 'gapTold' | 'receipted' | 'lead' | 'settle'>
  /** of the outbox: for all that may wait for flash */
  readonly thread: DiskThread
  /** the broker is sought from then on; absent: at once */
  readonly after?: Promise<unknown>
  /** of the gate: what its treatments need, and what it keeps over a restart; absent: it forgets */
  readonly gate?: { readonly means: Means; readonly memory: GateMemory }
  /** of the site file: its hash, told with what leaves */
  readonly revision?: string
  /** where the month's bytes are kept over a restart */
  readonly learned?: NonNullable<UplinkOptions['plan']>['kept']
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
  const { clock, tell, ledger } = options
  const lastSent = new LastSent()
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
      way = await openWay(plan, options, lastSent)
    } catch (error) {
      if (!(error instanceof OutboxError)) throw error
      note(error)
      return
    }
    note(undefined)
    const { outbox } = way
    ledger.lead(() => outbox.ledger())
    admission.lead(outbox, stop.signal)
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
      ledger.lead(undefined)
      await way?.uplink[Symbol.asyncDispose]()
      way = undefined
      if (ended !== undefined) note(ended)
      await clock.sleep(reopenMs, stop.signal).catch(() => undefined)
      if (!over()) await open()
    }
  }
  const kept = keepOpen()
  const live = await startLive(plan, options, (release, bytes) =>
    way?.outbox.noteAnnounced(release ?? 'sparkplug', bytes),
  )

  const onlyLive = new Set(
    plan.policy.releases.flatMap(({ name, encodings }) =>
      encodings.every((each) => each === 'sparkplug') ? name : [],
    ),
  )
  let windows = noWindows(options.gate?.means, options.gate?.memory.kept)
  const see = (seen: readonly Event[]) => {
    const records = seen.flatMap((event) => {
      const { out, state } = disclose(plan.policy, event, windows)
      windows = state
      return out
    })
    const kept = takeKept(windows)
    if (kept !== undefined) options.gate?.memory.keep(kept)
    if (records.length === 0) return
    ledger.made(records)
    live?.tell(records)
    const stored = records.filter(({ release }) => !onlyLive.has(release))
    if (stored.length > 0) admission.push(stored, stop.signal)
  }
  return {
    get way() {
      return way
    },
    live,
    get held() {
      return admission.held
    },
    lastSent,
    see,
    [Symbol.asyncDispose]: async () => {
      see([{ tick: clock.now(), last: true }])
      stop.abort()
      const goodbye = live?.[Symbol.asyncDispose]()
      await kept // an outbox that is just being opened is ours to close, too
      await admission.settled()
      await way?.uplink[Symbol.asyncDispose]()
      await ledger.settle()
      try {
        await way?.outbox[Symbol.asyncDispose]()
      } catch (error) {
        tell(outboxTrouble(error))
      }
      if (admission.held > 0) tell({ event: 'lost', records: admission.held })
      await goodbye
    },
  }
}

async function startLive(
  { site, policy }: Plan,
  { clock, random, tell }: NorthOptions,
  left: NonNullable<SparkplugOptions['left']>,
): Promise<Sparkplug | undefined> {
  const { sparkplug, ...settings } = site.uplink
  if (sparkplug === undefined) return undefined
  const { startSparkplug } = await import('./uplink/sparkplug/sparkplug.ts') // few sites have it
  return startSparkplug({
    settings: { ...settings, sparkplug },
    ...{ tenant: site.tenant, site: site.site, policy, clock, random, left },
    on: ({ event: state, ...words }) => tell({ event: 'sparkplug', state, ...words }),
  })
}

interface Way {
  readonly outbox: Outbox
  readonly uplink: Uplink
}

async function openWay(plan: Plan, options: NorthOptions, lastSent: LastSent): Promise<Way> {
  const { site, policy, segments } = plan
  const { file, clock, random, tell, ledger, thread, after, commanded, revision, learned } = options
  const besides = await ngsiOf(plan, options)
  const outbox = await openOutbox(
    {
      file,
      deliveries: new Map(policy.releases.map(({ name, delivery }) => [name, delivery])),
      priorities: new Map(policy.releases.map(({ name, priority }) => [name, priority])),
      bounds: site.outbox,
      clock,
      onTrouble: (error) => tell(outboxTrouble(error)),
      onRenumbered: (id) => {
        tell({ event: 'renumbered', outbox: id })
        uplink.renumbered() // it was the uplink that brought the receipt
      },
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
  // What the outbox still holds of a release that is gone leaves as it always did.
  const mute = new Set(policy.releases.flatMap(({ name, encodings }) => (encodings.includes('json') ? [] : [name])))
  const speaksJson = (release: string) => !mute.has(release)
  const uplink = startUplink({
    settings: site.uplink,
    tenant: site.tenant,
    site: site.site,
    outbox,
    announcements: {
      // Whom JSON never comes to would ask for these numbers for ever.
      online: async () => {
        const streams = await outbox.streams().catch(() => []) // first: the numbering may change meanwhile
        return online(origin(), clock.now(), lastNumbers(streams, speaksJson))
      },
      offline: () => offline(origin()),
      meta: () => description(policy, site.title, segments),
    },
    manners: mannersOf(policy, revision),
    plan: { monthly: site.frugality?.monthly, timeZone: site.place?.time_zone ?? 'UTC', kept: learned },
    besides,
    speaksJson,
    clock,
    random,
    on: (event) => {
      if (event.event === 'receipt') {
        ledger.receipted(event.release)
        if (confirmed.has(event.release)) return
        confirmed.add(event.release)
      }
      tell(told(event))
    },
    acknowledged: (parcel) => {
      if (parcel.kind === 'gap') ledger.gapTold(parcel)
    },
    said: (release, message) => lastSent.note(release, message, clock.now()),
    commanded,
    ...(after === undefined ? {} : { after }),
  })
  return { outbox, uplink }
}

/** Most sites have no release that speaks it, and pay nothing for it. */
async function ngsiOf(plan: Plan, { clock, random, tell }: NorthOptions): Promise<UplinkOptions['besides']> {
  if (!plan.policy.releases.some(({ encodings }) => encodings.includes('ngsi-ld'))) return undefined
  const [{ ngsiLayout }, { ngsiBesides }] = await Promise.all([import('./ngsi-layout.ts'), import('./uplink/ngsi.ts')])
  return ngsiBesides({
    ...{ settings: plan.site.uplink, layout: ngsiLayout(plan), clock, random },
    givenUp: ({ code, where, detail }) => tell({ event: 'uplink', code, where, detail }),
  })
}

/** A best-effort record that nobody fetched within its window, or a few minutes, is not worth a broker's room. */
const leastExpiryMs = 300_000

function mannersOf({ releases }: Policy, revision: string | undefined): Map<string, Manner> {
  const rev = revision === undefined ? {} : { rev: revision.slice(0, 12) }
  return new Map(
    releases.map(({ name, priority, delivery, declared: { purpose } }) => {
      const about = { schema: 'fanal/1', ...rev, purpose }
      const windowMs = delivery.kind === 'best-effort' ? Math.max(delivery.windowMs, leastExpiryMs) : undefined
      const expires = windowMs === undefined ? {} : { expiresInS: Math.round(windowMs / 1_000) }
      return [name, { priority, about, ...expires }]
    }),
  )
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
