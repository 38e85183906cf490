/** Where what is built comes from, and where it goes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** of the source tree */
export const root = join(import.meta.dirname, '../..')

/** The bundle; git ignores it. */
export const dist = join(root, 'dist')

/** Debian's names of the architectures that are built for, and Node's. */
export const architectures = { amd64: 'x64', arm64: 'arm64' } as const
export type Architecture = keyof typeof architectures

export const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

/** What the build makes of the bundle. Beside them, `console`: whoever builds the pages puts them there, and they are shipped. */
export const bundleParts = [
  'lib',
  'catalogue',
  'demo',
  'node_modules',
  'package.json',
  'LICENSE',
  'THIRD-PARTY-LICENCES.txt',
] as const
