/** The bar of Modbus TCP: what a read costs us beside libmodbus, which is C and waits in the kernel. */
import { join } from 'node:path'
import { bar } from '../bars.ts'
import { measured, quantile, spread, unmeasured, type Result } from '../result.ts'
import { Folder } from '../../testing/surroundings.ts'
import { flagsOfUnit } from '../unit-flags.ts'
import { bundled } from './bundled.ts'
import { compileC } from '../../../drivers/testing/compile-c.ts'
import { run, type Told } from './measured-child.ts'
import { TcpServer } from './tcp-server.ts'

export async function* tcp({ short }: { short: boolean }): AsyncGenerator<Result> {
  using folder = new Folder()
  await using server = await TcpServer.start(folder.path)
  const libmodbus = compileC(folder.path, join(import.meta.dirname, 'tcp-client.c'), { packages: ['libmodbus'] })
  const client = await bundled(folder.path, 'tcp-client.ts')
  const [rounds, warm, count] = short ? [1, 2_000, 5_000] : [9, 5_000, 40_000]
  const variants = {
    ours: [process.execPath, client],
    libmodbus: [libmodbus],
    'ours with flags': [process.execPath, ...flagsOfUnit(), client],
  } as const
  const runs: Record<keyof typeof variants, Told[]> = { ours: [], libmodbus: [], 'ours with flags': [] }
  for (let round = 0; round < rounds; round++)
    for (const [name, [command, ...args]] of Object.entries(variants) as [keyof typeof variants, readonly string[]][])
      runs[name].push(await run(command ?? '', [...args, server.port, warm, count]))

  const microseconds = (told: readonly Told[]) => told.map(({ cpuMs, transactions }) => (cpuMs / transactions) * 1_000)
  const overPeer = (told: readonly Told[]) =>
    microseconds(told).map((us, round) => us / (microseconds(runs.libmodbus)[round] ?? NaN))
  const ratios = overPeer(runs.ours)
  const ratio = quantile(ratios, 0.5)
  const peer = quantile(microseconds(runs.libmodbus), 0.5)
  const id = bar('field.tcp-cpu-ratio-libmodbus')
  const method = `CPU of a read of 100 registers over one connection by the client as it is, without the flags of the unit, ${count} after ${warm} that warm it, over libmodbus’ in C, the same server by libmodbus, paired; median of ${rounds} rounds in turn`
  const seen = {
    ...spread(ratios, 2),
    'ours µs': quantile(microseconds(runs.ours), 0.5).toFixed(1),
    'libmodbus µs': peer.toFixed(1),
    'ratio with the flags of the unit': quantile(overPeer(runs['ours with flags']), 0.5).toFixed(2),
    'wrong or unanswered': Object.values(runs)
      .flat()
      .reduce((sum, { errors }) => sum + errors, 0),
  }
  if (short) yield unmeasured(id, `${ratio.toFixed(2)}, too few to judge: ${method}`, seen)
  else yield { ...measured(id, ratio, method, seen), peer, ratio }
}
