import type { Clock } from '../../drivers/clock.ts'
import type { Poller } from './poller.ts'

const pauseMs = 1_000

/** Runs a poller until the signal aborts, and then resolves; what it throws is told, and after a pause it begins anew. */
export async function keepPolling(
  poller: Pick<Poller, 'run'>,
  { clock, fault }: { clock: Clock; fault: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await poller.run(signal)
      return
    } catch (error) {
      fault(error)
      await clock.sleep(pauseMs, signal).catch(() => undefined) // cut short only when polling ends
    }
  }
}
