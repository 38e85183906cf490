/** The Debian package of one architecture: the bundle, its Node, and how systemd runs it. */
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { shippedNode } from './node.ts'
import { copyPackages } from './packages.ts'
import { run } from './run.ts'
import { bundleParts, dist, root, version, type Architecture } from './root.ts'

const debian = join(import.meta.dirname, 'debian')

/** Where the files of `debian/` go. */
const places: Readonly<Record<string, string>> = {
  fanal: 'usr/bin/fanal',
  'fanal.service': 'usr/lib/systemd/system/fanal.service',
  'journald.conf': 'usr/lib/systemd/journald.conf.d/fanal.conf',
  'sysusers.conf': 'usr/lib/sysusers.d/fanal.conf',
  'tmpfiles.conf': 'usr/lib/tmpfiles.d/fanal.conf',
  'modules-load.conf': 'usr/lib/modules-load.d/fanal.conf',
  'udev.rules': 'usr/lib/udev/rules.d/60-fanal.rules',
  postinst: 'DEBIAN/postinst',
  prerm: 'DEBIAN/prerm',
  postrm: 'DEBIAN/postrm',
}
const executable = new Set(['fanal', 'postinst', 'prerm', 'postrm'])

/** What Node and the unit need of a machine; `systemd` has systemd-notify and systemd-sysusers. */
export const depends = ['libc6 (>= 2.28)', 'libstdc++6', 'libgcc-s1', 'libatomic1', 'systemd', 'init-system-helpers']

/** Makes it from the bundle that lies in `dist/`; says its file. */
export async function makeDeb(architecture: Architecture): Promise<string> {
  const node = await shippedNode(architecture)
  const tree = mkdtempSync(join(tmpdir(), 'fanal-deb-'))
  try {
    chmodSync(tree, 0o755)
    const lib = join(tree, 'usr/lib/fanal')
    for (const part of [...bundleParts, 'console']) {
      if (part !== 'node_modules' && existsSync(join(dist, part))) copy(join(dist, part), join(lib, part))
    }
    copyPackages(lib, architecture)
    copy(node.binary, join(lib, 'node'))
    for (const [file, place] of Object.entries(places)) copy(join(debian, file), join(tree, place))

    const documents = join(tree, 'usr/share/doc/fanal')
    copy(join(dist, 'LICENSE'), join(documents, 'copyright'))
    copy(node.licence, join(documents, 'LICENSE.node'))
    copy(join(dist, 'demo/site.yaml'), join(documents, 'examples/site.yaml'))
    copy(join(root, 'provisioning/README.md'), join(documents, 'README.md'))
    mkdirSync(join(tree, 'etc/fanal/profiles'), { recursive: true })

    const paths = globSync('**', { cwd: tree }).map((path) => join(tree, path))
    for (const path of paths) chmodSync(path, isExecutable(path) ? 0o755 : 0o644)
    const bytes = paths.reduce((sum, path) => sum + (lstatSync(path).isFile() ? lstatSync(path).size : 0), 0)
    writeFileSync(join(tree, 'DEBIAN/control'), control(architecture, bytes))

    const deb = join(dist, 'packages', `fanal_${version}_${architecture}.deb`)
    mkdirSync(dirname(deb), { recursive: true })
    await run('dpkg-deb', ['--build', '--root-owner-group', '-Zzstd', '-z10', tree, deb], { env: await stamped() })
    return deb
  } finally {
    rmSync(tree, { recursive: true })
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true })
}

function isExecutable(path: string): boolean {
  if (lstatSync(path).isDirectory() || path.endsWith('/usr/lib/fanal/node')) return true
  return [...executable].some((file) => path.endsWith(`/${places[file] ?? ''}`))
}

/** One source, one package: what was touched later than the last commit counts as touched then. */
async function stamped(): Promise<NodeJS.ProcessEnv> {
  if (process.env['SOURCE_DATE_EPOCH'] !== undefined) return process.env
  const committed = await run('git', ['log', '-1', '--format=%ct'], { cwd: root }).catch(() => '0')
  return { ...process.env, SOURCE_DATE_EPOCH: committed.trim() }
}

function control(architecture: Architecture, bytes: number): string {
  return [
    'Package: fanal',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Section: net',
    'Priority: optional',
    'Maintainer: The Fanal developers <fanal@fanal.invalid>',
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    `Depends: ${depends.join(', ')}`,
    'Description: gateway of a street cabinet',
    ' Talks to meters and lighting controllers over Modbus, lights the street by a',
    ' program that needs no network, and sends upstream, over MQTT, only what was',
    ' declared, for a declared purpose.',
    ' .',
    ' Nothing starts before there is a site file: /etc/fanal/site.yaml',
    '',
  ].join('\n')
}
