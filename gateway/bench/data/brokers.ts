/** Brokers that are killed and frozen: clusters of three by the project's scripts, and a mosquitto of our own. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Mosquitto } from '../../uplink/testing/mosquitto.ts'

export interface Brokers extends AsyncDisposable {
  readonly name: string
  /** of each node, on 127.0.0.1 */
  readonly ports: readonly number[]
  kill(node: number): Promise<void>
  restart(node: number): Promise<void>
  freeze(node: number): Promise<void>
  thaw(node: number): Promise<void>
}

const run = promisify(execFile)

/** Beside the repository, or where this variable says. */
const scripts = process.env['FANAL_BROKER_SCRIPTS'] ?? join(import.meta.dirname, '../../../../shared/bench/brokers')
const startMs = 300_000

const clusters = {
  nats: { script: 'nats.sh', program: '/usr/sbin/nats-server', ports: [26_901, 26_902, 26_903] },
  rabbitmq: {
    script: 'rabbitmq.sh',
    program: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    ports: [26_891, 26_892, 26_893],
  },
} as const
export type ClusterName = keyof typeof clusters

/** Why it cannot be started here; undefined: it can. */
export function missing(name: ClusterName): string | undefined {
  const { script, program } = clusters[name]
  return [join(scripts, script), program].find((path) => !existsSync(path))
}

export async function cluster(name: ClusterName): Promise<Brokers> {
  const { script, ports } = clusters[name]
  const base = mkdtempSync(join(tmpdir(), `fanal-${name}-`))
  const ask = async (...words: string[]) => {
    // Its nodes keep the pipes of whoever starts them: the shell lets go of them first.
    const line = `exec bash '${join(scripts, script)}' ${words.join(' ')} > '${base}/said' 2>&1 < /dev/null`
    await run('bash', ['-c', line], { env: { ...process.env, BASE: base }, timeout: startMs })
  }
  const stop = async () => {
    await ask('stop').catch(() => undefined)
    rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  try {
    await ask('start')
  } catch (error) {
    await stop()
    throw error
  }
  const on = (word: string) => (node: number) => ask(word, String(node + 1))
  return {
    name,
    ports,
    kill: on('kill'),
    restart: on('restart'),
    freeze: on('pause'),
    thaw: on('resume'),
    [Symbol.asyncDispose]: stop,
  }
}

export async function mosquitto(): Promise<Brokers> {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-mosquitto-'))
  const broker = await Mosquitto.start({ folder })
  return {
    name: 'mosquitto',
    ports: [broker.port],
    kill: () => broker.kill(),
    restart: () => broker.restart(),
    freeze: () => Promise.resolve(broker.freeze()),
    thaw: () => Promise.resolve(broker.thaw()),
    [Symbol.asyncDispose]: async () => {
      await broker[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}
