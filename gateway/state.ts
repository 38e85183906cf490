/** Where a gateway keeps what it must remember: one folder a site. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

export interface StatePaths {
  readonly folder: string
  /** on which the running gateway answers; also the lock: who answers there, runs here */
  readonly socket: string
  readonly outbox: string
  readonly history: string
  /** the site file that ran last */
  readonly lastGood: string
  /** what control must not forget when the gateway restarts */
  readonly control: string
  /** who commanded what, what ruled, what was written; older parts beside it */
  readonly audit: string
  /** what devices have shown of themselves: registers that they do not have, counters that began anew */
  readonly learned: string
  /** one mark for each life of the gateway that was cut short, of late */
  readonly starts: string
  /** budgets of noise that are spent, and records that may not leave yet */
  readonly gate: string
  /** who has it can tell whose pseudonyms are */
  readonly pseudonymKey: string
  readonly log: string
}

/** `$XDG_STATE_HOME/fanal`, by default `~/.local/state/fanal`; the standard has an empty or relative one count as unset. */
export function stateRoot(env: NodeJS.ProcessEnv): string {
  const stated = env['XDG_STATE_HOME'] ?? ''
  return join(isAbsolute(stated) ? stated : join(homedir(), '.local', 'state'), 'fanal')
}

/** The kernel's limit for the path of a Unix socket. */
const longestSocketPathBytes = 107

export function statePaths(folder: string): StatePaths {
  return {
    folder,
    socket: join(folder, 'gateway.sock'),
    outbox: join(folder, 'outbox.db'),
    history: join(folder, 'history.db'),
    lastGood: join(folder, 'last-good.yaml'),
    control: join(folder, 'control.json'),
    audit: join(folder, 'audit.ndjson'),
    learned: join(folder, 'learned.json'),
    starts: join(folder, 'starts'),
    gate: join(folder, 'gate.json'),
    pseudonymKey: join(folder, 'pseudonym.key'),
    log: join(folder, 'gateway.log'),
  }
}

export interface StateFault {
  readonly code: 'STATE_UNWRITABLE' | 'STATE_PATH_TOO_LONG'
  readonly words: { readonly folder: string; readonly detail: string }
}

/**
 * Makes the folder, and those above it, for its owner alone; undefined, or why it is of no use. A disk that has turned
 * read-only, as worn-out ones do, is no mistake of whoever starts us: control goes on from what can still be read there.
 */
export function prepareFolder(folder: string): StateFault | undefined {
  if (Buffer.byteLength(statePaths(folder).socket) > longestSocketPathBytes)
    return { code: 'STATE_PATH_TOO_LONG', words: { folder, detail: '' } }
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK)
    return undefined
  } catch (error) {
    const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (detail === 'EROFS' && existsSync(folder)) return undefined
    return { code: 'STATE_UNWRITABLE', words: { folder, detail } }
  }
}

/** Node's own `recursive` does not end where the kernel allows no folders at all, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
