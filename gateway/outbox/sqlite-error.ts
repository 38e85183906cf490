/** What SQLite says when something is wrong, in the outbox's words. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { damage, resultClass, sqlite } from '../sqlite-error.ts'
import { OutboxError } from './error.ts'

/** The OutboxError of an error of SQLite; anything else is a mistake of ours and passes as it is. */
export function coded(error: unknown, file: string): unknown {
  if (error instanceof OutboxError) return error
  const cause = { cause: error }
  if (damage(error) !== undefined) {
    return new OutboxError(
      'OUTBOX_DAMAGED',
      `${file}: ${damage(error) ?? ''}; check that disk and restart the gateway, which reads the file through`,
      cause,
    )
  }
  if (error instanceof Error && 'syscall' in error) {
    if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
      return new OutboxError('OUTBOX_FULL', `no room left for ${file}; free some on that disk`, cause)
    return new OutboxError('OUTBOX_IO', `${file}: ${error.message}; check that disk`, cause)
  }
  switch (resultClass(error) ?? 0) {
    case sqlite.full:
      return new OutboxError('OUTBOX_FULL', `no room left for ${file}; free some on that disk`, cause)
    case sqlite.ioError:
      return new OutboxError('OUTBOX_IO', `${file} cannot be read or written: ${String(error)}; check that disk`, cause)
    case sqlite.readOnly:
      return new OutboxError('OUTBOX_IO', `${file} is read-only; check that disk, worn-out ones turn so`, cause)
    case sqlite.busy:
      return new OutboxError('OUTBOX_BUSY', `${file} is in use; another gateway runs with it: stop that one`, cause)
    case sqlite.cannotOpen:
      // SQLite does not say why: a full disk lets it make no log, and is to be told from a folder that is not there.
      if (!hasRoom(dirname(file)))
        return new OutboxError('OUTBOX_FULL', `no room left for ${file}; free some on that disk`, cause)
      return new OutboxError('OUTBOX_OPEN', `${file} cannot be opened; its folder must exist and be writable`, cause)
    default:
      return error
  }
}

/** Less is nothing to a log. */
const leastBytes = 65_536

/** Whether a file could be made there, as far as room goes; true where nobody can say. */
function hasRoom(folder: string): boolean {
  try {
    const { bfree, bsize, files, ffree } = statfsSync(folder)
    return bfree * bsize >= leastBytes && (files === 0 || ffree > 0)
  } catch {
    return true
  }
}
