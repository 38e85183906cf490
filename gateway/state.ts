/** Where a gateway keeps what it must remember: one folder a site. */
import { createHash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

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
