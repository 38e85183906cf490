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
  says: { keeping: 'KEEP_FULL' },
  outboxRecovers: true,
}

export const fault: Fault = {
  id: 'F09',
  title: 'disk full',
  passes:
    'control goes on and lit stays lit; it is said; the outbox goes on in the room that its file has from its beginning; nothing accepted is lost. (Dropping by a declared order is a property test of the outbox, relief.test.ts; a reserve for the audit is not built.)',
  run: (context) => storageFault(context, diskFull),
  control: {
    without: 'the log having its full size from its beginning',
    run: (context) =>
      storageFault(context, diskFull, {
        file: 'gateway/outbox/segment-file.ts',
        line: 'writeAll(file, zeros.subarray(0, Math.min(pieceBytes, bytes - at)), at)',
        instead: 'at = bytes',
      }),
  },
}
