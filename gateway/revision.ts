/** The site file that ran last: kept whole, so that the next one can be compared with it. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** The text kept in `path`, or undefined when none ran yet. */
export function readRevision(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Old or new, never half: written beside, flushed, renamed, and the folder flushed as well. The same again costs nothing. */
export function keepRevision(path: string, text: string): void {
  if (readRevision(path) === text) return
  const beside = `${path}.new`
  const file = openSync(beside, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(beside, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/**
 * Whether a site file looks like the beginning of the one that ran: a copy that broke off, an editor that died. What is
 * left may well be valid, and would quietly stop reading devices or sending releases.
 */
export function cutShort(previous: string | undefined, text: string): boolean {
  const rest = text.trimEnd()
  return previous !== undefined && rest.length < previous.trimEnd().length && previous.startsWith(rest)
}
