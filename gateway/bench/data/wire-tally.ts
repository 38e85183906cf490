/**
 * Bytes on the wire to and from one port of the loopback, IP and TCP headers and bare acknowledgements included, as tshark sees
 * them. What the loopback carries as one segment, an Ethernet or LTE link carries as several: their headers are added.
 */
import { once } from 'node:events'
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** TCP's payload of a segment at an MTU of 1500, with time stamps; and what each further segment costs. */
const segmentBytes = 1_448
const headerBytes = 52

/** So long nothing comes, and all that was sent has been seen: tshark tells of packets up to a second late. */
const quietMs = 2_000

export class WireTally implements AsyncDisposable {
  /** by the port of the client */
  readonly #bytes = new Map<number, number>()
  readonly #tshark: ChildProcess
  readonly #port: number
  #packets = 0

  private constructor(tshark: ChildProcess, port: number) {
    this.#tshark = tshark
    this.#port = port
  }

  /** Resolves when it sees; why it cannot, otherwise. */
  static async start(port: number): Promise<WireTally | { readonly why: string }> {
    const fields = ['tcp.srcport', 'tcp.dstport', 'ip.len', 'tcp.len'].flatMap((name) => ['-e', name])
    const filter = ['-i', 'lo', '-f', `tcp port ${port}`]
    const tshark = spawn('tshark', [...filter, '-l', '-n', '-T', 'fields', ...fields], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const tally = new WireTally(tshark, port)
    createInterface({ input: tshark.stdout }).on('line', (line) => tally.#note(line))
    let said = ''
    const capturing = new Promise<boolean>((resolve) => {
      tshark.on('error', () => resolve(false))
      tshark.on('close', () => resolve(false))
      tshark.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (/Capturing on/.test(said)) resolve(true)
      })
    })
    if (!(await capturing)) return { why: `tshark does not capture: ${said.trim().split('\n')[0] ?? 'not installed?'}` }
    await delay(quietMs) // it says so a little before it does
    return tally
  }

  /** Of all clients whose port is none of these, since the start. */
  async bytes(without: ReadonlySet<number> = new Set()): Promise<number> {
    for (let before = -1; before !== this.#packets;) {
      before = this.#packets
      await delay(quietMs)
    }
    return [...this.#bytes].reduce((sum, [port, bytes]) => sum + (without.has(port) ? 0 : bytes), 0)
  }

  clients(): Set<number> {
    return new Set(this.#bytes.keys())
  }

  #note(line: string): void {
    const [source = 0, target = 0, length = 0, payload = 0] = line.split('\t').map(Number)
    const client = source === this.#port ? target : source
    const further = Math.max(0, Math.ceil(payload / segmentBytes) - 1)
    this.#packets++
    this.#bytes.set(client, (this.#bytes.get(client) ?? 0) + length + further * headerBytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#tshark.exitCode !== null || this.#tshark.signalCode !== null) return
    const ended = once(this.#tshark, 'close')
    this.#tshark.kill('SIGTERM')
    await ended
  }
}
