/**
 * `npm run build`: what is shipped, into `dist/`: the bundle, which starts with nothing but Node (`node dist/lib/fanal.js up`),
 * and from it the Debian packages, which bring Node. `npm run build -- --deb amd64` makes only that one, `--no-deb` none.
 */
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.ts'
import { bundledPackages, licencesOf } from './licences.ts'
import { makeDeb } from './deb.ts'
import { copyPackages, shippedPackages } from './packages.ts'
import { architectures, bundleParts, dist, root, version, type Architecture } from './root.ts'

for (const part of bundleParts) rmSync(join(dist, part), { recursive: true, force: true })
mkdirSync(dist, { recursive: true })

const metafile = await bundle(join(dist, 'lib'))
cpSync(join(root, 'drivers/catalogue'), join(dist, 'catalogue'), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts') && !path.endsWith('.recording.yaml'),
})
cpSync(join(root, 'gateway/demo/site.yaml'), join(dist, 'demo/site.yaml'))
copyPackages(dist, hostArchitecture())
cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
writeFileSync(join(dist, 'THIRD-PARTY-LICENCES.txt'), licencesOf([...bundledPackages(metafile), ...shippedPackages()]))
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ name: 'fanal', version, type: 'module' })}\n`)

const bytes = Object.values(metafile.outputs).reduce((sum, each) => sum + each.bytes, 0)
process.stdout.write(`dist/lib: ${Object.keys(metafile.outputs).length} files, ${(bytes / 1e6).toFixed(2)} MB\n`)

for (const architecture of wantedDebs()) {
  const deb = await makeDeb(architecture)
  process.stdout.write(`${relative(root, deb)}: ${(statSync(deb).size / 1e6).toFixed(1)} MB\n`)
}

function wantedDebs(): Architecture[] {
  const options = { deb: { type: 'string', multiple: true }, 'no-deb': { type: 'boolean', default: false } } as const
  const { values } = parseArgs({ options })
  const all = Object.keys(architectures) as Architecture[]
  if (values['no-deb']) return []
  return values.deb === undefined ? all : all.filter((each) => values.deb?.includes(each))
}

function hostArchitecture(): Architecture {
  const found = (Object.keys(architectures) as Architecture[]).find((each) => architectures[each] === process.arch)
  if (found === undefined) throw new Error(`Fanal is built on ${Object.values(architectures).join(' or ')}`)
  return found
}
