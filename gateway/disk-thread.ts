/**
 * The one thread in which outbox and history write: an SD card can hold an fsync for seconds, and nobody but this thread
 * waits for it. One for both, since a thread costs 7 MB. It begins with the first that opens, or before, and ends with the
 * last that closes; when it dies of a mistake in one of them, both begin another.
 */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { installed } from '../drivers/installed.ts'

/** What the thread is told: to serve this room over this port. */
export interface Opening {
  readonly room: 'outbox' | 'history'
  readonly port: MessagePort
}

/** A room's end of its port. */
export interface Served<To, From> {
  postMessage(message: To): void
  on(event: 'message', listener: (message: From) => void): unknown
  /** Resolves when nobody is there any more: with the error that the thread died of, if one. */
  readonly gone: Promise<unknown>
}

/** What both hold takes some megabytes; a mistake that takes more shall end the thread, and not the gateway. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 } as const

export class DiskThread {
  #running: Running | undefined

  /** Begins ahead of the first that opens, to load while there is something else to do. Whom nobody opens has to be ended. */
  begin(): void {
    this.#running ??= this.#begin()
  }

  open<To, From>(room: Opening['room']): Served<To, From> {
    const running = (this.#running ??= this.#begin())
    const { port1: ours, port2: port } = new MessageChannel()
    const { promise: gone, resolve } = Promise.withResolvers<unknown>()
    const left = (why: unknown) => {
      running.served.delete(left)
      if (running.served.size === 0 && this.#running === running) void this.end()
      resolve(why)
    }
    running.served.add(left)
    // When the thread dies, its ports may close first: why it died is known a moment later.
    ours.once('close', () => void setImmediate(left, undefined))
    running.worker.postMessage({ room, port } satisfies Opening, [port])
    return {
      postMessage: (message) => ours.postMessage(message),
      on: (event, listener) => ours.on(event, listener),
      gone,
    }
  }

  /** At once, whatever it does: by itself it ends when nobody needs it. */
  async end(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.worker.terminate()
  }

  #begin(): Running {
    const worker = new Worker(installed.workers.disk, { name: 'disk', resourceLimits })
    const running: Running = { worker, served: new Set() }
    const ended = (why: unknown) => {
      if (this.#running === running) this.#running = undefined
      for (const left of [...running.served]) left(why)
    }
    worker.once('error', ended)
    worker.once('exit', () => ended(undefined))
    return running
  }
}

interface Running {
  readonly worker: Worker
  /** of the rooms that it serves: told when it has ended */
  readonly served: Set<(why: unknown) => void>
}
