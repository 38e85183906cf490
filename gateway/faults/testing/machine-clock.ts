/** The wall clock of a gateway's process: wherever a fault puts it, while it runs (libfaketime), and what keeps it. */
import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'

export interface MachineClock {
  /** for the process's environment */
  readonly env: Readonly<Record<string, string>>
  /** The wall clock says this from now on, and runs on. */
  set(instant: string): void
}

/** `synchronised`: chrony says that it follows a time server, whatever the clock says. Its files are in `folder`. */
export function machineClock(folder: string, start: string, synchronised: boolean): MachineClock {
  const library = ['x86_64', 'aarch64']
    .map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketime.so.1`)
    .find(existsSync)
  if (library === undefined) throw new Error('libfaketime is not installed: apt install libfaketime')
  const file = join(folder, 'faketime')
  const set = (instant: string) => {
    const aheadMs = Temporal.Instant.from(instant).epochMilliseconds - systemClock.now().epochMilliseconds
    const ahead = Math.round(aheadMs / 1_000)
    writeFileSync(`${file}.new`, `${ahead < 0 ? '' : '+'}${ahead}\n`)
    renameSync(`${file}.new`, file)
  }
  set(start)
  // The last of the fields is the leap status (chronyc(1), tracking).
  const chronyc = join(folder, 'chronyc')
  writeFileSync(
    chronyc,
    `#!/bin/sh\necho "7F000001,a,3,0,0,0,0,0,0,0,0,0,0,${synchronised ? 'Normal' : 'Not synchronised'}"\n`,
  )
  chmodSync(chronyc, 0o700)
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    },
    set,
  }
}
