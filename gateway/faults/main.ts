/**
 * `npm run test:faults -- [F01 …] [--seed N] [--short] [--json]`: injects the faults of a street cabinet, one after the
 * other, and looks whether what must hold does; then the same without the guard that makes it hold, which must be found to
 * fail. Linux; needs root and the packages of `npm run test:system`. Exits 1 when anything fails, or a guard is not needed.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock, systemRandom } from '../clock.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { isWhole, totals, verdictOf, type Ending, type Verdict } from './verdict.ts'

/** A fault that hangs is one. */
const longestMs = { short: 180_000, whole: 1_800_000 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** repeats a run; by default another one each time */
    seed: { type: 'string' },
    /** fewer cuts, seeds, lives: to see that all holds, not to prove it */
    short: { type: 'boolean', default: false },
    /** one object a fault, a line each */
    json: { type: 'boolean', default: false },
  },
})
const { short, json } = values
const seed = Number(values.seed ?? Math.floor(systemRandom() * 2 ** 31))
const known = await faultsOf(import.meta.dirname)
const unknown = positionals.filter((id) => !known.some((fault) => fault.id === id))
if (!Number.isSafeInteger(seed) || unknown.length > 0) {
  const problem = unknown.length > 0 ? `no such fault: ${unknown.join(', ')}` : `no seed: ${values.seed ?? ''}`
  process.stderr.write(`${problem}; there are: ${known.map(({ id }) => id).join(', ')}\n`)
  process.exit(3)
}
const asked = positionals.length === 0 ? known : known.filter(({ id }) => positionals.includes(id))

const verdicts: Verdict[] = []
for (const fault of asked) {
  const beganMs = systemClock.monotonicMs()
  const run = await ending((context) => fault.run(context))
  const control = await ending((context) => fault.control.run(context))
  const verdict = verdictOf(fault, { run, control }, seed, Math.round(systemClock.monotonicMs() - beganMs))
  verdicts.push(verdict)
  process.stdout.write(`${json ? JSON.stringify(verdict) : row(verdict)}\n`)
}
const sums = totals(verdicts)
const failed = verdicts.filter((verdict) => !isWhole(verdict))
process.stdout.write(
  json
    ? `${JSON.stringify({ seed, short, faults: verdicts.length, failed: failed.map(({ id }) => id), ...sums })}\n`
    : `${verdicts.length} faults, ${failed.length} failed, seed ${seed}; ${figuresTold(sums)}\n`,
)
process.exitCode = failed.length > 0 || Object.values(sums).some((sum) => sum > 0) ? 1 : 0

async function faultsOf(folder: string): Promise<Fault[]> {
  const files = globSync('f[0-9][0-9]-*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'))
  const modules = files.map((file) => import(join(folder, file)) as Promise<{ fault: Fault }>)
  const faults = (await Promise.all(modules)).map(({ fault }) => fault)
  return faults.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** In a folder of its own, and for so long only. */
async function ending(run: (context: FaultContext) => Promise<Found>): Promise<Ending> {
  const folder = mkdtempSync(join(tmpdir(), 'fault-'))
  const over = new AbortController()
  try {
    const running = run({ seed, short, folder })
    const late = systemClock.sleep(short ? longestMs.short : longestMs.whole, over.signal).then(() => {
      throw new Error('it did not end in time')
    })
    late.catch(() => undefined) // aborted, when the run was quicker
    return await Promise.race([running, late])
  } catch (error) {
    return { threw: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  } finally {
    over.abort()
    rmSync(folder, { recursive: true, force: true })
  }
}

function row(verdict: Verdict): string {
  const { id, title, passed, controlFailed, without, figures, because, controlFound, ms } = verdict
  const mark = (right: boolean) => (right ? '✓' : '✗')
  return [
    `${mark(isWhole(verdict))} ${id}  ${title}`,
    `    ${mark(passed)} holds       ${figuresTold(figures)}`,
    `    ${mark(controlFailed)} fails without ${without}${controlFound === '' ? '' : `: ${firstLine(controlFound)}`}`,
    ...because.map((why) => `    ${why}`),
    `    seed ${seed}, ${(ms / 1_000).toFixed(1)} s`,
  ].join('\n')
}

function figuresTold(figures: Found['figures']): string {
  return Object.entries(figures)
    .map(([name, figure]) => `${name} ${typeof figure === 'number' ? Number(figure.toPrecision(4)) : figure}`)
    .join(', ')
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 100) ?? ''
}
