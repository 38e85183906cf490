/** The uplink: keeps a connection to the broker, announces the gateway there, and drains the outbox into it. */
import { once } from 'node:events'
import type { Clock, Random } from '../../drivers/clock.ts'
import { milliseconds } from '../../drivers/schema.ts'
import type { Announced } from '../disclosure/disclosed.ts'
import type { Range } from '../outbox/outbox.ts'
import type { Uplink as UplinkSettings } from '../site.ts'
import { Answers } from './answers.ts'
import {
  backOffMs,
  BrokerError,
  longestBackOffTry,
  openConnection,
  type Connection,
  type Fault,
  type ProtocolVersion,
  type RequestProperties,
} from './connection.ts'
import { Drain, type Source } from './drain.ts'
import { largestRequestBytes, parseReceipt, parseReplay } from './requests.ts'
import { selfCheck, type SelfCheck } from './self-check.ts'
import { parseTopic, topicsOf, type Topics } from './topics.ts'
import { within } from './within.ts'

/** What the uplink needs of the outbox. */
export interface Outlet extends Source {
  /** names the numbering to recipients */
  readonly id: string
  /** this run of the gateway */
  readonly boot: number
  /** The broker acknowledged it; the recipient's receipt is another matter. */
  sent(ticket: number, bytes: number): void
  /** Whatever was taken and not sent is to be given out again, with the same numbers. */
  disconnected(): void
  receipt(release: string, outbox: string, upto: number): void
  replay(release: string, outbox: string, ranges: readonly Range[]): void
  noteAnnounced(topic: Announced['topic'], bytes: number): void
}

export interface Announcements {
  online(): Announced
  /** also the will */
  offline(): Announced
  meta(): Announced
}

export type UplinkEvent =
  | { readonly event: 'connected'; readonly broker: string; readonly protocol: ProtocolVersion }
  /** once per change, not once per try: no connection, or a release or the description that the broker refuses */
  | ({ readonly event: 'trouble' } & Fault)
  /** a release that was refused is taken again */
  | { readonly event: 'accepted'; readonly release: string }
  /** the first of each release, in this run */
  | { readonly event: 'left'; readonly release: string; readonly seq: number }
  | { readonly event: 'receipt'; readonly release: string; readonly upto: number }
  /** the outbox does not give its records; it is asked again, and this told again when it fails otherwise */
  | { readonly event: 'outbox-failed'; readonly error: unknown }

export interface UplinkStatus {
  readonly broker: string
  readonly connected: boolean
  /** of the connection, when there is one */
  readonly protocol?: ProtocolVersion
  /** why there is none, as long as there is none */
  readonly trouble?: Fault
  /** records and gaps acknowledged since the start */
  readonly published: number
  /** refused since the start, each try counted */
  readonly refused: number
  /** releases that the broker refuses now, and why */
  readonly refusing: Readonly<Record<string, Fault>>
}

export interface Uplink extends AsyncDisposable {
  status(): UplinkStatus
}

/** A command as it came: nobody here knows what it means. */
export interface RawCommand {
  readonly segment: string
  /** empty, if it was longer than any request may be */
  readonly payload: Uint8Array
  /** the broker keeps it, and gives it again at each connection */
  readonly retained: boolean
  /** what the transport left it when it came (MQTT 5) */
  readonly expiresInMs?: number
}

export interface UplinkOptions {
  readonly settings: UplinkSettings
  readonly tenant: string
  readonly site: string
  readonly outbox: Outlet
  readonly announcements: Announcements
  readonly clock: Clock
  readonly random: Random
  readonly on: (event: UplinkEvent) => void
  /** the broker is sought from then on; absent: at once */
  readonly after?: Promise<unknown>
  /**
   * Is given every command, and must not throw; `reply` may be called any number of times, at any time, and never throws.
   * Absent: nothing is to be commanded here, and nothing is listened for.
   */
  readonly commanded?: ((command: RawCommand, reply: (answer: Announced) => void) => void) | undefined
}

/** A short hole in the radio network is no news. */
const willDelayMs = 90_000
/**
 * Only commands are waited for in the session: receipts are retained, and a recipient repeats its replay requests. It has
 * to outlive the will's delay, since a session that ends speaks the will (MQTT 5, 3.1.2.5); for the same reason it is
 * continued at the next connection rather than begun anew.
 */
const sessionMs = 300_000
/** A connection that held so long was a good one: the next tries begin again with a short back-off. */
const lastedMs = 30_000
/** For subscriptions and birth to be acknowledged. */
const greetingMs = 30_000
/** For the last publishes to be acknowledged, and goodbye to be said. */
const farewellMs = 3_000

/** Starts at once, or after what it waits for, and never gives up; disposing says goodbye to the broker and resolves within seconds. */
export function startUplink(options: UplinkOptions): Uplink {
  const runner = new Runner(options)
  const stop = new AbortController()
  const running = run(runner, options.after, stop.signal)
  return {
    status: () => runner.status(),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
    },
  }
}

async function run(runner: Runner, after: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  if (after !== undefined) await Promise.race([after, once(signal, 'abort')])
  if (!signal.aborted) await runner.run(signal)
}

interface Session {
  readonly connection: Connection
  readonly drain: Drain
}

class Runner {
  readonly #options: UplinkOptions
  readonly #topics: Topics
  readonly #refusing = new Map<string, Fault>()
  readonly #left = new Set<string>()
  readonly #answers: Answers
  /** why the broker refused answers: told once, since a commander may name a new topic each time */
  readonly #unanswerable = new Set<Fault['code']>()
  #session: Session | undefined
  #selfCheck: SelfCheck | undefined
  #trouble: Fault | undefined
  /** why the broker does not take the description */
  #undescribed: Fault | undefined
  /** why the outbox gives nothing */
  #ailment: string | undefined
  #published = 0
  #refused = 0

  constructor(options: UplinkOptions) {
    this.#options = options
    this.#topics = topicsOf(options)
    this.#answers = new Answers(this.#topics, options.clock, {
      acknowledged: (path, announced) => this.#note(path, announced),
      refused: ({ code, where, detail }) => {
        if (this.#unanswerable.has(code)) return
        this.#unanswerable.add(code)
        this.#tell({ event: 'trouble', code, where, detail })
      },
    })
  }

  status(): UplinkStatus {
    const session = this.#session
    return {
      broker: this.#options.settings.broker,
      connected: session !== undefined,
      ...(session === undefined ? {} : { protocol: session.connection.protocol }),
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
      published: this.#published,
      refused: this.#refused,
      refusing: Object.fromEntries(this.#refusing),
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    let tries = 0
    for (;;) {
      const beganMs = clock.monotonicMs()
      try {
        await this.#connectOnce(signal)
        return
      } catch (error) {
        if (signal.aborted) return
        this.#failed(error)
        // A clone with our id would be sent away by us, and we by it, for ever: so come back seldom.
        if (error instanceof BrokerError && error.code === 'BROKER_CLIENT_ID_TAKEN') tries = longestBackOffTry
        else tries = clock.monotonicMs() - beganMs >= lastedMs ? 0 : tries + 1
        await clock.sleep(backOffMs(tries, random), signal).catch(() => undefined)
      }
    }
  }

  /** From the first byte of one connection to the last. Rejects with what ended it, if that was not the signal. */
  async #connectOnce(signal: AbortSignal): Promise<void> {
    const { clock, outbox } = this.#options
    const connection = await this.#open(signal)
    try {
      await this.#greet(connection, signal)
      const drain = this.#newDrain(connection)
      this.#session = { connection, drain }
      this.#answers.over(connection)
      this.#trouble = undefined
      this.#tell({ event: 'connected', broker: this.#options.settings.broker, protocol: connection.protocol })
      await drainUntilLost(drain, connection, signal)
      await within(clock, farewellMs, this.#sayGoodbye(this.#session))
    } finally {
      this.#session = undefined
      this.#answers.over(undefined)
      connection.cut()
      outbox.disconnected()
    }
  }

  #open(signal: AbortSignal): Promise<Connection> {
    const { settings, tenant, site, announcements } = this.#options
    return openConnection(
      {
        broker: settings.broker,
        clientId: settings.client_id ?? `fanal-${tenant}-${site}`,
        username: settings.username,
        passwordFile: settings.password_file,
        tls: settings.tls,
        keepaliveMs: milliseconds(settings.keepalive),
        sessionMs,
        largestMessageBytes: largestRequestBytes,
        will: { topic: this.#topics.state, payload: announcements.offline().body, delayMs: willDelayMs },
      },
      (...heard) => this.#hear(...heard),
      signal,
    )
  }

  /** Listens before it speaks, and is born before any record leaves. */
  async #greet(connection: Connection, signal: AbortSignal): Promise<void> {
    const { announcements, clock, outbox, random, settings } = this.#options
    const greet = async (): Promise<'greeted'> => {
      const { receipts, replays, commands } = this.#topics
      await connection.subscribe([receipts, replays, ...(this.#options.commanded === undefined ? [] : [commands])])
      if (connection.protocol === '3.1.1') {
        this.#selfCheck = selfCheck(this.#topics.self, `${outbox.id} ${outbox.boot} ${random()}`, clock)
        await this.#selfCheck.run(connection)
      }
      await this.#announce(connection, announcements.online())
      await this.#describe(connection)
      return 'greeted'
    }
    if ((await within(clock, greetingMs, greet(), signal)) === undefined)
      throw new BrokerError('BROKER_UNREACHABLE', settings.broker, `no acknowledgement within ${greetingMs / 1_000} s`)
  }

  /** A description that the broker refuses keeps no record back. */
  async #describe(connection: Connection): Promise<void> {
    try {
      await this.#announce(connection, this.#options.announcements.meta())
      this.#undescribed = undefined
    } catch (error) {
      // The end of the connection names the broker, a refusal the topic.
      if (!(error instanceof BrokerError) || error.where !== this.#topics.meta) throw error
      const { code, where, detail } = error
      const known = this.#undescribed?.code === code
      this.#undescribed = { code, where, detail }
      if (!known) this.#tell({ event: 'trouble', code, where, detail })
    }
  }

  async #announce(connection: Connection, announced: Announced): Promise<void> {
    const path = this.#topics[announced.topic]
    await connection.deliver(path, announced.body, true)
    this.#note(path, announced)
  }

  #note(path: string, { topic, body }: Announced): void {
    this.#options.outbox.noteAnnounced(topic, Buffer.byteLength(path) + Buffer.byteLength(body))
  }

  #newDrain(connection: Connection): Drain {
    const { clock, random, outbox } = this.#options
    return new Drain({
      connection,
      source: outbox,
      topicOf: (release) => this.#topics.record(release),
      clock,
      random,
      on: {
        acknowledged: (parcel, bytes) => {
          const { ticket, release } = parcel
          outbox.sent(ticket, bytes)
          this.#published++
          if (this.#refusing.delete(release)) this.#tell({ event: 'accepted', release })
          if (parcel.kind === 'record' && !this.#left.has(release)) {
            this.#left.add(release)
            this.#tell({ event: 'left', release, seq: parcel.seq })
          }
        },
        refused: ({ release }, { code, where, detail }) => {
          this.#refused++
          if (this.#refusing.get(release)?.code === code) return
          this.#refusing.set(release, { code, where, detail })
          this.#tell({ event: 'trouble', code, where, detail })
        },
        taken: () => (this.#ailment = undefined),
        notTaken: (error) => this.#ails(error),
      },
    })
  }

  /** With this, the broker has no need of the will. */
  async #sayGoodbye({ connection, drain }: Session): Promise<void> {
    await drain.settled()
    await this.#answers.settled()
    await this.#announce(connection, this.#options.announcements.offline())
    await connection.leave()
  }

  #hear(topic: string, payload: Uint8Array, retained: boolean, request: RequestProperties): void {
    const parsed = parseTopic(topic)
    if (parsed?.kind === 'self') this.#selfCheck?.hear(payload)
    else if (parsed?.kind === 'command') this.#hearCommand(parsed.segment, payload, retained, request)
    else if (parsed?.kind === 'receipt') this.#hearReceipt(parsed.release, payload)
    // A retained request would be obeyed again at each connection.
    else if (parsed?.kind === 'replay' && !retained) this.#hearReplay(parsed.release, payload)
  }

  #hearCommand(segment: string, payload: Uint8Array, retained: boolean, request: RequestProperties): void {
    const { expiresInMs } = request
    // A broker that empties a retained topic says so with an empty message: that commands nothing.
    if (retained && payload.length === 0) return
    const bounded = payload.length > largestRequestBytes ? new Uint8Array() : payload
    this.#options.commanded?.(
      { segment, payload: bounded, retained, ...(expiresInMs === undefined ? {} : { expiresInMs }) },
      this.#answers.to(request),
    )
  }

  #hearReceipt(release: string, payload: Uint8Array): void {
    const receipt = parseReceipt(payload)
    if (receipt === undefined) return
    this.#options.outbox.receipt(release, receipt.outbox, receipt.upto)
    if (receipt.outbox === this.#options.outbox.id) this.#tell({ event: 'receipt', release, upto: receipt.upto })
  }

  #hearReplay(release: string, payload: Uint8Array): void {
    const replay = parseReplay(payload)
    if (replay !== undefined) this.#options.outbox.replay(release, replay.outbox, replay.ranges)
  }

  #failed(error: unknown): void {
    if (!(error instanceof BrokerError)) {
      this.#ails(error)
      return
    }
    const { code, where, detail } = error
    const known = this.#trouble?.code === code && this.#trouble.where === where
    this.#trouble = { code, where, detail }
    if (!known) this.#tell({ event: 'trouble', code, where, detail })
  }

  #ails(error: unknown): void {
    const ailment = String(error)
    if (ailment === this.#ailment) return
    this.#ailment = ailment
    this.#tell({ event: 'outbox-failed', error })
  }

  #tell(event: UplinkEvent): void {
    this.#options.on(event)
  }
}

/** Rejects with what ended the connection; resolves when the signal did. */
async function drainUntilLost(drain: Drain, connection: Connection, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const draining = drain.run(AbortSignal.any([signal, over.signal]))
  try {
    const lost = await Promise.race([connection.closed, draining])
    if (lost !== undefined) throw lost
  } finally {
    over.abort()
    await draining
  }
}
