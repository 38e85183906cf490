/** The contract between a protocol and the rest of the system. */
import type { PointId, Reading } from './reading.ts'

/** Whether the device answers like the one that the site names. `because` holds no measured value. */
export type Identity =
  | { readonly state: 'matches' }
  | { readonly state: 'differs'; readonly because: string }
  /** what would tell could not be read */
  | { readonly state: 'unknown'; readonly because: string }

export interface Driver extends AsyncDisposable {
  /** Is this really the device that the site names? Rejects only with the signal's reason. */
  identify(signal: AbortSignal): Promise<Identity>
  /**
   * One reading for each point asked, in the order asked; what went wrong is in the quality.
   * Rejects only with the signal's reason.
   */
  read(points: readonly PointId[], signal: AbortSignal): Promise<Reading[]>
}
