/** Finds the running gateway that a person means. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isTaken } from '../gateway/local/client.ts'
import { statePaths, stateRoot } from '../gateway/state.ts'

export type Found = { readonly socket: string } | { readonly code: string; readonly words: Record<string, string> }

/** The gateway in `folder`; without one, the only gateway that runs on this machine as this user. */
export async function findGateway(folder: string | undefined): Promise<Found> {
  if (folder !== undefined) {
    const { socket } = statePaths(resolve(folder))
    return (await isTaken(socket)) ? { socket } : { code: 'NOT_RUNNING', words: { folder: resolve(folder) } }
  }
  const root = stateRoot(process.env)
  const running: string[] = []
  for (const candidate of foldersIn(root)) if (await isTaken(statePaths(candidate).socket)) running.push(candidate)
  const [only, another] = running
  if (only === undefined) return { code: 'NOT_RUNNING', words: { folder: root } }
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
