/** Lets one through at a time, first come, first served. */
export class Lock {
  #held = false
  readonly #queue: { enter: () => void }[] = []

  /** Undefined when it was free and is now held; otherwise resolves when it is held, or rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<void> | undefined {
    if (this.#held) return this.#wait(signal)
    this.#held = true
    return undefined
  }

  /** Hands the lock to the next in the queue, without letting anyone else in between. */
  release(): void {
    const next = this.#queue.shift()
    if (next === undefined) this.#held = false
    else next.enter()
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(turn), 1)
        reject(signal.reason as Error)
      }
      const turn = {
        enter: () => {
          signal.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#queue.push(turn)
    })
  }
}
