/** Several messages that are one: it has arrived when all of them have. */
import type { Outcome } from './connection.ts'

/** One message on its way; calls back exactly once, and never before it returns. */
export type Sending = (answered: (outcome: Outcome) => void) => void

/**
 * Sends all, and answers once, when each was answered: `lost` if any was, since nobody knows what became of it; else with the
 * first refusal; else all is there. Of nothing, all is there.
 */
export function together(sendings: readonly Sending[], answered: (outcome: Outcome) => void): void {
  if (sendings.length === 0) {
    queueMicrotask(() => answered('acknowledged'))
    return
  }
  let open = sendings.length
  let worst: Outcome = 'acknowledged'
  for (const send of sendings)
    send((outcome) => {
      if (outcome === 'lost' || worst === 'acknowledged') worst = outcome
      if (--open === 0) answered(worst)
    })
}
