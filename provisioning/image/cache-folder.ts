/** Where the bundle keeps what V8 compiled: systemd names a folder for a unit, a person has one of their own. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const { CACHE_DIRECTORY: unit, XDG_CACHE_HOME: stated = '' } = env
  return unit ?? join(isAbsolute(stated) ? stated : join(homedir(), '.cache'), 'fanal')
}
