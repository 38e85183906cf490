/** How a line and its units fare: how much of the last minute the line was busy, and how long units take to answer. */

const seconds = 60
const kept = 128

/** Upper ends of the classes in which answer times are counted, in milliseconds. */
export const durationClassesMs = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] as const

/** Of a unit's last answers, from the first byte of the request to the last of the answer. */
export interface Latency {
  readonly lastMs: number
  readonly medianMs: number
  readonly p99Ms: number
  /** without the time on the wire, as far as that is known: how long the unit thinks */
  readonly turnAround: { readonly medianMs: number; readonly p99Ms: number }
  /** how many answers these figures are of, at most the last 128 */
  readonly answers: number
}

/** Answer times since the line was made, of all units: `counts[i]` took at most `durationClassesMs[i]`, and no less than the class before. */
export interface Durations {
  readonly counts: readonly number[]
  readonly count: number
  readonly sumMs: number
}

export class Pace {
  /** the time in which the line was busy, by second; the one that `#second` says is being filled */
  readonly #busyMs = new Float64Array(seconds)
  readonly #units = new Map<number, Recent>()
  readonly #counts = new Array<number>(durationClassesMs.length + 1).fill(0)
  readonly #beganMs: number
  #second: number
  #count = 0
  #sumMs = 0

  constructor(nowMs: number) {
    this.#beganMs = nowMs
    this.#second = Math.floor(nowMs / 1_000)
  }

  /** The line was busy with one request from `fromMs` to `untilMs`. */
  busy(fromMs: number, untilMs: number): void {
    let at = Math.max(fromMs, untilMs - seconds * 1_000)
    while (at < untilMs) {
      const second = Math.floor(at / 1_000)
      this.#moveTo(second)
      const end = Math.min(untilMs, (second + 1) * 1_000)
      const slot = second % seconds
      this.#busyMs[slot] = (this.#busyMs[slot] ?? 0) + end - at
      at = end
    }
  }

  answered(unit: number, tookMs: number, turnAroundMs = tookMs): void {
    let recent = this.#units.get(unit)
    if (recent === undefined) this.#units.set(unit, (recent = new Recent()))
    recent.add(tookMs, Math.max(0, turnAroundMs))
    let place = 0
    while (place < durationClassesMs.length && tookMs > (durationClassesMs[place] ?? Infinity)) place++
    this.#counts[place] = (this.#counts[place] ?? 0) + 1
    this.#count++
    this.#sumMs += tookMs
  }

  /** Share of the last minute, or of the time since the line was made. */
  load(nowMs: number): number {
    this.#moveTo(Math.floor(nowMs / 1_000))
    const spanMs = Math.min(seconds * 1_000, nowMs - this.#beganMs)
    const busyMs = this.#busyMs.reduce((sum, ms) => sum + ms, 0)
    return spanMs <= 0 ? 0 : Math.min(1, busyMs / spanMs)
  }

  /** Undefined: it has not answered yet. */
  latency(unit: number): Latency | undefined {
    return this.#units.get(unit)?.latency()
  }

  get durations(): Durations {
    return { counts: this.#counts, count: this.#count, sumMs: this.#sumMs }
  }

  /** Forgets what is older than a minute. */
  #moveTo(second: number): void {
    const passed = Math.min(seconds, second - this.#second)
    for (let back = 0; back < passed; back++) this.#busyMs[(second - back) % seconds] = 0
    if (passed > 0) this.#second = second
  }
}

class Recent {
  readonly #tookMs = new Float64Array(kept)
  readonly #turnAroundMs = new Float64Array(kept)
  #count = 0

  add(tookMs: number, turnAroundMs: number): void {
    const place = this.#count++ % kept
    this.#tookMs[place] = tookMs
    this.#turnAroundMs[place] = turnAroundMs
  }

  latency(): Latency {
    const answers = Math.min(kept, this.#count)
    return {
      lastMs: this.#tookMs[(this.#count - 1) % kept] ?? 0,
      ...spread(this.#tookMs.slice(0, answers)),
      turnAround: spread(this.#turnAroundMs.slice(0, answers)),
      answers,
    }
  }
}

function spread(all: Float64Array): { medianMs: number; p99Ms: number } {
  const sorted = all.sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { medianMs: at(0.5), p99Ms: at(0.99) }
}
