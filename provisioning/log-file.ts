/**
 * A log file with a bound: when it has grown to its size it becomes the one before, and a new one begins. So the last words
 * are always there, and a card never fills with old ones.
 */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { partOf } from '../gateway/flash.ts'

/** Of each of the two files. */
const mostBytes = 1_000_000

export interface LogFile extends Disposable {
  readonly path: string
  /** Never throws: a log that the disk does not take is lost, and what it tells of goes on. */
  write(text: Buffer): void
}

/** Throws what the system says when the file cannot be opened. What an earlier run left stays, as far as it fits. */
export function openLogFile(path: string, most = mostBytes): LogFile {
  let descriptor = openSync(path, 'a', ownersOnly)
  let bytes = fstatSync(descriptor).size
  const turn = () => {
    closeSync(descriptor)
    renameSync(path, partOf(path, 1))
    descriptor = openSync(path, 'a', ownersOnly)
    bytes = 0
  }
  return {
    path,
    write: (text) => {
      try {
        if (bytes > 0 && bytes + text.length > most) turn()
        bytes += writeSync(descriptor, text)
      } catch {
        // the disk is full, or gone: the gateway says so over its events
      }
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

const ownersOnly = 0o600
