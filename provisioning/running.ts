/** Finds the running gateway that a person means. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { installed } from '../drivers/installed.ts'
import { isTaken } from '../gateway/local/client.ts'
import { statePaths, stateRoot } from '../gateway/state.ts'

export type Found = { readonly socket: string } | { readonly code: string; readonly words: Record<string, string> }

/** The gateway in `folder`; without one, the only one that this user may ask: one of their own, or the machine's. */
export async function findGateway(folder: string | undefined): Promise<Found> {
  const { machineState } = installed
  const anywhere = [...foldersIn(stateRoot(process.env)), ...(machineState === undefined ? [] : [machineState])]
  const candidates = folder === undefined ? anywhere : [resolve(folder)]
  const running: string[] = []
  let locked: string | undefined
  for (const candidate of candidates) {
    const taken = await isTaken(statePaths(candidate).socket)
    if (taken === 'not-allowed') locked = candidate
    else if (taken) running.push(candidate)
  }
  const [only, another] = running
  if (only === undefined && locked !== undefined) return { code: 'NOT_ALLOWED', words: { folder: locked } }
  if (only === undefined)
    return { code: 'NOT_RUNNING', words: { folder: folder === undefined ? stateRoot(process.env) : resolve(folder) } }
  if (another !== undefined) return { code: 'SEVERAL_RUNNING', words: { folders: running.join(' | ') } }
  return { socket: statePaths(only).socket }
}

function foldersIn(root: string): string[] {
  try {
    return readdirSync(root).map((name) => join(root, name))
  } catch {
    return [] // nobody has run a gateway here yet
  }
}
