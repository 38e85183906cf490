/**
 * Where that lies which is no import of ours: data, and files that are started by their path. Here, in the source tree; the
 * build puts `provisioning/image/installed.ts` in the place of this file, and nobody else needs to know of either.
 */
import { join } from 'node:path'

export interface Installed {
  /** what this Fanal was started from */
  readonly origin: 'source' | 'bundle'
  /** the folder that all of it lies in */
  readonly root: string
  /** the folder of the profiles that come with Fanal */
  readonly catalogue: string
  /** the demo street's site file */
  readonly demoSite: string
  /** the web pages, built; absent as long as nobody has built them */
  readonly console: string
  /** what is run as a process */
  readonly programs: Readonly<Record<'gateway' | 'street', string>>
  /** what is run as a thread */
  readonly workers: Readonly<Record<'disk', string>>
  /** where the gateway that the machine runs as its own keeps its state: the unit's, the container's */
  readonly machineState?: string
}

const root = join(import.meta.dirname, '..')

export const installed: Installed = {
  origin: 'source',
  root,
  catalogue: join(root, 'drivers/catalogue'),
  demoSite: join(root, 'gateway/demo/site.yaml'),
  console: join(root, 'dist/console'),
  programs: { gateway: join(root, 'gateway/main.ts'), street: join(root, 'gateway/demo/street.ts') },
  workers: { disk: join(root, 'gateway/disk-worker.ts') },
}
