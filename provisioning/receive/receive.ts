/**
 * The reference recipient: takes records from a broker, removes duplicates, finds gaps and asks for what is missing, and
 * gives receipts for what it keeps. Without a shelf it only watches, and says nothing.
 */
import type { Clock, Random } from '../../drivers/clock.ts'
import { backOffMs, BrokerError, openConnection, type Connection, type Fault } from '../../gateway/uplink/connection.ts'
import type { ReceiveEvent } from './events.ts'
import { Post } from './post.ts'
import { Recipient } from './recipient.ts'
import { openShelf } from './shelf.ts'
import { largestMessageBytes } from './wire.ts'

export type { ReceiveEvent, RecordBody } from './events.ts'
export { ShelfError, shelfErrorCodes, type ShelfErrorCode } from './shelf.ts'

export interface ReceiveOptions {
  /** `mqtt://host[:port]` or `mqtts://host[:port]` */
  readonly broker: string
  /** other addresses of the same broker: each is tried in turn when one is silent */
  readonly standby?: readonly string[] | undefined
  readonly username?: string | undefined
  readonly passwordFile?: string | undefined
  readonly tls?:
    | { readonly ca?: string | undefined; readonly certificate?: string | undefined; readonly key?: string | undefined }
    | undefined
  /** by default every release of every site */
  readonly filter?: string | undefined
  /** the file in which records are kept */
  readonly shelf?: string | undefined
  /** by default a minute */
  readonly keepaliveMs?: number | undefined
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly on: (event: ReceiveEvent) => void
}

/** What is new and what waited, each on topics of its own. */
export const everyRecord = 'fanal/+/+/r/+'

/** So long records wait for others, to be committed together; a receipt follows each commit. */
const commitMs = 100
const usualKeepaliveMs = 60_000
/** Where there is another address to go to, a broker that is silent for so long is left. */
const standbyPatienceMs = 5_000
/** For the last receipts to be acknowledged. */
const farewellMs = 2_000

/** Runs until the signal aborts, and then resolves; rejects with a ShelfError. A broker that is gone is tried again. */
export async function receive(options: ReceiveOptions): Promise<void> {
  const { clock, random, signal, on } = options
  using shelf = options.shelf === undefined ? undefined : openShelf(options.shelf)
  const recipient = new Recipient(shelf, on, hearsBy(options.filter))
  const clientId = `fanal-receive-${Math.floor(random() * 2 ** 32).toString(16)}`
  const addresses = [options.broker, ...(options.standby ?? [])]
  let trouble: Fault | undefined
  let tries = 0
  for (let at = 0; ; at = (at + 1) % addresses.length) {
    const broker = addresses[at] ?? options.broker
    try {
      const connection = await connect({ ...options, broker }, clientId, recipient)
      trouble = undefined
      tries = 0
      on({ event: 'connected', broker, protocol: connection.protocol })
      await serve(connection, recipient, options)
      return
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof BrokerError)) throw error
      const { code, where, detail } = error
      if (trouble?.code !== code || trouble.where !== where) on({ event: 'trouble', code, where, detail })
      trouble = error
      await clock.sleep(backOffMs(Math.floor(++tries / addresses.length), random), signal).catch(() => undefined)
    }
  }
}

async function connect(options: ReceiveOptions, clientId: string, recipient: Recipient): Promise<Connection> {
  const { broker, username, passwordFile, tls, filter = everyRecord, keepaliveMs = usualKeepaliveMs, signal } = options
  const patience = options.standby === undefined ? {} : { patienceMs: standbyPatienceMs }
  const connection = await openConnection(
    { broker, clientId, username, passwordFile, tls, keepaliveMs, ...patience, sessionMs: 0, largestMessageBytes },
    (topic, payload) => recipient.hear(topic, payload),
    signal,
  )
  try {
    await connection.subscribe(filtersOf(filter))
    return connection
  } catch (error) {
    connection.cut()
    throw error
  }
}

/** With its records come those of a site that waited, and the site's word when it comes and goes. */
function filtersOf(filter: string): string[] {
  const [root, tenant, site, kind, ...release] = filter.split('/')
  if (kind !== 'r' || release.length === 0) return [filter]
  const below = [root, tenant, site].join('/')
  return [filter, [below, 'h', ...release].join('/'), `${below}/state`]
}

/** Which releases that filter lets through: `…/r/energy` is one alone. */
function hearsBy(filter = everyRecord): (release: string) => boolean {
  const [, , , kind, release = '+'] = filter.split('/')
  return (name) => kind !== 'r' || ['+', '#', name].includes(release)
}

/** Rejects with what ended the connection, or with SHELF_WRITE; resolves when the signal aborted. */
async function serve(connection: Connection, recipient: Recipient, options: ReceiveOptions): Promise<void> {
  const { clock, signal, on } = options
  const post = new Post(connection)
  const refused = new Set<string>()
  const say = () => {
    for (const { topic, payload, retain, told } of recipient.words(clock.monotonicMs()))
      post.send(topic, payload, retain, (outcome) => {
        if (outcome === 'acknowledged') on(told)
        else if (outcome !== 'lost' && !refused.has(topic)) {
          refused.add(topic)
          const { code, where, detail } = outcome
          on({ event: 'trouble', code, where, detail })
        }
      })
  }

  let lost: BrokerError | undefined
  const over = new AbortController()
  void connection.closed.then((reason) => {
    lost = reason
    over.abort()
  })
  const either = AbortSignal.any([signal, over.signal])
  recipient.renew()
  try {
    while (!either.aborted) {
      recipient.commit()
      say()
      await clock.sleep(commitMs, either).catch(() => undefined)
    }
    recipient.commit()
    if (lost !== undefined) throw lost
    say()
    await Promise.race([post.settled(), connection.closed, clock.sleep(farewellMs, over.signal).catch(() => undefined)])
    await connection.leave()
  } finally {
    connection.cut()
  }
}
