/**
 * Entities to a context broker over HTTP (NGSI-LD's batch upsert), one request at a time, so that what is newer comes later.
 * What it refuses for good is told and given up, what it cannot take now is tried again; nothing is tried for ever.
 */
import type { Clock, Random } from '../../drivers/clock.ts'
import { backOffMs, type Fault, type Outcome, type Refusal } from './connection.ts'
import type { Batch } from './encodings/batches.ts'
import { temporalOf } from './encodings/ngsi-ld-temporal.ts'
import type { Entity } from './encodings/ngsi-ld.ts'
import type { HttpResponse, Transport } from './http-transport.ts'
import { verdictOf, type Verdict } from './ngsi-verdict.ts'
import { within } from './within.ts'

export interface NgsiHttpOptions {
  /** for people: where the broker is */
  readonly url: string
  /** NGSI-LD's own tenant, if the broker has several */
  readonly tenant?: string | undefined
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
  /** what is given up: entities refused for good, or history that the broker does not keep */
  readonly givenUp: (fault: Fault) => void
}

const requestMs = 20_000
const mostTold = 1_000
/** After so many the parcel goes back to the outbox, which comes again with it. */
const mostTries = 4
const longestWaitMs = 300_000
/** After a failure, whoever waits in line is not let to try the same at once. */
const restMs = 5_000

const upsertPath = '/ngsi-ld/v1/entityOperations/upsert?options=update'
const temporalPath = '/ngsi-ld/v1/temporal/entities'

export class NgsiHttp {
  readonly #options: NgsiHttpOptions
  #last: Promise<unknown> = Promise.resolve()
  /** a broker that keeps no history is not asked again in this run */
  #noHistory = false
  /** monotonic: until then it is left alone, and whoever waits in line is sent back at once */
  #restUntilMs = 0
  #trouble: Refusal | undefined

  /** entities of which it was told that they are refused */
  readonly #told = new Set<string>()

  constructor(options: NgsiHttpOptions) {
    this.#options = options
  }

  get url(): string {
    return this.#options.url
  }

  /** Resolves when all is there or given up (`acknowledged`), with why it is to be tried again, or `lost` by the signal. */
  upsert(batches: readonly Batch[], signal: AbortSignal): Promise<Outcome> {
    return this.#inLine(async () => {
      for (const batch of batches) {
        const outcome = await this.#post(batch.entities, signal)
        if (outcome !== 'acknowledged') return outcome
      }
      return 'acknowledged'
    }, signal)
  }

  /** What is older than what the broker may have already: it goes into its history, and changes no present value. */
  history(entities: readonly Entity[], signal: AbortSignal): Promise<Outcome> {
    return this.#inLine(async () => {
      for (const entity of temporalOf(entities)) {
        if (this.#noHistory) break
        const outcome = await this.#remember(entity, signal)
        if (outcome !== 'acknowledged') return outcome
      }
      return 'acknowledged'
    }, signal)
  }

  #inLine(work: () => Promise<Outcome>, signal: AbortSignal): Promise<Outcome> {
    const isOver = () => signal.aborted
    const turn = this.#last.then(async () => {
      if (isOver()) return 'lost'
      if (this.#trouble !== undefined && this.#options.clock.monotonicMs() < this.#restUntilMs) return this.#trouble
      try {
        return await work()
      } catch (error) {
        if (isOver()) return 'lost'
        throw error
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** One batch; halved where something in it is refused, so that one bad entity keeps no good one back. */
  async #post(entities: readonly Entity[], signal: AbortSignal): Promise<Outcome> {
    let left = entities
    for (let tries = 0; ; tries++) {
      const verdict = await this.#ask(upsertPath, `[${left.map((entity) => JSON.stringify(entity)).join(',')}]`, signal)
      switch (verdict.kind) {
        case 'taken':
          return this.#well()
        case 'stopped':
          return this.#rest(verdict.code, verdict.why)
        case 'split': {
          const [only, ...others] = left
          if (only === undefined) return this.#well()
          if (others.length === 0) return this.#giveUp(only.id, verdict.why)
          const half = Math.ceil(left.length / 2)
          const first = await this.#post(left.slice(0, half), signal)
          return first === 'acknowledged' ? this.#post(left.slice(half), signal) : first
        }
        case 'in part':
          for (const { id, why } of verdict.refused) this.#giveUp(id, why)
          left = left.filter(({ id }) => verdict.again.has(id))
          if (left.length === 0) return this.#well()
          if (tries >= mostTries - 1) return this.#rest('CONTEXT_BUSY', `${left.length} entities again and again`)
          await this.#wait(undefined, tries, signal)
          break
        case 'later':
          if (tries >= mostTries - 1) return this.#rest(codeOf(verdict), verdict.why, verdict.afterMs)
          await this.#wait(verdict.afterMs, tries, signal)
      }
    }
  }

  async #remember(entity: Entity, signal: AbortSignal): Promise<Outcome> {
    for (let tries = 0; ; tries++) {
      const verdict = await this.#ask(temporalPath, JSON.stringify(entity), signal)
      switch (verdict.kind) {
        case 'taken':
        case 'in part':
          return this.#well()
        case 'split':
          return this.#giveUp(entity.id, verdict.why)
        case 'stopped':
          if (verdict.code !== 'CONTEXT_NO_API') return this.#rest(verdict.code, verdict.why)
          this.#noHistory = true
          this.#options.givenUp({ code: 'CONTEXT_NO_HISTORY', where: this.#options.url, detail: verdict.why })
          return 'acknowledged'
        case 'later':
          if (tries >= mostTries - 1) return this.#rest(codeOf(verdict), verdict.why, verdict.afterMs)
          await this.#wait(verdict.afterMs, tries, signal)
      }
    }
  }

  async #ask(path: string, body: string, signal: AbortSignal): Promise<Verdict> {
    const { transport, clock, tenant } = this.#options
    const headers = {
      'Content-Type': 'application/ld+json',
      Accept: 'application/json',
      ...(tenant === undefined ? {} : { 'NGSILD-Tenant': tenant }),
    }
    const done = new AbortController()
    let response: HttpResponse | undefined
    try {
      const asked = transport({ path, headers, body }, AbortSignal.any([signal, done.signal]))
      response = await within(clock, requestMs, asked, signal)
    } catch (error) {
      signal.throwIfAborted()
      return { kind: 'later', why: error instanceof Error ? error.message : String(error) }
    } finally {
      done.abort()
    }
    return response === undefined
      ? { kind: 'later', why: `no answer within ${requestMs / 1_000} s` }
      : verdictOf(response, clock.now())
  }

  #wait(afterMs: number | undefined, tries: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    // What it asks for is the least; the rest is spread, so that not all of a town come back at once.
    const least = Math.min(longestWaitMs, afterMs ?? 0)
    return clock.sleep(least + backOffMs(tries, random), signal)
  }

  #well(): Outcome {
    this.#trouble = undefined
    return 'acknowledged'
  }

  #giveUp(id: string, why: string): Outcome {
    // Once each: what is refused now is refused each ten seconds.
    if (!this.#told.has(id) && this.#told.size < mostTold) {
      this.#told.add(id)
      this.#options.givenUp({ code: 'CONTEXT_REFUSED_ENTITY', where: id, detail: why })
    }
    return 'acknowledged'
  }

  #rest(code: Fault['code'], why: string, afterMs = 0): Outcome {
    const { clock, url } = this.#options
    this.#restUntilMs = clock.monotonicMs() + Math.min(longestWaitMs, Math.max(restMs, afterMs))
    this.#trouble = { code, where: url, detail: why, reason: 0 }
    return this.#trouble
  }
}

function codeOf({ why }: { readonly why: string }): Fault['code'] {
  return why.startsWith('HTTP ') ? 'CONTEXT_BUSY' : 'CONTEXT_UNREACHABLE'
}
