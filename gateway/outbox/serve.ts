/** The outbox's side of the thread boundary: messages in, answers out. */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { OutboxError } from './error.ts'
import { Lanes } from './lanes.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import { Store } from './store.ts'

/** Serves an outbox until it is closed; the first message must be `open`. */
export function serve(port: MessagePort): void {
  port.once('message', (message: ToWorker) => {
    if (message.kind !== 'open') throw new Error(`the outbox is not open, and was told: ${message.kind}`)
    const { id } = message
    try {
      const store = Store.open(message)
      const lanes = new Lanes({ ...message, store })
      answer(port, { kind: 'opened', id, outbox: store.id, boot: store.boot, recovered: store.recovered })
      const served = new Served(port, store, lanes)
      port.on('message', (first: ToWorker) => served.batch(allWaiting(port, first)))
    } catch (error) {
      answer(port, { kind: 'failed', id, ...told(error) })
      port.close()
    }
  })
}

/** All that has arrived while the last batch was being written: one commit for them all. */
function allWaiting(port: MessagePort, first: ToWorker): ToWorker[] {
  const batch = [first]
  for (;;) {
    const next: { message: ToWorker } | undefined = receiveMessageOnPort(port)
    if (next === undefined) return batch
    batch.push(next.message)
  }
}

type Question<Kind extends ToWorker['kind']> = Extract<ToWorker, { kind: Kind }>

class Served {
  readonly #port: MessagePort
  readonly #store: Store
  readonly #lanes: Lanes
  #takers: Question<'take'>[] = []
  #nowMs = -Infinity

  constructor(port: MessagePort, store: Store, lanes: Lanes) {
    this.#port = port
    this.#store = store
    this.#lanes = lanes
  }

  /** In this order: what has happened, one commit, then the answers, which see both. */
  batch(batch: readonly ToWorker[]): void {
    const appends: Question<'append'>[] = []
    const questions: Question<'streams' | 'ledger'>[] = []
    let close: Question<'close'> | undefined
    for (const message of batch) {
      if ('nowMs' in message) this.#nowMs = message.nowMs
      if (message.kind === 'append') appends.push(message)
      else if (message.kind === 'streams' || message.kind === 'ledger') questions.push(message)
      else if (message.kind === 'close') close = message
      else this.#unawaited(() => this.#happened(message))
    }
    this.#write(appends)
    this.#serveTakers()
    for (const question of questions) this.#answer(question)
    if (close !== undefined) this.#close(close)
  }

  #happened(message: Exclude<ToWorker, Question<'append' | 'streams' | 'ledger' | 'close'>>): void {
    const lanes = this.#lanes
    switch (message.kind) {
      case 'take':
        this.#takers.push(message)
        return
      case 'cancel':
        this.#cancel(message.id)
        return
      case 'sent':
        lanes.sent(message.ticket, message.bytes, message.day)
        return
      case 'put-back':
        lanes.putBack(message.tickets)
        return
      case 'disconnected':
        lanes.disconnected()
        return
      case 'receipt':
        if (lanes.receipt(message.release, message.outbox, message.upto) === 'taken') return
        lanes.renumber(this.#nowMs)
        answer(this.#port, { kind: 'renumbered', outbox: this.#store.id })
        return
      case 'replay':
        lanes.replay(message.release, message.outbox, message.ranges)
        return
      case 'announced':
        lanes.count(message.topic, message.bytes, message.day)
        return
      case 'open':
      case 'tick':
        return
    }
  }

  #write(appends: readonly Question<'append'>[]): void {
    try {
      this.#lanes.write(
        appends.flatMap(({ records }) => records),
        this.#nowMs,
      )
      for (const { id } of appends) answer(this.#port, { kind: 'appended', id })
    } catch (error) {
      const failure = told(error)
      for (const { id } of appends) answer(this.#port, { kind: 'failed', id, ...failure })
      if (appends.length === 0) answer(this.#port, { kind: 'trouble', ...failure })
    }
  }

  /** One who asks for little that is late must not wait behind another who gets nothing. */
  #serveTakers(): void {
    this.#takers = this.#takers.filter(({ id, portion }) => {
      try {
        const parcels = this.#lanes.take(portion)
        if (parcels.length === 0) return true
        answer(this.#port, { kind: 'taken', id, parcels })
      } catch (error) {
        answer(this.#port, { kind: 'failed', id, ...told(error) })
      }
      return false
    })
  }

  /** Every take is answered once: one that is given up while it waits, with nothing. */
  #cancel(id: number): void {
    const waiting = this.#takers.filter((taker) => taker.id !== id)
    if (waiting.length < this.#takers.length) answer(this.#port, { kind: 'taken', id, parcels: [] })
    this.#takers = waiting
  }

  #answer({ kind, id }: Question<'streams' | 'ledger'>): void {
    try {
      if (kind === 'streams') answer(this.#port, { kind, id, streams: this.#lanes.streams() })
      else answer(this.#port, { kind, id, lines: this.#lanes.ledger() })
    } catch (error) {
      answer(this.#port, { kind: 'failed', id, ...told(error) })
    }
  }

  /** Ends in any case; `failed` before `closed` says that the disk did not take the rest. */
  #close({ id, nowMs }: Question<'close'>): void {
    try {
      this.#lanes.write([], nowMs, true)
    } catch (error) {
      answer(this.#port, { kind: 'failed', id, ...told(error) })
    }
    this.#store[Symbol.dispose]()
    answer(this.#port, { kind: 'closed', id })
    this.#port.close()
  }

  #unawaited(happening: () => void): void {
    try {
      happening()
    } catch (error) {
      answer(this.#port, { kind: 'trouble', ...told(error) })
    }
  }
}

function answer(port: MessagePort, message: FromWorker): void {
  port.postMessage(message)
}

/** What is no OutboxError is a mistake of ours: the thread dies of it, and the handle says so. */
function told(error: unknown): Pick<OutboxError, 'code' | 'detail'> {
  if (!(error instanceof OutboxError)) throw error
  return { code: error.code, detail: error.detail }
}
