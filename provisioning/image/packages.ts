/** The packages of the lock that are shipped as they are: they bring machine code, for one architecture each. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { external } from './bundle.ts'
import { architectures, root, type Architecture } from './root.ts'

/** What the binding is built with. */
const notAtRunTime = new Set(['node-addon-api'])

const manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) })

/** The folders of the package and of all that it needs. */
export function shippedPackages(name = external, from = root): string[] {
  const folder = packageFolder(name, from)
  const { dependencies } = manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  const needed = Object.keys(dependencies).filter((each) => !notAtRunTime.has(each))
  return [...new Set([folder, ...needed.flatMap((each) => shippedPackages(each, folder))])]
}

/** As Node looks for it: in the `node_modules` of the folder, then of those above it. */
function packageFolder(name: string, from: string): string {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return folder
  if (dirname(from) === from) throw new Error(`${name} is not installed`)
  return packageFolder(name, dirname(from))
}

/** Copies them below `folder`, each to where it lies here, with the machine code of glibc's `architecture` alone. */
export function copyPackages(folder: string, architecture: Architecture): void {
  for (const from of shippedPackages()) {
    const to = join(folder, relative(root, from))
    cpSync(from, to, { recursive: true, filter: (path) => isShipped(relative(from, path)) })
    const prebuilds = join(from, 'prebuilds', `linux-${architectures[architecture]}`)
    if (!existsSync(prebuilds)) continue
    for (const file of readdirSync(prebuilds).filter((each) => each.includes('.glibc.')))
      cpSync(join(prebuilds, file), join(to, relative(from, prebuilds), file))
  }
}

function isShipped(path: string): boolean {
  return !/^(node_modules|prebuilds|binding\.gyp)(\/|$)|\.(cpp|h|d\.ts|map|md)$/.test(path)
}
