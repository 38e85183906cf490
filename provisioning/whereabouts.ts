/** The folder of the gateway that a person means, whether one runs there or not. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { statePaths, stateRoot } from '../gateway/state.ts'
import { findGateway, foldersIn } from './running.ts'

export interface Whereabouts {
  readonly folder: string
  /** a gateway answers there */
  readonly runs: boolean
  /** all in which one runs, as far as we looked */
  readonly running: readonly string[]
  /** whose gateway we may not ask */
  readonly notAllowed?: string
}

/** `asked`, or where one runs, or where the site `named` would be, or the only one there is; otherwise the folders there are. */
export async function whereabouts(
  asked: string | undefined,
  named: string | undefined,
): Promise<Whereabouts | { readonly several: readonly string[] }> {
  const found = await findGateway(asked)
  if ('socket' in found) {
    const folder = dirname(found.socket)
    return { folder, runs: true, running: [folder] }
  }
  const root = stateRoot(process.env)
  const usual = named === undefined ? undefined : join(root, named)
  if (found.code === 'NOT_ALLOWED') {
    const folder = found.words['folder'] ?? root
    return { folder, runs: false, running: [], notAllowed: folder }
  }
  if (found.code === 'SEVERAL_RUNNING') {
    const running = (found.words['folders'] ?? '').split(' | ')
    const folder = running.find((one) => one === usual) ?? running[0] ?? root
    return { folder, runs: true, running }
  }
  if (asked !== undefined) return { folder: resolve(asked), runs: false, running: [] }
  if (usual !== undefined) return { folder: usual, runs: false, running: [] }
  const left = foldersIn(root).filter((folder) => existsSync(statePaths(folder).lastGood))
  const [only, another] = left
  if (another !== undefined) return { several: left }
  return { folder: only ?? root, runs: false, running: [] }
}
