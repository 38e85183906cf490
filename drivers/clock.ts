/** Time and chance as the rest of the code sees them: passed in, so that tests own them. */
export interface Clock {
  /** Wall time: for stamping data, never for pacing it. */
  now(): Temporal.Instant
  /** Milliseconds that only ever grow, with fractions; for pacing, ages and deadlines. */
  monotonicMs(): number
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number
