/** Both doors' surroundings: a folder of their own, a clock that stands still, secrets that are random, what was noted. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeClock, type FakeClock } from '../../../drivers/testing/fake-clock.ts'
import { openAccess, type Access, type AccessEntry, type DoorLog } from '../access.ts'

export interface Surroundings {
  readonly folder: string
  readonly clock: FakeClock
  readonly audited: AccessEntry[]
  readonly logged: { readonly level: string; readonly what: object; readonly text: string }[]
  readonly log: DoorLog
  readonly secrets: (count: number) => Buffer
  /** what tells how long no gateway ran; a test changes it between two */
  readonly machine: { trusted: boolean; bootId: string; startedMs: number }
  access(): Promise<Access>
  end(): void
}

export function surroundings(): Surroundings {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-door-'))
  const clock = fakeClock()
  const audited: AccessEntry[] = []
  const logged: Surroundings['logged'] = []
  const machine = { trusted: true, bootId: 'a', startedMs: 0 }
  const log: DoorLog = {
    warn: (what, text) => logged.push({ level: 'warn', what, text }),
    error: (what, text) => logged.push({ level: 'error', what, text }),
  }
  const secrets = (count: number) => randomBytes(count)
  return {
    folder,
    clock,
    audited,
    logged,
    log,
    secrets,
    machine,
    access: () =>
      openAccess({
        folder,
        clock,
        moment: () => ({
          wall: clock.now(),
          trusted: machine.trusted,
          bootId: machine.bootId,
          uptimeMs: clock.monotonicMs() - machine.startedMs,
        }),
        secrets,
        audit: (entry) => audited.push(entry),
        log,
        cost: 4,
      }),
    end: () => rmSync(folder, { recursive: true, force: true }),
  }
}
