/** `npm run build`: what is shipped, into `dist/`. It starts with nothing but Node: `node dist/lib/fanal.js up` */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { bundledPackages, licencesOf } from './licences.ts'
import { copyPackages, shippedPackages } from './packages.ts'
import { architectures, dist, root, type Architecture } from './root.ts'

/** What the build makes. `console` lies beside them: whoever builds the pages puts them there. */
const parts = ['lib', 'catalogue', 'demo', 'node_modules', 'package.json', 'LICENSE', 'THIRD-PARTY-LICENCES.txt']

for (const part of parts) rmSync(join(dist, part), { recursive: true, force: true })
mkdirSync(dist, { recursive: true })

const metafile = await bundle(join(dist, 'lib'))
cpSync(join(root, 'drivers/catalogue'), join(dist, 'catalogue'), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts') && !path.endsWith('.recording.yaml'),
})
cpSync(join(root, 'gateway/demo/site.yaml'), join(dist, 'demo/site.yaml'))
copyPackages(dist, hostArchitecture())
cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
writeFileSync(
  join(dist, 'THIRD-PARTY-LICENCES.txt'),
  licencesOf([...bundledPackages(metafile), ...shippedPackages()]),
)
const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ name, version, license, type: 'module' }, undefined, 2)}\n`)

const bytes = Object.values(metafile.outputs).reduce((sum, each) => sum + each.bytes, 0)
process.stdout.write(`dist/lib: ${Object.keys(metafile.outputs).length} files, ${(bytes / 1e6).toFixed(2)} MB\n`)

function hostArchitecture(): Architecture {
  const found = (Object.keys(architectures) as Architecture[]).find((each) => architectures[each] === process.arch)
  if (found === undefined) throw new Error(`Fanal is built on ${Object.values(architectures).join(' or ')}`)
  return found
}
