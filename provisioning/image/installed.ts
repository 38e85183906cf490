/** Where things lie in the bundle: takes the place of `drivers/installed.ts`. All code of the bundle lies in `lib/`. */
import { join } from 'node:path'
import type { Installed } from '../../drivers/installed.ts'

const root = join(import.meta.dirname, '..')

export const installed: Installed = {
  origin: 'bundle',
  root,
  catalogue: join(root, 'catalogue'),
  demoSite: join(root, 'demo/site.yaml'),
  console: join(root, 'console'),
  programs: { gateway: join(root, 'lib/gateway.js'), street: join(root, 'lib/street.js') },
  workers: { disk: join(root, 'lib/disk.js') },
  machineState: '/var/lib/fanal',
}
