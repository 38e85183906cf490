/** What SQLite says when something is wrong, in the history's words. */
import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { damage, resultClass, sqlite } from '../sqlite-error.ts'
import { HistoryError } from './error.ts'

/** The HistoryError of an error of SQLite or of the file system; anything else is a mistake of ours and passes as it is. */
export function coded(error: unknown, file: string): unknown {
  if (error instanceof HistoryError) return error
  const cause = { cause: error }
  const damaged = damage(error)
  if (damaged !== undefined) {
    return new HistoryError('HISTORY_DAMAGED', `${file}: ${damaged}; it is set aside, and a new history begins`, cause)
  }
  if (error instanceof Error && 'syscall' in error) {
    return new HistoryError('HISTORY_IO', `${file}: ${error.message}; check that disk`, cause)
  }
  switch (resultClass(error) ?? 0) {
    case sqlite.full:
      return new HistoryError('HISTORY_FULL', `no room left for ${file}; free some on that disk`, cause)
    case sqlite.ioError:
      return new HistoryError(
        'HISTORY_IO',
        `${file} cannot be read or written: ${String(error)}; check that disk`,
        cause,
      )
    case sqlite.readOnly:
      return new HistoryError(
        'HISTORY_READ_ONLY',
        `${file} is read-only; check that disk, worn-out ones turn so`,
        cause,
      )
    case sqlite.busy:
      return new HistoryError('HISTORY_BUSY', `${file} is in use; another gateway runs with it: stop that one`, cause)
    case sqlite.cannotOpen:
      if (isOnReadOnlyDisk(file)) return readOnly(file, cause)
      return new HistoryError('HISTORY_OPEN', `${file} cannot be opened; its folder must exist and be writable`, cause)
    default:
      return error
  }
}

function readOnly(file: string, cause: ErrorOptions): HistoryError {
  return new HistoryError('HISTORY_READ_ONLY', `${file} is read-only; check that disk, worn-out ones turn so`, cause)
}

/** SQLite cannot open the log there, and says no more. */
function isOnReadOnlyDisk(file: string): boolean {
  try {
    accessSync(dirname(file), constants.W_OK)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS'
  }
}
