/** The uplink: keeps a connection to the broker, announces the gateway there, and drains the outbox into it. */
import { once } from 'node:events'
import type { Clock, Random } from '../../drivers/clock.ts'
import { milliseconds } from '../../drivers/schema.ts'
import type { Announced } from '../disclosure/disclosed.ts'
import type { Range } from '../outbox/outbox.ts'
import type { Parcel } from '../outbox/parcel.ts'
import type { Uplink as UplinkSettings } from '../site.ts'
import { Answers } from './answers.ts'
import { Approach } from './approach.ts'
import { Arrived } from './arrived.ts'
import { may, projected } from './budget.ts'
import {
  BrokerError,
  openConnection,
  type Connection,
  type Destination,
  type Fault,
  type Listener,
} from './connection.ts'
import { Drain, type Source } from './drain.ts'
import { Greeting, type Announcements } from './greeting.ts'
import { intake, type RawCommand } from './intake.ts'
import { LastGood } from './last-good.ts'
import type { Message } from './last-sent.ts'
import type { Manner } from './letters.ts'
import type { Besides } from './ngsi.ts'
import { largestRequestBytes } from './requests.ts'
import { Spending, type Kept } from './spending.ts'
import type { BudgetStatus, UplinkEvent, UplinkStatus } from './told.ts'
import { topicsOf, type Topics } from './topics.ts'
import { answerTo, describeTwin, look, type Self } from './twin.ts'
import { messageCost } from './wire-cost.ts'
import { within } from './within.ts'

export type { Announcements } from './greeting.ts'
export type { RawCommand } from './intake.ts'
export type { Manner } from './letters.ts'
export type { UplinkEvent, UplinkStatus } from './told.ts'

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

export interface Uplink extends AsyncDisposable {
  status(): UplinkStatus
  /**
   * The outbox numbers otherwise from now on: that is announced over a new connection, since the broker keeps the will that
   * came with the old one, and would tell the old numbering when the gateway dies.
   */
  renumbered(): void
  /** How long that many historical records take at the pace of now; undefined: there is no connection. */
  caughtUpS(records: number): number | undefined
}

export interface UplinkOptions {
  readonly settings: UplinkSettings
  readonly tenant: string
  readonly site: string
  readonly outbox: Outlet
  readonly announcements: Announcements
  /** by release; what is stored of others still goes out */
  readonly manners?: ReadonlyMap<string, Manner>
  /** the month's bytes, whose calendar they are counted by, and where that is kept */
  readonly plan?: {
    readonly monthly?: number | undefined
    readonly timeZone: string
    readonly kept?: Kept | undefined
  }
  /** what parcels are in other encodings, beside one connection; absent: nothing else */
  readonly besides?: ((connection: Connection) => Besides) | undefined
  /** whether a release leaves as JSON; absent: all do */
  readonly speaksJson?: ((release: string) => boolean) | undefined
  readonly clock: Clock
  readonly random: Random
  readonly on: (event: UplinkEvent) => void
  /** the broker is sought from then on; absent: at once */
  readonly after?: Promise<unknown>
  /** told of each record and gap that has arrived, in all its encodings */
  readonly acknowledged?: (parcel: Parcel) => void
  /** told of each message that has said a record in JSON */
  readonly said?: (release: string, message: Message) => void
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
/** For the last publishes to be acknowledged, and goodbye to be said. */
const farewellMs = 3_000

/** Where there is another address to go to, a broker that is silent for so long is left. */
const standbyPatienceMs = 5_000
/** A record, for the question whether another one may go. */
const usualCost = messageCost(40, 300, true)

/** Starts at once, or after what it waits for, and never gives up; disposing says goodbye to the broker and resolves within seconds. */
export function startUplink(options: UplinkOptions): Uplink {
  const runner = new Runner(options)
  const stop = new AbortController()
  const running = run(runner, options.after, stop.signal)
  return {
    status: () => runner.status(),
    renumbered: () => runner.renumbered(),
    caughtUpS: (records) => runner.caughtUpS(records),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
      runner.keep()
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
  readonly #approach: Approach
  readonly #spending: Spending
  readonly #credentials: LastGood
  readonly #greeting: Greeting
  readonly #arrived = new Arrived()
  readonly #hear: Listener
  readonly #run: string
  readonly #beganMs: number
  readonly #reasons = new Map<string, number>()
  #twin: Self | undefined
  /** why the broker refused answers: told once, since a commander may name a new topic each time */
  readonly #unanswerable = new Set<Fault['code']>()
  #session: Session | undefined
  /** gives the connection up for a new one, if it was made under another numbering */
  #renew: (() => void) | undefined
  /** leaves the seat to a twin that has run for longer */
  #yield: ((why: BrokerError) => void) | undefined
  #trouble: Fault | undefined
  /** why the outbox gives nothing */
  #ailment: string | undefined
  #published = 0
  #refused = 0

  constructor(options: UplinkOptions) {
    this.#options = options
    this.#topics = topicsOf(options)
    const { clock, outbox, random, settings, plan = { timeZone: 'UTC' }, commanded } = options
    this.#run = Math.floor(random() * 2 ** 48).toString(16)
    this.#beganMs = clock.monotonicMs()
    this.#approach = new Approach([settings.broker, ...(settings.standby ?? [])], clock, random)
    this.#spending = new Spending({ ...plan, clock })
    this.#credentials = new LastGood(
      { passwordFile: settings.password_file, tls: settings.tls },
      ({ code, where, detail }) => {
        this.#count(code)
        this.#tell({ event: 'trouble', code, where, detail })
      },
    )
    this.#greeting = new Greeting({
      ...{ topics: this.#topics, announcements: options.announcements, clock, random },
      commanded: commanded !== undefined,
      word: () => `${outbox.id} ${outbox.boot}`,
      announced: (path, announced) => this.#note(path, announced),
      undescribed: (fault) => this.#tell({ event: 'trouble', ...fault }),
    })
    this.#hear = intake({
      self: (payload) => this.#hearSelf(payload),
      command: (command, request) => commanded?.(command, this.#answers.to(request)),
      replay: (release, of, ranges) => {
        this.#arrived.forget(release)
        outbox.replay(release, of, ranges)
      },
      receipt: (release, of, upto) => {
        outbox.receipt(release, of, upto)
        if (of === outbox.id) this.#tell({ event: 'receipt', release, upto })
      },
    })
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
      broker: this.#approach.broker,
      connected: session !== undefined,
      ...(session === undefined ? {} : { protocol: session.connection.protocol }),
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
      published: this.#published,
      refused: this.#refused,
      refusing: Object.fromEntries(this.#refusing),
      reasons: Object.fromEntries(this.#reasons),
      budget: this.#budget(),
      ...(this.#twin === undefined ? {} : { twin: told(this.#twin) }),
    }
  }

  caughtUpS(records: number): number | undefined {
    return this.#session?.drain.caughtUpS(records)
  }

  renumbered(): void {
    this.#renew?.()
  }

  /** At an orderly end. */
  keep(): void {
    this.#spending.keep()
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    for (;;) {
      this.#approach.begins()
      try {
        if (this.#approach.looksFirst) await this.#lookAround(signal)
        while ((await this.#connectOnce(signal)) === 'renumbered') this.#approach.begins()
        return
      } catch (error) {
        if (signal.aborted) return
        this.#failed(error)
        const waitMs = this.#approach.failed(error instanceof BrokerError ? error.code : undefined)
        await clock.sleep(waitMs, signal).catch(() => undefined)
      }
    }
  }

  /** Rejects while another has our seat and keeps it. */
  async #lookAround(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const me = this.#self()
    const open = (listener: Listener) => {
      const seat = this.#destination()
      const aside = { clientId: `${seat.clientId}-${me.run}`, sessionMs: 0, will: undefined }
      return openConnection({ ...seat, ...aside }, listener, signal)
    }
    const twin = await look(open, this.#topics.self, me, clock, signal)
    if (twin === undefined) return
    this.#twin = twin
    if (!twin.yields)
      throw new BrokerError('BROKER_CLIENT_ID_TAKEN', new URL(this.#approach.broker).host, describeTwin(twin))
  }

  /** From the first byte of one connection to the last. Rejects with what ended it, if that was not the signal or ourselves. */
  async #connectOnce(signal: AbortSignal): Promise<'renumbered' | 'stopped'> {
    const { clock, outbox } = this.#options
    const numbering = outbox.id // that of the will
    const connection = await openConnection(this.#destination(), this.#hear, signal)
    const over = new AbortController()
    try {
      await this.#greeting.say(connection, this.#approach.broker, signal)
      const drain = this.#newDrain(connection)
      this.#session = { connection, drain }
      this.#answers.over(connection)
      this.#trouble = undefined
      this.#approach.arrived()
      this.#tell({ event: 'connected', broker: this.#approach.broker, protocol: connection.protocol })
      const left = new Promise<BrokerError>((resolve) => {
        this.#yield = resolve
      })
      const renumbered = new AbortController()
      this.#renew = () => {
        if (outbox.id !== numbering) renumbered.abort()
      }
      this.#renew() // by a receipt that came with the greeting
      void this.#credentials.watch(clock, over.signal)
      const ended = AbortSignal.any([signal, renumbered.signal])
      await drainUntilLost(drain, Promise.race([connection.closed, left]), ended)
      await within(clock, farewellMs, this.#sayGoodbye(this.#session))
      return signal.aborted ? 'stopped' : 'renumbered'
    } finally {
      over.abort()
      this.#renew = undefined
      this.#session = undefined
      this.#yield = undefined
      this.#answers.over(undefined)
      connection.cut()
      outbox.disconnected()
    }
  }

  #destination(): Destination {
    const { settings, tenant, site, announcements } = this.#options
    return {
      broker: this.#approach.broker,
      clientId: settings.client_id ?? `fanal-${tenant}-${site}`,
      username: settings.username,
      passwordFile: settings.password_file,
      tls: settings.tls,
      credentials: () => this.#credentials.read(),
      keepaliveMs: milliseconds(settings.keepalive),
      ...(this.#approach.hasOthers ? { patienceMs: standbyPatienceMs } : {}),
      sessionMs,
      largestMessageBytes: largestRequestBytes,
      will: { topic: this.#topics.state, payload: announcements.offline().body, delayMs: willDelayMs },
      spent: (bytes) => this.#spending.add(bytes),
    }
  }

  #note(path: string, { topic, body }: Announced): void {
    this.#options.outbox.noteAnnounced(topic, Buffer.byteLength(path) + Buffer.byteLength(body))
  }

  #newDrain(connection: Connection): Drain {
    const { clock, random, outbox, settings, manners, besides, speaksJson } = this.#options
    return new Drain({
      connection,
      source: outbox,
      topics: this.#topics,
      mannerOf: (release) => manners?.get(release),
      historyRate: settings.history_rate,
      tls: new URL(this.#approach.broker).protocol === 'mqtts:',
      affordable: (release, bytes) => this.#affordable(release, bytes),
      besides: besides?.(connection),
      speaksJson,
      arrived: this.#arrived,
      said: (release, message) => this.#options.said?.(release, message),
      clock,
      random,
      on: {
        acknowledged: (parcel, bytes, places) => {
          const { ticket, release } = parcel
          outbox.sent(ticket, bytes)
          this.#options.acknowledged?.(parcel)
          this.#published++
          const refusing = this.#refusing.get(release)
          if (refusing !== undefined && places.includes(refusing.where)) {
            this.#refusing.delete(release)
            this.#tell({ event: 'accepted', release })
          }
          if (parcel.kind === 'record' && !this.#left.has(release)) {
            this.#left.add(release)
            this.#tell({ event: 'left', release, seq: parcel.seq })
          }
        },
        refused: ({ release }, { code, where, detail }) => {
          this.#refused++
          this.#count(code)
          if (this.#refusing.get(release)?.code === code) return
          this.#refusing.set(release, { code, where, detail })
          this.#tell({ event: 'trouble', code, where, detail })
        },
        taken: () => (this.#ailment = undefined),
        notTaken: (error) => this.#ails(error),
      },
    })
  }

  async #sayGoodbye({ connection, drain }: Session): Promise<void> {
    await drain.settled()
    await this.#answers.settled()
    await this.#greeting.goodbye(connection)
  }

  #hearSelf(payload: Uint8Array): void {
    this.#greeting.hear(payload)
    const asked = answerTo(payload, this.#self())
    if (asked === undefined || this.#session === undefined) return
    const { connection } = this.#session
    this.#twin = asked.twin
    connection.publish(this.#topics.self, asked.word, false, () => {
      if (!asked.twin.yields) return
      const where = new URL(this.#approach.broker).host
      this.#yield?.(new BrokerError('BROKER_CLIENT_ID_TAKEN', where, describeTwin(asked.twin)))
    })
  }

  #self(): Self {
    const { clock, outbox } = this.#options
    const upS = Math.floor((clock.monotonicMs() - this.#beganMs) / 1_000)
    return { run: this.#run, outbox: outbox.id, boot: outbox.boot, upS }
  }

  #affordable(release: string, bytes: number): boolean {
    const month = this.#spending.month()
    return month === undefined || may(this.#options.manners?.get(release)?.priority ?? 'normal', bytes, month)
  }

  #budget(): BudgetStatus {
    const monthly = this.#options.plan?.monthly
    const calendar = this.#spending.calendar()
    const expected = projected({ ...calendar, monthly: monthly ?? 0 })
    return {
      spent: calendar.spent,
      ...(monthly === undefined ? {} : { monthly }),
      ...(expected === undefined ? {} : { projected: expected }),
      waiting: [...(this.#options.manners?.keys() ?? [])].filter((release) => !this.#affordable(release, usualCost)),
    }
  }

  #count(code: string): void {
    this.#reasons.set(code, (this.#reasons.get(code) ?? 0) + 1)
  }

  #failed(error: unknown): void {
    if (!(error instanceof BrokerError)) {
      this.#ails(error)
      return
    }
    const { code, where, detail } = error
    this.#count(code)
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
async function drainUntilLost(drain: Drain, closed: Promise<BrokerError>, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const draining = drain.run(AbortSignal.any([signal, over.signal]))
  try {
    const lost = await Promise.race([closed, draining])
    if (lost !== undefined) throw lost
  } finally {
    over.abort()
    await draining
  }
}

function told({ outbox, boot, upS }: Self): Omit<Self, 'run'> {
  return { outbox, boot, upS }
}
