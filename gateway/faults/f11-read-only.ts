import type { Fault } from './fault.ts'
import { storageFault, type StorageFault } from './testing/storage.ts'

const readOnly: StorageFault = {
  megabytes: 16,
  hurt: (disk) => disk.turnReadOnly(),
  heal: (disk) => disk.exchange(),
  says: { keeping: 'KEEP_READ_ONLY', outbox: 'OUTBOX_IO' },
  outboxRecovers: false,
}

export const fault: Fault = {
  id: 'F11',
  title: 'file system turns read-only (a worn card)',
  passes:
    'control goes on from memory and lit stays lit; it is said; what is read is held in memory. With a good card in its place, audit and leases go on without a restart, the outbox, which had its file open, with the next start; nothing accepted is lost',
  run: (context) => storageFault(context, readOnly),
  control: {
    without: 'holding what the outbox refused',
    run: (context) =>
      storageFault(context, readOnly, {
        file: 'gateway/admission.ts',
        line: 'this.#held.unshift(...batch)',
        instead: '',
      }),
  },
}
