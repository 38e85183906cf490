/** What a chart from one moment until another shows: the value that stood at its beginning, and no value where nobody knew. Pure. */
import { deadMs, heartbeatMs, type Sample } from './series.ts'
import { Thinning } from './thinning.ts'

export interface Asked {
  readonly fromMs: number
  readonly untilMs: number
  readonly most: number
}

/** Samples are added in the order in which they came, from `deadMs` before the beginning on. */
export class Excerpt {
  readonly #asked: Asked
  readonly #thinning: Thinning
  /** the last before the beginning */
  #stood: Sample | undefined
  #before: (Sample & { readonly grainMs: number }) | undefined
  #hasBeginning = false

  constructor(asked: Asked) {
    this.#asked = asked
    this.#thinning = new Thinning(asked.fromMs, asked.untilMs, asked.most)
  }

  add(atMs: number, value: number | null, grainMs: number): void {
    this.#fallSilent(atMs)
    this.#add(atMs, value)
    this.#before = { atMs, value, grainMs }
  }

  /** `nowMs`: of what comes later nothing is known yet. */
  samples(nowMs: number): Sample[] {
    this.#fallSilent(Math.min(nowMs, this.#asked.untilMs))
    if (this.#stood !== undefined && this.#stood.value !== null && !this.#hasBeginning) {
      this.#thinning.add(this.#asked.fromMs, this.#stood.value)
    }
    return this.#thinning.samples()
  }

  /** What was told last is not known any more when the heartbeat stays away. */
  #fallSilent(atMs: number): void {
    const before = this.#before
    if (before === undefined || before.value === null || atMs - before.atMs <= deadMs(before.grainMs)) return
    this.#add(before.atMs + Math.max(heartbeatMs, before.grainMs), null)
  }

  #add(atMs: number, value: number | null): void {
    const { fromMs, untilMs } = this.#asked
    if (atMs < fromMs) {
      if (this.#stood === undefined || atMs >= this.#stood.atMs) this.#stood = { atMs, value }
    } else if (atMs < untilMs) {
      this.#thinning.add(atMs, value)
      this.#hasBeginning ||= atMs === fromMs
    }
  }
}
