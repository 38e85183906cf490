/** Our own processes: started with this Node, told to end by closing their standard input. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { installed, type Installed } from '../drivers/installed.ts'

/** Less room for short-lived objects: 17 MB less of a gateway (measured with the demo’s site). */
const nodeFlags = ['--max-semi-space-size=1']

export interface Child extends AsyncDisposable {
  /** what it prints, a parsed JSON object a line; ends when the process does */
  readonly events: AsyncGenerator
  /** the exit code, once it has ended; -1 when a signal ended it */
  readonly ended: Promise<number>
}

/** Where a child's log goes: a file descriptor, our own standard error, or whoever is given each piece of it. */
export type LogTo = number | 'inherit' | ((text: Buffer) => void)

/** Starts a program of ours. */
export function startChild(program: keyof Installed['programs'], args: readonly string[], log: LogTo): Child {
  const stdio: StdioOptions = ['pipe', 'pipe', typeof log === 'function' ? 'pipe' : log]
  // In a process group of its own: Ctrl-C is for us alone, and we end our children in the right order.
  // systemd's watchdog names us: it is our child that it wants to hear.
  const env = { ...process.env, WATCHDOG_PID: undefined }
  const child = spawn(process.execPath, [...nodeFlags, installed.programs[program], ...args], {
    stdio,
    detached: true,
    env,
  }) as ChildProcess & {
    stdin: Writable
    stdout: Readable
  }
  if (typeof log === 'function') child.stderr?.on('data', log)
  // `close`, not `exit`: its last words have come by then.
  const ended = once(child, typeof log === 'function' ? 'close' : 'exit').then(([code]) =>
    typeof code === 'number' ? code : -1,
  )
  child.stdin.on('error', () => undefined) // a child that is gone needs no telling
  return {
    events: parsed(child.stdout),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await ended
    },
  }
}

async function* parsed(stdout: Readable): AsyncGenerator {
  for await (const line of createInterface({ input: stdout })) yield JSON.parse(line) as unknown
}
