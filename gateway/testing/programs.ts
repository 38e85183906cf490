/** Programs for system tests, ours and others': heard line by line, waited for by what they say, ended by their own id. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '../..')

/** How it ended: its exit code, or the signal that ended it. */
export type Ending = number | NodeJS.Signals

export class Program implements AsyncDisposable {
  /** what it has printed so far, line by line */
  readonly out: string[] = []
  readonly err: string[] = []
  /** once it has ended and all that it printed is here */
  readonly ended: Promise<Ending>
  readonly #name: string
  readonly #child: ChildProcessWithoutNullStreams
  #over = false
  #news = Promise.withResolvers<undefined>()

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#name = [command, ...args].join(' ')
    this.#child = spawn(command, args, { cwd: root, env: { ...process.env, LC_ALL: 'C', ...env } })
    this.#child.stdin.on('error', () => undefined) // one that has ended needs no telling
    const started = once(this.#child, 'spawn')
    for (const from of ['out', 'err'] as const)
      createInterface({ input: this.#child[`std${from}`] }).on('line', (line) => {
        this[from].push(line)
        this.#tell()
      })
    this.ended = started.then(async () => {
      const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null]
      this.#over = true
      this.#tell()
      return code ?? signal ?? -1
    })
    this.ended.catch(() => this.#tell()) // one that could not be started: whoever waits for it is told why
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name}: could not be started`)
    return this.#child.pid
  }

  /** The first line that fits, printed already or to come. Rejects when the program ends without it. */
  async said(pattern: RegExp, from: 'out' | 'err' = 'out'): Promise<string> {
    for (;;) {
      const line = this[from].find((each) => pattern.test(each))
      if (line !== undefined) return line
      if (this.#over) {
        const last = [...this.out.slice(-10), ...this.err.slice(-10)].join('\n')
        throw new Error(`${this.#name}: ended (${String(await this.ended)}) without ${String(pattern)}\n${last}`)
      }
      await Promise.race([this.#news.promise, this.ended])
    }
  }

  /** Sends a signal that it answers with a line, and waits for that line. */
  async asked(signal: NodeJS.Signals): Promise<string> {
    const before = this.out.length
    this.#child.kill(signal)
    while (this.out.length === before && !this.#over) await Promise.race([this.#news.promise, this.ended])
    const line = this.out[before]
    if (line === undefined) throw new Error(`${this.#name}: ended without an answer to ${signal}`)
    return line
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    if (!this.#over) this.#child.kill(signal)
    return this.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }

  #tell(): void {
    this.#news.resolve(undefined)
    this.#news = Promise.withResolvers()
  }
}

/** A file of ours, run by this Node. */
export function ours(file: string, args: readonly string[], env?: Readonly<Record<string, string>>): Program {
  return new Program(process.execPath, [file, ...args], env)
}

export function fanal(args: readonly string[], env?: Readonly<Record<string, string>>): Program {
  return ours('provisioning/cli.ts', args, env)
}

export interface Finished {
  readonly exit: Ending
  readonly out: readonly string[]
  readonly err: readonly string[]
}

/** Waits for a program that ends by itself. */
export async function finished(program: Program): Promise<Finished> {
  return { exit: await program.ended, out: program.out, err: program.err }
}
