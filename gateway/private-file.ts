import { closeSync, openSync } from 'node:fs'

/** Makes the file, for its owner alone, unless it is there. SQLite makes its log with the same mode (`findCreateFileMode` of its os_unix.c). */
export function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'ax', 0o600))
  } catch {
    // It is there, or cannot be made: then whoever opens it next says why.
  }
}
