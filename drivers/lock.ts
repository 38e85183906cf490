/** Lets one through at a time, first come, first served; the urgent before the others. */
export class Lock {
  #held = false
  readonly #urgent: { enter: () => void }[] = []
  readonly #others: { enter: () => void }[] = []

  /** Undefined when it was free and is now held; otherwise resolves when it is held, or rejects with the signal's reason. */
  acquire(signal: AbortSignal, urgent = false): Promise<void> | undefined {
    if (this.#held) return this.#wait(signal, urgent ? this.#urgent : this.#others)
    this.#held = true
    return undefined
  }

  /** Hands the lock to the next in the queue, without letting anyone else in between. */
  release(): void {
    const next = this.#urgent.shift() ?? this.#others.shift()
    if (next === undefined) this.#held = false
    else next.enter()
  }

  #wait(signal: AbortSignal, queue: { enter: () => void }[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        queue.splice(queue.indexOf(turn), 1)
        reject(signal.reason as Error)
      }
      const turn = {
        enter: () => {
          signal.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      queue.push(turn)
    })
  }
}
