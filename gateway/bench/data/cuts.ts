/**
 * Power cuts of the outbox, on an ext4 whose journal is not flushed (EXT4_IOC_SHUTDOWN): at each of its write boundaries, and
 * at random moments. Held against a model of what its recipients must get: nothing durable lost, no number given twice, no
 * record under two numbers, every start whole.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cutEverywhere, cutOften, mostStartMs, noTally, type Tally } from '../../outbox/testing/cuts.ts'
import { bar } from '../bars.ts'
import { measured, type Result } from '../result.ts'

const asked = Number(process.env['FANAL_CUTS'] ?? 10_000)
const seed = Number(process.env['FANAL_SEED'] ?? Math.floor(performance.timeOrigin) % 2 ** 31)

/** The model tells what is broken by throwing; each history that does counts as one loss. */
async function attempt(work: (folder: string) => Promise<void> | void, broken: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-bench-cuts-'))
  try {
    await work(folder)
  } catch (error) {
    broken.push(String(error).split('\n')[0] ?? '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function* cuts({ short }: { short: boolean }): AsyncGenerator<Result> {
  const count = short ? 60 : asked
  const everywhere: Tally = noTally()
  const often: Tally = noTally()
  const broken: string[] = []
  for (let round = 0; everywhere.cuts + often.cuts < count && broken.length < 10; round++) {
    const left = count - everywhere.cuts - often.cuts
    await attempt(
      (folder) =>
        cutEverywhere({ folder, count: short ? Math.ceil(count / 2) : Infinity, seed: seed + round }, everywhere),
      broken,
    )
    await attempt(
      (folder) => cutOften({ folder, count: Math.min(left, 100), settleEvery: 10, seed: seed + round }, often),
      broken,
    )
  }
  const slowest = Math.max(everywhere.slowestStartMs, often.slowestStartMs)
  if (slowest > mostStartMs) broken.push(`a start took ${slowest} ms`)
  yield measured(
    bar('data.cuts-lost'),
    broken.length,
    'histories in which a durable record was lost, a number given twice, a record came under two numbers, or a start failed; power cut at each boundary of a write, a sync or a closing of the books, and at random moments',
    {
      ...{ seed, cuts: everywhere.cuts + often.cuts, 'at boundaries': everywhere.cuts, 'at random': often.cuts },
      ...{ steps: everywhere.steps + often.steps, 'slowest start ms': slowest.toFixed(0) },
      ...(broken[0] === undefined ? {} : { first: broken[0] }),
    },
  )
}
