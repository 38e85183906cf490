/** The licences of what is shipped with Fanal, in one text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Metafile } from 'esbuild'
import { z } from 'zod'
import { root } from './root.ts'

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() })

/** The folders of the packages that have a part in the bundle. */
export function bundledPackages(metafile: Metafile): string[] {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const inPackages = files.filter((file) => file.includes('node_modules/'))
  return [...new Set(inPackages.map((file) => packageOf(join(root, file))))].sort()
}

/** Some packages have manifests without a name further down, which only say what kind of modules these are. */
function packageOf(file: string): string {
  const folder = dirname(file)
  const candidate = join(folder, 'package.json')
  if (existsSync(candidate) && manifest.safeParse(JSON.parse(readFileSync(candidate, 'utf8'))).success) return folder
  if (dirname(folder) === folder) throw new Error(`${file} belongs to no package`)
  return packageOf(folder)
}

/** Throws for a package that does not say its licence. */
export function licencesOf(folders: readonly string[]): string {
  const texts = folders.map((folder) => {
    const { name, version, license } = manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
    const files = readdirSync(folder).filter((each) => /^(licen[cs]e|copying|notice)/i.test(each))
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
    return `${name} ${version}: ${license}\n\n${text === '' ? 'The package brings no text of its licence.' : text}\n`
  })
  return [...new Set(texts)].sort().join(`\n${'='.repeat(80)}\n\n`)
}
