/** The Node that is shipped: the one of the lock, for either architecture, without its symbols. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { run } from './run.ts'
import { architectures, dist, root, type Architecture } from './root.ts'

const lockSchema = z.object({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
})

/** Debian's programs that know the other architecture's binaries. */
const strips: Readonly<Record<Architecture, string>> = {
  amd64: 'x86_64-linux-gnu-strip',
  arm64: 'aarch64-linux-gnu-strip',
}

export interface ShippedNode {
  readonly binary: string
  readonly licence: string
}

/** Fetched once, by npm, which holds it against the hash in the lock; kept in `dist/node`. */
export async function shippedNode(architecture: Architecture): Promise<ShippedNode> {
  const name = `node-linux-${architectures[architecture]}`
  const place = `node_modules/${name}`
  const entry = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))).packages[place]
  if (entry?.version === undefined) throw new Error(`package-lock.json does not name ${name}`)
  const folder = join(dist, 'node', `${architecture}-${entry.version}`)
  const shipped = { binary: join(folder, 'node'), licence: join(folder, 'LICENSE') }
  if (existsSync(folder)) return shipped

  const away = mkdtempSync(join(tmpdir(), 'fanal-node-'))
  try {
    let from = join(root, place)
    if (!existsSync(join(from, 'bin/node'))) {
      const project = { name: 'fetched', version: '0.0.0', dependencies: { [name]: entry.version } }
      const lock = { ...project, lockfileVersion: 3, packages: { '': project, [place]: { ...entry, optional: false } } }
      writeFileSync(join(away, 'package.json'), JSON.stringify(project))
      writeFileSync(join(away, 'package-lock.json'), JSON.stringify(lock))
      // By force: for another machine than this one.
      await run('npm', ['ci', '--force', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: away })
      from = join(away, place)
    }
    const made = join(away, 'made')
    mkdirSync(made)
    await run(strips[architecture], ['-o', join(made, 'node'), join(from, 'bin/node')])
    copyFileSync(join(from, 'LICENSE'), join(made, 'LICENSE'))
    mkdirSync(join(dist, 'node'), { recursive: true })
    await run('cp', ['-r', made, `${folder}.new`])
    renameSync(`${folder}.new`, folder)
  } finally {
    rmSync(away, { recursive: true })
  }
  return shipped
}
