import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { LoopDisk } from '../outbox/testing/loop-disk.ts'
import type { Fault } from './fault.ts'
import { storageFault, type StorageFault } from './testing/storage.ts'

const ballastOn = (disk: LoopDisk) => join(disk.mount, 'ballast')

/** To the last byte. */
function fill(disk: LoopDisk): void {
  const file = openSync(ballastOn(disk), 'w')
  for (let bytes = 2 ** 20; bytes >= 1;) {
    try {
      writeSync(file, Buffer.alloc(bytes))
    } catch {
      bytes = Math.floor(bytes / 2)
    }
  }
  closeSync(file)
}

export const diskFull: StorageFault = {
  megabytes: 8,
  hurt: fill,
  heal: (disk) => rmSync(ballastOn(disk)),
  says: { keeping: 'KEEP_FULL', outbox: 'OUTBOX_FULL' },
  outboxRecovers: true,
}

export const fault: Fault = {
  id: 'F09',
  title: 'disk full',
  passes:
    'control goes on and lit stays lit; it is said; what is read meanwhile is held in memory and is in the outbox once there is room, without a restart; nothing accepted is lost. (Dropping by a declared order, and a reserve for the audit, are not built: not tried here.)',
  run: (context) => storageFault(context, diskFull),
  control: {
    without: 'holding what the outbox refused',
    run: (context) =>
      storageFault(context, diskFull, {
        file: 'gateway/admission.ts',
        line: 'this.#held.unshift(...batch)',
        instead: '',
      }),
  },
}
