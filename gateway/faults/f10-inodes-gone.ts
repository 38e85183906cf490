import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LoopDisk } from '../outbox/testing/loop-disk.ts'
import type { Fault } from './fault.ts'
import { storageFault, type StorageFault } from './testing/storage.ts'

const crowdOn = (disk: LoopDisk) => join(disk.mount, 'crowd')

/** Empty files, until there can be no more. */
function crowd(disk: LoopDisk): void {
  mkdirSync(crowdOn(disk))
  try {
    for (let n = 0; ; n++) closeSync(openSync(join(crowdOn(disk), String(n)), 'w'))
  } catch {
    return // it is full
  }
}

const inodesGone: StorageFault = {
  megabytes: 16,
  inodes: 64,
  hurt: crowd,
  heal: (disk) => rmSync(crowdOn(disk), { recursive: true }),
  says: { keeping: 'KEEP_FULL' },
  outboxRecovers: true,
}

export const fault: Fault = {
  id: 'F10',
  title: 'inodes gone',
  passes:
    'control goes on and lit stays lit; it is said; the outbox, whose files exist, goes on too; what could not be kept is kept once there is room, without a restart, and survives a kill',
  run: (context) => storageFault(context, inodesGone),
  control: {
    without: 'keeping in memory what could not be kept on disk',
    run: (context) =>
      storageFault(context, inodesGone, {
        file: 'gateway/keep.ts',
        line: 'if (latest === undefined || this.#unusable.includes(this.#paths.state)) return',
        instead:
          'if (latest === undefined || this.#unusable.includes(this.#paths.state)) return; this.#latest = undefined',
      }),
  },
}
