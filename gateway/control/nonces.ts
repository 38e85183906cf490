/** Nonces that were used, for as long as an order that bears one could come again. */
import { longestValidityMs } from './command.ts'

const most = 10_000

export class Nonces {
  readonly #untilMs = new Map<string, number>()

  /** `replayed` and `too-many` leave everything as it is; a nonce that is neither is used from now on. */
  use(nonce: string, nowMs: number): 'fresh' | 'replayed' | 'too-many' {
    for (const [old, untilMs] of this.#untilMs) {
      if (nowMs < untilMs) break // they were used in this order, for the same time
      this.#untilMs.delete(old)
    }
    if (this.#untilMs.has(nonce)) return 'replayed'
    if (this.#untilMs.size >= most) return 'too-many'
    this.#untilMs.set(nonce, nowMs + longestValidityMs)
    return 'fresh'
  }

  /** With how much longer each is remembered. */
  entries(nowMs: number): [nonce: string, remainingMs: number][] {
    return [...this.#untilMs].map(([nonce, untilMs]) => [nonce, untilMs - nowMs])
  }

  restore(entries: readonly (readonly [string, number])[], nowMs: number): void {
    for (const [nonce, remainingMs] of entries.toSorted((a, b) => a[1] - b[1]))
      if (remainingMs > 0) this.#untilMs.set(nonce, nowMs + remainingMs)
  }
}
