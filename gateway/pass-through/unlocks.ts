/** Which lines take writes from a tool, for how long, and who answers for it. In memory only: a restart locks them all. */

export interface Unlock {
  readonly line: string
  readonly who: string
  readonly reason: string
  /** on the monotonic clock */
  readonly untilMs: number
}

/** As long as somebody may be at the cabinet without saying so again (`control/presence.ts`). */
export const longestUnlockMs = 8 * 3_600_000

/** Why a line is locked again: its time is over; somebody said so; who unlocked it is not at the cabinet any more; the gateway stops. */
export type LockedBecause = 'over' | 'said' | 'left' | 'stop'

export class Unlocks {
  readonly #unlocks = new Map<string, Unlock>()

  unlock(unlock: Unlock): void {
    this.#unlocks.set(unlock.line, unlock)
  }

  /** Undefined: it was not unlocked. */
  lock(line: string): Unlock | undefined {
    const unlock = this.#unlocks.get(line)
    this.#unlocks.delete(line)
    return unlock
  }

  /** Whether it was unlocked, and nobody was told yet that it is over. */
  has(line: string): boolean {
    return this.#unlocks.has(line)
  }

  /** Undefined: it is locked. */
  of(line: string, nowMs: number): Unlock | undefined {
    const unlock = this.#unlocks.get(line)
    return unlock !== undefined && nowMs < unlock.untilMs ? unlock : undefined
  }

  /** Ends what is over, and what belongs to somebody who is not there any more. */
  end(nowMs: number, worker: string | undefined): { unlock: Unlock; because: LockedBecause }[] {
    return [...this.#unlocks.values()].flatMap((unlock) => {
      const because = nowMs >= unlock.untilMs ? 'over' : unlock.who === worker ? undefined : 'left'
      if (because === undefined) return []
      this.#unlocks.delete(unlock.line)
      return [{ unlock, because } as const]
    })
  }

  get all(): readonly Unlock[] {
    return [...this.#unlocks.values()]
  }
}
