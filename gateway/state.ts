/** Where a gateway keeps what it must remember: one folder a site. */
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface StatePaths {
  readonly folder: string
  /** on which the running gateway answers; also the lock: who answers there, runs here */
  readonly socket: string
  readonly outbox: string
  /** the site file that ran last */
  readonly lastGood: string
  readonly log: string
}

/** `$XDG_STATE_HOME/fanal`, by default `~/.local/state/fanal`. */
export function stateRoot(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'fanal')
}

/** The kernel's limit for the path of a Unix socket is 107 bytes. */
const longestSocketPath = 107

export function statePaths(folder: string): StatePaths {
  const own = join(folder, 'gateway.sock')
  const short = join(tmpdir(), `fanal-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`)
  return {
    folder,
    socket: Buffer.byteLength(own) <= longestSocketPath ? own : short,
    outbox: join(folder, 'outbox.db'),
    lastGood: join(folder, 'last-good.yaml'),
    log: join(folder, 'gateway.log'),
  }
}

/** Makes the folder, and those above it, for its owner alone; undefined, or why it cannot be written. */
export function prepareFolder(folder: string): string | undefined {
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** Node's own `recursive` does not end where the kernel allows no folders at all, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
