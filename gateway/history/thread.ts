/** A thread that serves a history: questions to it, and their answers. */
import type { Served } from '../disk-thread.ts'
import type { HistoryErrorCode } from './error.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

export type Thread = Served<ToWorker, FromWorker>

type Answer = Extract<FromWorker, { id: number }>

export class Correspondence {
  /** Resolves when the thread has ended: with why. */
  readonly gone: Promise<unknown>
  readonly #thread: Thread
  readonly #open = new Map<number, (answer: Answer | undefined) => void>()
  #questions = 0
  #isGone = false

  constructor(thread: Thread, onFault: (code: HistoryErrorCode | undefined, detail: string | undefined) => void) {
    this.#thread = thread
    thread.on('message', (message) => {
      if (message.kind === 'fault') onFault(message.code, message.detail)
      else this.#answered(message)
    })
    this.gone = thread.gone.then((why) => {
      this.#isGone = true
      for (const answered of this.#open.values()) answered(undefined)
      this.#open.clear()
      return why
    })
  }

  /** After the end, nothing. */
  tell(message: ToWorker): void {
    if (!this.#isGone) this.#thread.postMessage(message)
  }

  /** undefined: the thread has ended. */
  async ask<Kind extends Answer['kind']>(
    kind: Kind,
    question: (id: number) => ToWorker,
  ): Promise<Extract<Answer, { kind: Kind }> | undefined> {
    if (this.#isGone) return undefined
    const id = ++this.#questions
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
    this.#open.set(id, resolve)
    this.#thread.postMessage(question(id))
    const answer = await promise
    if (answer === undefined || isOf(answer, kind)) return answer
    throw new TypeError(`asked for ${kind}, answered ${answer.kind}`)
  }

  #answered(answer: Answer): void {
    this.#open.get(answer.id)?.(answer)
    this.#open.delete(answer.id)
  }
}

function isOf<Kind extends Answer['kind']>(answer: Answer, kind: Kind): answer is Extract<Answer, { kind: Kind }> {
  return answer.kind === kind
}
