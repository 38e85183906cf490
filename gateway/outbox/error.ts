/** What can go wrong in the outbox, as a closed list. */
export const outboxErrorCodes = [
  /** the file cannot be opened: folder missing, no permission */
  'OUTBOX_OPEN',
  /** another process has the file */
  'OUTBOX_BUSY',
  /** the file was written by a newer Fanal */
  'OUTBOX_NEWER',
  /** the disk is full */
  'OUTBOX_FULL',
  /** the disk cannot be read or written */
  'OUTBOX_IO',
  /** a part of the file that makes no sense, or cannot be read, met in use; the next start reads it through */
  'OUTBOX_DAMAGED',
  /** a record of a release that the site does not declare */
  'OUTBOX_UNDECLARED',
  /** asked after the end */
  'OUTBOX_CLOSED',
  /** the thread has died */
  'OUTBOX_DEAD',
] as const
export type OutboxErrorCode = (typeof outboxErrorCodes)[number]

export class OutboxError extends Error {
  override readonly name = 'OutboxError'
  readonly code: OutboxErrorCode
  /** the message without the code: where, what, what to do */
  readonly detail: string

  constructor(code: OutboxErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options)
    this.code = code
    this.detail = detail
  }
}
