/** The first words over a connection, and the last: who is here, what it declares, and that it goes. */
import type { Clock, Random } from '../../drivers/clock.ts'
import type { Announced } from '../disclosure/disclosed.ts'
import { BrokerError, type Connection, type Fault } from './connection.ts'
import { selfCheck, type SelfCheck } from './self-check.ts'
import type { Topics } from './topics.ts'
import { within } from './within.ts'

export interface Announcements {
  online(): Announced | Promise<Announced>
  /** also the will */
  offline(): Announced
  meta(): Announced
}

export interface GreetingOptions {
  readonly topics: Topics
  readonly announcements: Announcements
  /** whether commands are listened for */
  readonly commanded: boolean
  /** of the run: is said on `self`, and nobody else says it */
  readonly word: () => string
  readonly clock: Clock
  readonly random: Random
  readonly announced: (path: string, announced: Announced) => void
  /** the description is refused; told once */
  readonly undescribed: (fault: Fault) => void
}

/** For subscriptions and birth to be acknowledged. */
const greetingMs = 30_000

export class Greeting {
  readonly #options: GreetingOptions
  #selfCheck: SelfCheck | undefined
  /** why the broker does not take the description */
  #undescribed: Fault | undefined

  constructor(options: GreetingOptions) {
    this.#options = options
  }

  /** Listens before it speaks, and is born before any record leaves. Rejects with a BrokerError, or the signal's reason. */
  async say(connection: Connection, broker: string, signal: AbortSignal): Promise<void> {
    const said = this.#say(connection).then(() => 'said' as const)
    if ((await within(this.#options.clock, greetingMs, said, signal)) === undefined)
      throw new BrokerError('BROKER_UNREACHABLE', broker, `no acknowledgement within ${greetingMs / 1_000} s`)
  }

  /** With this, the broker has no need of the will. */
  async goodbye(connection: Connection): Promise<void> {
    await this.#announce(connection, this.#options.announcements.offline())
    await connection.leave()
  }

  /** To be told of what arrives on `self`. */
  hear(payload: Uint8Array): void {
    this.#selfCheck?.hear(payload)
  }

  async #say(connection: Connection): Promise<void> {
    const { topics, clock, random, word, commanded, announcements } = this.#options
    const { receipts, replays, commands } = topics
    await connection.subscribe([receipts, replays, ...(commanded ? [commands] : [])])
    if (connection.protocol === '3.1.1') {
      this.#selfCheck = selfCheck(topics.self, `${word()} ${random()}`, clock)
      await this.#selfCheck.run(connection)
    } else await connection.subscribe([topics.self]).catch(onlyRefused) // to be asked by a twin
    await this.#announce(connection, await announcements.online())
    await this.#describe(connection)
  }

  /** A description that the broker refuses keeps no record back. */
  async #describe(connection: Connection): Promise<void> {
    const { topics, announcements, undescribed } = this.#options
    try {
      await this.#announce(connection, announcements.meta())
      this.#undescribed = undefined
    } catch (error) {
      // The end of the connection names the broker, a refusal the topic.
      if (!(error instanceof BrokerError) || error.where !== topics.meta) throw error
      const { code, where, detail } = error
      const known = this.#undescribed?.code === code
      this.#undescribed = { code, where, detail }
      if (!known) undescribed(this.#undescribed)
    }
  }

  async #announce(connection: Connection, announced: Announced): Promise<void> {
    const path = this.#options.topics[announced.topic]
    await connection.deliver(path, announced.body, true)
    this.#options.announced(path, announced)
  }
}

/** A broker whose rules are narrower than ours may forbid it; the end of the connection shows elsewhere. */
function onlyRefused(error: unknown): void {
  if (!(error instanceof BrokerError) || error.code !== 'BROKER_NOT_AUTHORISED') throw error
}
