/** A program of the bench as plain JavaScript: `--lite-mode` has no WebAssembly, which Node strips types with. */
import { symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../../..')

/** Bundles a source of this folder into `folder`, where it finds the packages of this tree; tells its path. */
export async function bundled(folder: string, source: string): Promise<string> {
  const outfile = join(folder, `${basename(source, '.ts')}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'esnext',
    packages: 'external',
    logLevel: 'error',
  })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return outfile
}
