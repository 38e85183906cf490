/** What can go wrong with the history, as a closed list. None of it stops anything: samples are held in memory, and the oldest dropped. */
export const historyErrorCodes = [
  /** the file cannot be opened: folder missing, no permission */
  'HISTORY_OPEN',
  /** another process has the file */
  'HISTORY_BUSY',
  /** the file was written by a newer Fanal */
  'HISTORY_NEWER',
  /** the disk is full */
  'HISTORY_FULL',
  /** the disk is not to be written on */
  'HISTORY_READ_ONLY',
  /** the disk cannot be read or written */
  'HISTORY_IO',
  /** the file was damaged; it is set aside, and a new one begins */
  'HISTORY_DAMAGED',
  /** the thread has died; another one is started */
  'HISTORY_DEAD',
] as const
export type HistoryErrorCode = (typeof historyErrorCodes)[number]

export class HistoryError extends Error {
  override readonly name = 'HistoryError'
  readonly code: HistoryErrorCode
  /** the message without the code: where, what, what to do */
  readonly detail: string

  constructor(code: HistoryErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options)
    this.code = code
    this.detail = detail
  }
}
