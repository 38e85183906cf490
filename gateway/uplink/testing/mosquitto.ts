/** Debian's mosquitto for tests: a process on a free port of 127.0.0.1, ended by its own id. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Certificate } from './authority.ts'

export interface MosquittoOptions {
  /** for its files */
  readonly folder: string
  /** with TLS: its own certificate, and who signs those of its clients; their common name is their user name */
  readonly tls?: Certificate & { readonly ca: string }
  /** the lines of its access list; absent: all is allowed */
  readonly acl?: readonly string[]
  /** more lines of its configuration */
  readonly settings?: readonly string[]
}

export class Mosquitto implements AsyncDisposable {
  readonly port: number
  readonly #acl: string
  readonly #conf: string
  #process: ChildProcess | undefined

  private constructor(port: number, folder: string) {
    this.port = port
    this.#acl = join(folder, `mosquitto-${port}.acl`)
    this.#conf = join(folder, `mosquitto-${port}.conf`)
  }

  static async start({ folder, tls, acl, settings = [] }: MosquittoOptions): Promise<Mosquitto> {
    const mosquitto = new Mosquitto(await freePort(), folder)
    const lines = ['user root', 'persistence false', ...settings, `listener ${mosquitto.port} 127.0.0.1`]
    if (tls === undefined) lines.push('allow_anonymous true')
    else
      lines.push(
        `cafile ${tls.ca}`,
        `certfile ${tls.certificate}`,
        `keyfile ${tls.key}`,
        'require_certificate true',
        'use_identity_as_username true',
      )
    if (acl !== undefined) {
      mosquitto.#writeAcl(acl)
      lines.push(`acl_file ${mosquitto.#acl}`)
    }
    writeFileSync(mosquitto.#conf, `${lines.join('\n')}\n`)
    await mosquitto.restart()
    return mosquitto
  }

  /** Starts it again after `kill`, on the same port. */
  async restart(): Promise<void> {
    const started = spawn('mosquitto', ['-c', this.#conf], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#process = started
    let said = ''
    for await (const chunk of started.stderr) {
      said += String(chunk)
      if (/mosquitto version \S+ running/.test(said)) break
    }
    if (!said.includes('running')) throw new Error(`mosquitto did not start: ${said}`)
  }

  /** Ends it without a word to anybody: kill -9. */
  async kill(): Promise<void> {
    const running = this.#process
    if (running?.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, 'exit')
    running.kill('SIGKILL')
    await exited
  }

  /** It is there, and says nothing any more. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Reads its certificate files again; its connections stay. */
  reload(): void {
    this.#process?.kill('SIGHUP')
  }

  /** Gives it another access list, which it reads at once; its connections stay. */
  allow(acl: readonly string[]): void {
    this.#writeAcl(acl)
    this.reload()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #writeAcl(acl: readonly string[]): void {
    writeFileSync(this.#acl, `${acl.join('\n')}\n`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
