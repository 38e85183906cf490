import type { Clock } from '../../drivers/clock.ts'

/** What `work` comes to, or undefined when it takes longer; rejects as `work` does, or with the signal's reason. */
export async function within<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const done = new AbortController()
  const either = signal === undefined ? done.signal : AbortSignal.any([done.signal, signal])
  try {
    return await Promise.race([work, clock.sleep(ms, either).then(() => undefined)])
  } finally {
    done.abort()
  }
}
