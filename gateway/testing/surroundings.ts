/** What system tests need around their programs: folders that go away, ports that are free, and patience. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { nextFree } from '../demo/ports.ts'
import { Program } from './programs.ts'

/** A folder of its own, removed at the end. Its path is short: a Unix socket's has at most 107 bytes. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'fanal-'))

  file(name: string): string {
    return join(this.path, name)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true })
  }
}

/** Free a moment ago. */
export function freePort(): Promise<number> {
  return nextFree(0, (port) => Promise.resolve(port))
}

/** Resolves when the check no longer throws; it is tried each 50 ms, for at most so long. */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs = 30_000): Promise<T> {
  const deadlineMs = systemClock.monotonicMs() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (systemClock.monotonicMs() >= deadlineMs) throw error
      await systemClock.sleep(50)
    }
  }
}

/** A pseudo terminal at `link`, whose other end is the socat address `other`; both vanish with the program. */
export async function pseudoTerminal(link: string, other: string): Promise<Program> {
  const socat = new Program('socat', ['-d', '-d', `pty,raw,echo=0,link=${link}`, other])
  await socat.said(/starting data transfer loop/, 'err')
  return socat
}
