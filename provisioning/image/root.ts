/** Where what is built comes from, and where it goes. */
import { join } from 'node:path'

/** of the source tree */
export const root = join(import.meta.dirname, '../..')

/** The bundle; git ignores it. */
export const dist = join(root, 'dist')

/** Debian's names of the architectures that are built for, and Node's. */
export const architectures = { amd64: 'x64', arm64: 'arm64' } as const
export type Architecture = keyof typeof architectures
