/** Questions to the outbox's thread, and their answers. */
import { OutboxError } from './error.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

/** A thread, or a port to one. */
export interface Channel {
  postMessage(message: ToWorker): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
}

type Answer = Extract<FromWorker, { id: number }>

export class Correspondence {
  /** Resolves when the thread has ended: with why, unless it was closed. */
  readonly ended: Promise<OutboxError | undefined>
  readonly #channel: Channel
  readonly #file: string
  readonly #open = new Map<number, PromiseWithResolvers<Answer>>()
  #questions = 0
  #isClosed = false
  #end: OutboxError | undefined

  /** `gone` resolves when the thread has ended, with the error that it died of, if one. */
  constructor(channel: Channel, gone: Promise<unknown>, file: string, onTrouble?: (error: OutboxError) => void) {
    this.#channel = channel
    this.#file = file
    channel.on('message', (message) => {
      if (message.kind === 'trouble') onTrouble?.(new OutboxError(message.code, message.detail))
      else this.#answered(message)
    })
    this.ended = gone.then((cause) => {
      const died = new OutboxError('OUTBOX_DEAD', `the thread of ${file} has died; restart the gateway`, { cause })
      const why = this.#isClosed ? closed(file) : died
      this.#end ??= why
      for (const { reject } of this.#open.values()) reject(why)
      this.#open.clear()
      return this.#isClosed ? undefined : died
    })
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
      this.tell({ kind: 'cancel', id })
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

  #answered(answer: Answer): void {
    const resolvers = this.#open.get(answer.id)
    this.#open.delete(answer.id)
    // Whoever asked for them has gone meanwhile.
    if (resolvers === undefined && answer.kind === 'taken') {
      this.tell({ kind: 'put-back', tickets: answer.parcels.map(({ ticket }) => ticket) })
    }
    if (answer.kind === 'closed') this.#isClosed = true
    resolvers?.resolve(answer)
  }
}

function isOf<Kind extends Answer['kind']>(answer: Answer, kind: Kind): answer is Extract<Answer, { kind: Kind }> {
  return answer.kind === kind
}

function closed(file: string): OutboxError {
  return new OutboxError('OUTBOX_CLOSED', `${file} is closed`)
}
