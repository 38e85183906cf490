import type { LineAdapter } from '../line.ts'
import type { Intake } from './intake.ts'

/**
 * Where bytes go out and come in. A port is asked for what has come, rather than telling of each byte, so that nothing
 * need run while a slow wire works. One owner, one request at a time.
 */
export interface Port {
  /** Received, and not yet taken out. */
  readonly heard: Intake
  readonly isOpen: boolean
  /** Whether it can be gone without a word, as a connection through NAT or a mobile network can. */
  readonly diesUnnoticed: boolean
  /** of a serial port, as long as it is open */
  readonly adapter?: LineAdapter | undefined
  /** Rejects with a LineError, or with the signal's reason; may be called again after the port was closed or lost. */
  open(signal: AbortSignal): Promise<void>
  /** The bytes may be changed as soon as this returns. Throws a LineError. */
  write(bytes: Buffer): void
  /** Brings in what has come, without waiting. Throws a LineError. */
  take(): void
  /**
   * Waits until something comes, or until `untilMs` on the monotonic clock. At least `missing` bytes are still to come:
   * where bytes take long, the time that these take is slept. Rejects with a LineError, or with the signal's reason.
   */
  more(untilMs: number, missing: number, signal: AbortSignal): Promise<void>
  /** Waits until `untilMs`, or until something comes. Rejects with a LineError, or with the signal's reason. */
  rest(untilMs: number, signal: AbortSignal): Promise<void>
  /** Whoever waits gets a LineError. Never rejects; may be called twice. */
  close(): void
}
