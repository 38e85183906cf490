/** A ring over many hours and starts, for tests, on clocks of its own. */
import type { HistoryError } from '../error.ts'
import { perSample, type Now } from '../protocol.ts'
import { Ring, type RingOptions } from '../ring.ts'
import type { Sample, Series } from '../series.ts'

export const startMs = Temporal.Instant.from('2026-12-21T16:00:00Z').epochMilliseconds
export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

export type NightsOptions = Omit<RingOptions, 'fault'>

export class Nights implements Disposable {
  readonly faults: (string | undefined)[] = []
  monotonicMs = 0
  wallMs = startMs
  ring: Ring
  options: NightsOptions

  constructor(options: NightsOptions) {
    this.options = options
    this.ring = this.#start()
  }

  get now(): Now {
    return { monotonicMs: this.monotonicMs, wallMs: this.wallMs }
  }

  /** Time passes, and each so often every series has a value. */
  run(forMs: number, everyMs: number, value: (atMs: number) => number | null): void {
    for (const end = this.monotonicMs + forMs; this.monotonicMs < end;) {
      this.take(this.options.series.map((_, index) => [index, value(this.wallMs)]))
      this.pass(everyMs)
    }
    this.take([])
  }

  pass(ms: number): void {
    this.monotonicMs += ms
    this.wallMs += ms
  }

  take(values: readonly (readonly [index: number, value: number | null])[]): void {
    const batch = new Float64Array(values.length * perSample)
    values.forEach(([index, value], place) => batch.set([index, this.wallMs, value ?? NaN], place * perSample))
    this.ring.take(batch, this.now)
  }

  /** Of a series, from so long ago until now. */
  last(name: string, sinceMs: number, most = 100_000): Sample[] {
    return this.ring.range(name, { fromMs: this.wallMs - sinceMs, untilMs: this.wallMs + 1, most }, this.now)
  }

  /** An orderly end, and another start after so long. */
  restart(offMs = 0, changed: Partial<NightsOptions> = {}): void {
    this.ring.close(this.now)
    this.#begin(offMs, changed)
  }

  /** As after a power cut: what was not written is gone. */
  crash(offMs = 0): void {
    this.ring.abandon()
    this.#begin(offMs, {})
  }

  [Symbol.dispose](): void {
    this.ring.abandon()
  }

  #begin(offMs: number, changed: Partial<NightsOptions>): void {
    this.wallMs += offMs
    this.monotonicMs = 0
    this.options = { ...this.options, ...changed }
    this.ring = this.#start()
  }

  #start(): Ring {
    const fault = (error: HistoryError | undefined) => this.faults.push(error?.code)
    return new Ring({ ...this.options, fault }, this.now)
  }
}

export function technical(name: string): Series {
  return { name, sensitivity: 'technical', digits: 0 }
}
