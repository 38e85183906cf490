/** The live view: keeps a connection of its own to the broker, and is an edge node there, as long as the gateway runs. */
import type { Clock, Random } from '../../../drivers/clock.ts'
import { milliseconds } from '../../../drivers/schema.ts'
import type { Disclosed } from '../../disclosure/disclosed.ts'
import type { Policy } from '../../disclosure/policy.ts'
import type { Uplink as UplinkSettings } from '../../site.ts'
import {
  backOffMs,
  BrokerError,
  longestBackOffTry,
  openConnection,
  type Connection,
  type Fault,
  type ProtocolVersion,
} from '../connection.ts'
import { within } from '../within.ts'
import { mostStateBytes, parseHostState, parseNodeCommand } from './host.ts'
import { encodePayload } from './payload.ts'
import { newSession, type Message, type Now, type Session } from './session.ts'
import { step, willOf, type SessionEvent } from './step.ts'
import { commandTopic, hostTopic, topicOf, type EdgeNode } from './topics.ts'
import { Writer } from './writer.ts'

export type SparkplugEvent =
  /** its hosts know it, and all that it has */
  | { readonly event: 'born' }
  /** connected, and its primary host is not there */
  | { readonly event: 'waiting'; readonly host: string }
  /** once per change, not once per try */
  | ({ readonly event: 'trouble' } & Fault)
  /** a host tried to write: the first time in this run */
  | { readonly event: 'refused'; readonly metric: string }

export interface SparkplugStatus {
  readonly edge: string
  readonly state: 'disconnected' | 'waiting' | 'born'
  readonly protocol?: ProtocolVersion
  /** who is waited for */
  readonly host?: string
  /** why there is no connection, or what the broker did not take, as long as that lasts */
  readonly trouble?: Fault
  /** since the start, births and deaths included; topics and payloads */
  readonly messages: number
  readonly bytes: number
  readonly births: number
  /** metrics that a host tried to write */
  readonly refused: number
}

export interface Sparkplug extends AsyncDisposable {
  status(): SparkplugStatus
  /** Of releases that are not told in this encoding nothing is. Never waits, never throws. */
  tell(records: readonly Disclosed[]): void
}

export interface SparkplugOptions {
  readonly settings: UplinkSettings & { readonly sparkplug: NonNullable<UplinkSettings['sparkplug']> }
  readonly tenant: string
  readonly site: string
  readonly policy: Policy
  readonly clock: Clock
  readonly random: Random
  readonly on: (event: SparkplugEvent) => void
  /** what left, for the ledger; births and deaths are of no release */
  readonly left?: (release: string | undefined, bytes: number) => void
}

/** A connection that held so long was a good one: the next tries begin again with a short back-off. */
const lastedMs = 30_000
/** For the subscriptions to be acknowledged. */
const greetingMs = 30_000
const largestCommandBytes = 64 * 1_024
/** So many messages may wait in the socket; what is new replaces what waits beyond. */
const mostUnwritten = 64

/** Starts at once and never gives up; disposing says goodbye and resolves within seconds. */
export function startSparkplug(options: SparkplugOptions): Sparkplug {
  const runner = new Runner(options)
  const stop = new AbortController()
  const running = runner.run(stop.signal)
  return {
    status: () => runner.status(),
    tell: (records) => runner.step({ event: 'disclosed', records }),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
    },
  }
}

class Runner {
  readonly #options: SparkplugOptions
  readonly #node: EdgeNode
  readonly #session: Session
  readonly #writer = new Writer()
  #connection: Connection | undefined
  #trouble: Fault | undefined
  /** resolved when a birth is due at another time, or the connection is to be left */
  #news = Promise.withResolvers<undefined>()
  #leaving = false
  #unwritten = 0
  #count = { messages: 0, bytes: 0, births: 0, refused: 0 }

  constructor(options: SparkplugOptions) {
    const { settings, site, policy } = options
    this.#options = options
    this.#node = { group: settings.sparkplug.group, edge: settings.sparkplug.edge ?? site }
    this.#session = newSession(policy, settings.sparkplug.primary_host)
  }

  status(): SparkplugStatus {
    const connection = this.#connection
    const waiting = this.#session.phase === 'waiting'
    const { primaryHost } = this.#session
    return {
      edge: `${this.#node.group}/${this.#node.edge}`,
      state: connection === undefined ? 'disconnected' : waiting ? 'waiting' : 'born',
      ...(connection === undefined ? {} : { protocol: connection.protocol }),
      ...(waiting && primaryHost !== undefined ? { host: primaryHost } : {}),
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
      ...this.#count,
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    let tries = 0
    for (;;) {
      const beganMs = clock.monotonicMs()
      try {
        if ((await this.#connectOnce(signal)) === 'stopped') return
        tries = 0 // left for the primary host's sake: back at once (tck-id-…-host-offline-reconnect)
      } catch (error) {
        if (signal.aborted) return
        this.#failed(error)
        // Another with our client id would be sent away by us, and we by it, for ever: so come back seldom.
        if (error instanceof BrokerError && error.code === 'BROKER_CLIENT_ID_TAKEN') tries = longestBackOffTry
        else tries = clock.monotonicMs() - beganMs >= lastedMs ? 0 : tries + 1
        await clock.sleep(backOffMs(tries, random), signal).catch(() => undefined)
      }
    }
  }

  step(event: SessionEvent): void {
    const session = this.#session
    const before = { phase: session.phase, dueMs: session.dueMs }
    const { out, leave } = step(session, event, this.#now())
    for (const message of out) this.#send(message)
    if (session.phase === 'born' && (before.phase === 'waiting' || before.phase === 'away'))
      this.#options.on({ event: 'born' })
    this.#leaving ||= leave
    if (leave || session.dueMs !== before.dueMs) {
      this.#news.resolve(undefined)
      this.#news = Promise.withResolvers()
    }
  }

  #now(): Now {
    const { clock } = this.#options
    return { wallMs: clock.now().epochMilliseconds, monotonicMs: clock.monotonicMs() }
  }

  /** Until the gateway stops, or the primary host has gone; rejects with what ended the connection otherwise. */
  async #connectOnce(signal: AbortSignal): Promise<'stopped' | 'left'> {
    this.step({ event: 'connecting' })
    const connection = await this.#open(signal)
    try {
      await this.#listen(connection, signal)
      this.#connection = connection
      this.#trouble = undefined
      this.step({ event: 'connected' })
      const { primaryHost, phase } = this.#session
      if (phase === 'waiting' && primaryHost !== undefined) this.#options.on({ event: 'waiting', host: primaryHost })
      const ended = await this.#live(connection, signal)
      if (ended === 'stopped') this.step({ event: 'goodbye' })
      await connection.leave({ speakWill: true })
      return ended
    } finally {
      this.#connection = undefined
      this.#leaving = false
      this.#unwritten = 0
      this.step({ event: 'lost' })
      connection.cut()
    }
  }

  #open(signal: AbortSignal): Promise<Connection> {
    const { settings, tenant, site } = this.#options
    return openConnection(
      {
        broker: settings.broker,
        // A broker sends away the first of two with one name.
        clientId: `${settings.client_id ?? `fanal-${tenant}-${site}`}-sparkplug`,
        username: settings.username,
        passwordFile: settings.password_file,
        tls: settings.tls,
        keepaliveMs: milliseconds(settings.keepalive),
        sessionMs: 0,
        largestMessageBytes: largestCommandBytes,
        will: {
          topic: topicOf(this.#node, 'NDEATH'),
          payload: encodePayload(willOf(this.#session, this.#now()), this.#writer),
          delayMs: 0,
          retain: false,
        },
      },
      (topic, payload, retained) => this.#hear(topic, payload, retained),
      signal,
    )
  }

  async #listen(connection: Connection, signal: AbortSignal): Promise<void> {
    const { clock, settings } = this.#options
    const { primaryHost } = this.#session
    const filters = [commandTopic(this.#node), ...(primaryHost === undefined ? [] : [hostTopic(primaryHost)])]
    const listening = connection.subscribe(filters).then(() => 'listening' as const)
    if ((await within(clock, greetingMs, listening, signal)) === undefined)
      throw new BrokerError('BROKER_UNREACHABLE', settings.broker, `no acknowledgement within ${greetingMs / 1_000} s`)
  }

  async #live(connection: Connection, signal: AbortSignal): Promise<'stopped' | 'left'> {
    const { clock } = this.#options
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    for (;;) {
      if (signal.aborted) return 'stopped'
      if (this.#leaving) return 'left'
      const { dueMs } = this.#session
      const waits = dueMs === undefined ? Infinity : dueMs - clock.monotonicMs()
      if (waits <= 0) {
        this.step({ event: 'due' })
        continue
      }
      const round = new AbortController()
      const due = waits === Infinity ? [] : [clock.sleep(waits, round.signal).catch(() => undefined)]
      const what = await Promise.race([connection.closed, stopped, this.#news.promise, ...due])
      round.abort()
      if (what !== undefined) throw what
    }
  }

  #send({ verb, device, payload, release }: Message): void {
    const topic = topicOf(this.#node, verb, device)
    const bytes = encodePayload(payload, this.#writer)
    this.#unwritten++
    const written = (refusal?: Fault) => {
      this.#unwritten--
      if (refusal !== undefined) this.#note(refusal)
      if (this.#unwritten === 0) this.step({ event: 'drained' })
    }
    this.#connection?.send(topic, bytes, written)
    const size = topic.length + bytes.length
    this.#count.messages++
    this.#count.bytes += size
    if (verb === 'NBIRTH') this.#count.births++
    this.#options.left?.(release, size)
    if (this.#unwritten >= mostUnwritten) this.step({ event: 'held' })
  }

  #hear(topic: string, payload: Uint8Array, retained: boolean): void {
    const { primaryHost } = this.#session
    const { random } = this.#options
    if (primaryHost !== undefined && topic === hostTopic(primaryHost)) {
      const state = payload.length > mostStateBytes ? undefined : parseHostState(payload)
      if (state !== undefined) this.step({ event: 'host', ...state, chance: random() })
    }
    // A retained request would be obeyed again at each connection.
    if (topic !== commandTopic(this.#node) || retained || payload.length > largestCommandBytes) return
    const command = parseNodeCommand(payload)
    if (command === undefined) return
    const [metric] = command.refused
    if (metric !== undefined && this.#count.refused === 0) this.#options.on({ event: 'refused', metric })
    this.#count.refused += command.refused.length
    if (command.rebirth) this.step({ event: 'rebirth-asked', chance: random() })
  }

  #failed(error: unknown): void {
    if (!(error instanceof BrokerError)) throw error
    this.#note(error)
  }

  #note({ code, where, detail }: Fault): void {
    const known = this.#trouble?.code === code && this.#trouble.where === where
    this.#trouble = { code, where, detail }
    if (!known) this.#options.on({ event: 'trouble', code, where, detail })
  }
}
