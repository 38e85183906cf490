/** How long each unit takes before it answers, learned from its answers: when to look, and what a plan counts on. */
const firstStepMs = 0.02
const stepGrowth = 1.3
/** So many answers in a row that were not there yet are no accident. */
const accidents = 3

interface Learned {
  ms: number
  /** so much the next look is moved, if it goes the same way again */
  stepMs: number
  /** answers in a row that were there at the first look (below 0), or not yet, and the soonest of these */
  run: number
  soonestMs: number
}

export class TurnArounds {
  readonly #learned = new Map<number, Learned>()
  readonly #initialMs: number

  constructor(initialMs: number) {
    this.#initialMs = initialMs
  }

  of(unit: number): number {
    return this.#learned.get(unit)?.ms ?? this.#initialMs
  }

  /** Undefined: the unit has not answered yet. */
  learned(unit: number): number | undefined {
    return this.#learned.get(unit)?.ms
  }

  /**
   * The unit's answer was there after `tookMs`, the time on the wire left out. Looking too early costs a look, too late
   * costs line time. `awaited`: it was not yet there at the first look, and the next comes later; when it was, nobody knows
   * for how long, and the next comes earlier: by steps that grow as long as they go one way. So one answer that a busy
   * machine brought late moves little; a unit that has become slower is followed at once when it has shown that some times.
   */
  learn(unit: number, tookMs: number, awaited: boolean): void {
    let learned = this.#learned.get(unit)
    if (learned === undefined) {
      learned = { ms: this.#initialMs, stepMs: firstStepMs, run: 0, soonestMs: Infinity }
      this.#learned.set(unit, learned)
    }
    const { ms, run } = learned
    const goesOn = awaited ? run > 0 : run < 0
    learned.stepMs = goesOn ? learned.stepMs * stepGrowth : firstStepMs
    learned.run = (goesOn ? run : 0) + (awaited ? 1 : -1)
    if (!awaited) {
      learned.soonestMs = Infinity
      learned.ms = Math.max(0, Math.min(ms, tookMs) - learned.stepMs)
      return
    }
    learned.soonestMs = Math.min(learned.soonestMs, tookMs)
    learned.ms = learned.run > accidents ? learned.soonestMs : Math.min(ms + learned.stepMs, tookMs)
  }
}
