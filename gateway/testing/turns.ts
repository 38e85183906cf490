import type { Clock } from '../../drivers/clock.ts'

/** A clock for one sleeper, who works between its sleeps for as long as it likes. */
export class Turns implements Clock {
  #nowMs = 0
  #asleep = Promise.withResolvers<() => void>()

  now(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(this.#nowMs)
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
      this.#asleep.resolve(() => {
        this.#nowMs += ms
        resolve()
      })
    })
  }

  /** Resolves when it sleeps. */
  async settled(): Promise<void> {
    await this.#asleep.promise
  }

  /** Wakes it until so much time has passed; it sleeps again when this resolves. */
  async pass(ms: number): Promise<void> {
    for (const end = this.#nowMs + ms; this.#nowMs < end;) {
      const wake = await this.#asleep.promise
      this.#asleep = Promise.withResolvers()
      wake()
      await this.#asleep.promise
    }
  }
}
