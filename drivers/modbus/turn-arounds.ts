/** How long each unit takes before it answers, learned from its answers. Only when to look depends on it. */
const earlierMs = 0.05

export class TurnArounds {
  readonly #learned = new Map<number, number>()
  readonly #initialMs: number

  constructor(initialMs: number) {
    this.#initialMs = initialMs
  }

  of(unit: number): number {
    return this.#learned.get(unit) ?? this.#initialMs
  }

  /** Undefined: the unit has not answered yet. */
  learned(unit: number): number | undefined {
    return this.#learned.get(unit)
  }

  /**
   * The unit's answer was there after `tookMs`, the time on the wire left out. Looking too early costs a look, too late
   * costs line time: so a short one counts at once, a long one by an eighth. `awaited`: it was not yet there at the first
   * look. When it was, nobody knows for how long: so the next look is a little earlier.
   */
  learn(unit: number, tookMs: number, awaited: boolean): void {
    const before = this.of(unit)
    const now = !awaited
      ? Math.min(tookMs, before) - earlierMs
      : tookMs < before
        ? tookMs
        : before + (tookMs - before) / 8
    this.#learned.set(unit, Math.max(0, now))
  }
}
