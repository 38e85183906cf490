/** The contract between a protocol and the rest of the system. */
import type { PointId, Reading } from './reading.ts'

/** Whether the device answers like the one that the site names. */
export type Identity = { matches: true } | { matches: false; because: string }

export interface Driver extends AsyncDisposable {
  /** Is this really the device that the site names? A silent device does not match; rejects only with the signal's reason. */
  identify(signal: AbortSignal): Promise<Identity>
  /**
   * One reading for each point asked, in the order asked; what went wrong is in the quality.
   * Rejects only with the signal's reason.
   */
  read(points: readonly PointId[], signal: AbortSignal): Promise<Reading[]>
}
