/**
 * Keeps what V8 compiled, for the next start: the first thing that each program of the bundle does. Where no folder can be
 * written all is compiled each time.
 */
import { lstatSync, mkdirSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { cacheFolder } from './cache-folder.ts'

/** A gateway ends by a power cut: it does not wait for its end to write. */
const flushAfterMs = 30_000

/** Whether the folder is there and ours: what lies in another's would be another's code that we run. */
function isOurs(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}

try {
  const folder = cacheFolder(process.env)
  if (isOurs(folder)) {
    enableCompileCache(folder)
    setTimeout(flushCompileCache, flushAfterMs).unref()
  }
} catch {
  // a read-only root, a user without a home
}
