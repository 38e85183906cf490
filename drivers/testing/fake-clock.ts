/** A clock that stands still until a test moves it. */
import type { Clock } from '../clock.ts'

export interface FakeClock extends Clock {
  /**
   * Moves time on, waking sleepers in the order of their deadlines; between two sleepers everything that is ready to run
   * runs, so that a woken one may sleep again within the same advance.
   */
  advance(ms: number): Promise<void>
  /** Moves the wall clock alone, as a time server does. */
  jump(ms: number): void
}

interface Sleeper {
  at: number
  wake: () => void
}

export function fakeClock(start = '2026-12-21T16:00:00Z'): FakeClock {
  let monotonic = 0
  let wall = Temporal.Instant.from(start).epochMilliseconds
  const sleepers = new Set<Sleeper>()

  /** Lets every promise that can settle do so: a macrotask comes after all microtasks, and I/O callbacks between. */
  const settle = async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    now: () => Temporal.Instant.fromEpochMilliseconds(Math.floor(wall)),
    monotonicMs: () => monotonic,
    jump: (ms) => {
      wall += ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const abort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason as Error)
        }
        const sleeper: Sleeper = {
          at: monotonic + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.add(sleeper)
      }),
    advance: async (ms) => {
      const end = monotonic + ms
      for (;;) {
        await settle()
        const next = [...sleepers].sort((a, b) => a.at - b.at)[0]
        if (next === undefined || next.at > end) break
        wall += next.at - monotonic
        monotonic = next.at
        sleepers.delete(next)
        next.wake()
      }
      wall += end - monotonic
      monotonic = end
      await settle()
    },
  }
}
