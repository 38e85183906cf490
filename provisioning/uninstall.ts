/** `fanal uninstall`: says what it would remove from this machine; with `--yes`, removes it. */
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installed, type Installed } from '../drivers/installed.ts'
import { stateRoot } from '../gateway/state.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { cacheFolder } from './image/cache-folder.ts'

export interface UninstallOptions {
  readonly yes: boolean
  readonly keepState: boolean
}

/** What a removal wants to know of the machine, and does to it. */
export interface Machine {
  readonly installed: Pick<Installed, 'origin' | 'root' | 'machineState'>
  readonly env: NodeJS.ProcessEnv
  readonly isRoot: boolean
  readonly inContainer: boolean
  /** whether a Debian package brought this file */
  readonly isPackaged: (file: string) => boolean
  /** removes a folder that may not be there */
  readonly remove: (folder: string) => void
  /** This process becomes the program: it removes the files that we run from, and its exit code is ours. */
  readonly become: (program: string, args: readonly string[]) => void
}

const dpkg = '/usr/bin/dpkg'
/** where the image has it, which knows nothing of packages */
const imageRoot = '/usr/lib/fanal'
const siteFolder = '/etc/fanal'

const thisMachine: Machine = {
  installed,
  env: process.env,
  isRoot: process.getuid?.() === 0,
  inContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  isPackaged: (file) => {
    try {
      return execFileSync('dpkg-query', ['--search', file], { encoding: 'utf8', stdio: 'pipe' }).startsWith('fanal:')
    } catch {
      return false // no dpkg, or another way of installing
    }
  },
  remove: (folder) => rmSync(folder, { recursive: true, force: true }),
  become: (program, args) => process.execve?.(program, [program, ...args], process.env),
}

export function uninstall(context: Context, { yes, keepState }: UninstallOptions, machine = thisMachine): Exit {
  const { origin, root, machineState: state = stateRoot(machine.env) } = machine.installed
  if (origin === 'source' || !machine.isPackaged(join(root, 'package.json'))) {
    const how = origin === 'source' ? 'source' : machine.inContainer && root === imageRoot ? 'container' : 'folder'
    const words = { root, state: how === 'folder' ? stateRoot(machine.env) : state }
    if (context.json) outJson(context, { event: 'uninstall', how, ...words })
    else context.out(context.say(`uninstall.${how}`, words))
    return exits.error
  }

  const cache = cacheFolder(machine.env)
  const programs = context.say('uninstall.program', { path: root })
  const kept = [context.say('uninstall.site', { path: siteFolder }), context.say('uninstall.state', { path: state })]
  if (context.json) {
    const [removes, keeps] = keepState
      ? [
          [root, cache],
          [siteFolder, state],
        ]
      : [[root, cache, siteFolder, state], []]
    outJson(context, { event: 'uninstall', how: 'deb', removes, keeps })
  } else {
    context.out(context.say('uninstall.removes'))
    const removed = [programs, context.say('uninstall.cache', { path: cache }), ...(keepState ? [] : kept)]
    for (const line of removed) context.out(`  ${line}`)
    if (keepState) context.out(context.say('uninstall.keeps'))
    for (const line of keepState ? kept : []) context.out(`  ${line}`)
  }
  if (!yes) {
    if (!context.json) context.err(context.say('uninstall.ask'))
    return exits.error
  }
  if (!machine.isRoot) return fail(context, 'NOT_ROOT')
  machine.remove(cache)
  machine.become(dpkg, [keepState ? '--remove' : '--purge', 'fanal'])
  return exits.ok
}
