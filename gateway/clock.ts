/** The one place that reads the machine's clock and its randomness. */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock, Random } from '../drivers/clock.ts'

export const systemClock: Clock = {
  now: () => Temporal.Now.instant(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    // A timer drops fractions: it would be too early.
    try {
      await delay(Math.ceil(ms), undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      signal?.throwIfAborted() // the caller's reason, not Node's generic AbortError
      throw error
    }
  },
}

/** The same pace with a wall clock that is so far ahead; below 0, behind. */
export function shifted(clock: Clock, ms: number): Clock {
  return {
    now: () => clock.now().add({ milliseconds: ms }),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (span, signal) => clock.sleep(span, signal),
  }
}

export const systemRandom: Random = Math.random

/** Bytes that nobody can guess: for keys, codes and tokens. */
export const systemSecrets = (count: number): Buffer => randomBytes(count)
