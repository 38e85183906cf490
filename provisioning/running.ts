/** Finds the running gateway that a person means. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isTaken } from '../gateway/local/client.ts'
import { statePaths, stateRoot } from '../gateway/state.ts'

export type Found = { readonly socket: string } | { readonly code: string; readonly words: Record<string, string> }

/** The gateway in `folder`; without one, the only gateway that runs on this machine as this user. */
export async function findGateway(folder: string | undefined): Promise<Found> {
  const candidates = folder === undefined ? foldersIn(stateRoot(process.env)) : [resolve(folder)]
  const running: string[] = []
  for (const candidate of candidates) {
    const taken = await isTaken(statePaths(candidate).socket)
    if (taken === 'not-allowed') return { code: 'NOT_ALLOWED', words: { folder: candidate } }
    if (taken) running.push(candidate)
  }
  const [only, another] = running
  if (only === undefined)
    return { code: 'NOT_RUNNING', words: { folder: folder === undefined ? stateRoot(process.env) : resolve(folder) } }
  if (another !== undefined) return { code: 'SEVERAL_RUNNING', words: { folders: running.join(' | ') } }
  return { socket: statePaths(only).socket }
}

/** Those in which gateways are, or were. */
export function foldersIn(root: string): string[] {
  try {
    return readdirSync(root).map((name) => join(root, name))
  } catch {
    return [] // nobody has run a gateway here yet
  }
}
