/** Questions to the outbox's thread, and their answers. */
import { OutboxError } from './error.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

/** A thread, or a port to one. */
export interface Channel {
  postMessage(message: ToWorker): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
}

type Answer = Extract<FromWorker, { id: number }>
/** What is said unasked. */
export type News = Exclude<FromWorker, Answer>

export class Correspondence {
  /** Resolves when the thread has ended: with why, unless it was closed. */
  readonly ended: Promise<OutboxError | undefined>
  readonly #channel: Channel
  readonly #file: string
  /** questions that were given up before their answer came */
  readonly #abandoned = new Map<number, (answered: undefined) => void>()
  #allAnswered: Promise<unknown> = Promise.resolve()
  readonly #open = new Map<number, PromiseWithResolvers<Answer>>()
  #questions = 0
  #isClosed = false
  #end: OutboxError | undefined

  /** `gone` resolves when the thread has ended, with the error that it died of, if one. */
  constructor(channel: Channel, gone: Promise<unknown>, file: string, onNews: (news: News) => void) {
    this.#channel = channel
    this.#file = file
    channel.on('message', (message) => {
      if (message.kind === 'trouble' || message.kind === 'renumbered') onNews(message)
      else this.#answered(message)
    })
    this.ended = gone.then((cause) => {
      const died = new OutboxError('OUTBOX_DEAD', `the thread of ${file} has died; restart the gateway`, { cause })
      const why = this.#isClosed ? closed(file) : died
      this.#end ??= why
      for (const { reject } of this.#open.values()) reject(why)
      this.#open.clear()
      for (const answered of this.#abandoned.values()) answered(undefined)
      return this.#isClosed ? undefined : died
    })
  }

  /** Resolves when whatever was given up so far has been answered, and what came of it was put back in its place. */
  get allAnswered(): Promise<unknown> {
    return this.#allAnswered
  }

  /** After the end, nothing. */
  tell(message: ToWorker): void {
    if (this.#end === undefined) this.#channel.postMessage(message)
  }

  /** Rejects with the OutboxError that came instead, or with the signal's reason. */
  async ask<Kind extends Answer['kind']>(
    kind: Kind,
    question: (id: number) => ToWorker,
    signal?: AbortSignal,
  ): Promise<Extract<Answer, { kind: Kind }>> {
    signal?.throwIfAborted()
    if (this.#end !== undefined) throw this.#end
    const id = ++this.#questions
    const resolvers = Promise.withResolvers<Answer>()
    const abort = () => {
      this.#open.delete(id)
      this.#abandon(id)
      resolvers.reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    this.#open.set(id, resolvers)
    this.#channel.postMessage(question(id))
    try {
      const answer = await resolvers.promise
      if (isOf(answer, kind)) return answer
      if (answer.kind === 'failed') throw new OutboxError(answer.code, answer.detail)
      throw new TypeError(`asked for ${kind}, answered ${answer.kind}`)
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** The last question. Whoever still waits for something to take learns that the outbox is closed. */
  async close(question: (id: number) => ToWorker): Promise<void> {
    if (this.#end !== undefined) return
    const answer = this.ask('closed', question)
    this.#end = closed(this.#file)
    try {
      await answer
    } finally {
      await this.ended
    }
  }

  #abandon(id: number): void {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const before = this.#allAnswered
    this.#allAnswered = promise.then(() => before)
    this.#abandoned.set(id, resolve)
    this.tell({ kind: 'cancel', id })
  }

  #answered(answer: Answer): void {
    if (answer.kind === 'closed') this.#isClosed = true
    const answered = this.#abandoned.get(answer.id)
    if (answered !== undefined) {
      if (answer.kind === 'taken') {
        this.tell({ kind: 'put-back', tickets: answer.parcels.map(({ ticket }) => ticket) })
      }
      this.#abandoned.delete(answer.id)
      answered(undefined)
    }
    this.#open.get(answer.id)?.resolve(answer)
    this.#open.delete(answer.id)
  }
}

function isOf<Kind extends Answer['kind']>(answer: Answer, kind: Kind): answer is Extract<Answer, { kind: Kind }> {
  return answer.kind === kind
}

function closed(file: string): OutboxError {
  return new OutboxError('OUTBOX_CLOSED', `${file} is closed`)
}
