import type { InstancePoint } from '../instance.ts'

/** Then it is asked for once again: the device may have been exchanged, or set up anew. */
const rememberedMs = 10 * 60_000

/**
 * What a device turned out not to have: points of its profile, or registers in the `gaps` between them. One missing
 * register refuses the whole request that it lies in, so it is left out of the requests for a while.
 */
export class Missing {
  /** Grows whenever what is missing changes: what was planned before is planned anew. */
  revision = 0
  readonly #untilMs = new Map<InstancePoint | 'gaps', number>()

  add(what: InstancePoint | 'gaps', nowMs: number): void {
    if (this.#untilMs.has(what)) return
    this.#untilMs.set(what, nowMs + rememberedMs)
    this.revision++
  }

  has(what: InstancePoint | 'gaps'): boolean {
    return this.#untilMs.has(what)
  }

  points(): InstancePoint[] {
    return [...this.#untilMs.keys()].filter((what) => what !== 'gaps')
  }

  /** Forgets what was found missing long ago. */
  forget(nowMs: number): void {
    for (const [what, untilMs] of this.#untilMs) if (nowMs >= untilMs && this.#untilMs.delete(what)) this.revision++
  }
}
