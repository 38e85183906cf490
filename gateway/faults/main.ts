/**
 * `npm run test:faults -- [F01 …] [--seed N] [--short] [--jobs N] [--json]`: injects the faults of a street cabinet, and
 * looks whether what must hold does; then the same without the guard that makes it hold, which must be found to fail. Each
 * in a process of its own. Linux; needs root and the packages of `npm run test:system`. Exits 1 when anything fails, or a
 * guard is not needed.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { systemClock, systemRandom } from '../clock.ts'
import type { Fault, Found } from './fault.ts'
import { isWhole, totals, verdictOf, type Verdict } from './verdict.ts'

/** A fault that hangs is one. */
const longestMs = { short: 240_000, whole: 3_600_000 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** repeats a run; by default another one each time */
    seed: { type: 'string' },
    /** fewer cuts, seeds, lives: to see that all holds, not to prove it */
    short: { type: 'boolean', default: false },
    /** so many faults at once: most of them wait for a gateway, most of the time. By default 3 of the short ones, else 1 */
    jobs: { type: 'string' },
    /** one object a fault, a line each, and the sums */
    json: { type: 'boolean', default: false },
  },
})
const { short, json } = values
const seed = Number(values.seed ?? Math.floor(systemRandom() * 2 ** 31))
const jobs = Number(values.jobs ?? (short ? 3 : 1))
const known = await faultsIn(import.meta.dirname)
const unknown = positionals.filter((id) => !known.some(({ fault }) => fault.id === id))
if (!Number.isSafeInteger(seed) || !(jobs >= 1) || unknown.length > 0) {
  const problem = unknown.length > 0 ? `no such fault: ${unknown.join(', ')}` : 'a seed and jobs are whole numbers'
  process.stderr.write(`${problem}; there are: ${known.map(({ fault }) => fault.id).join(', ')}\n`)
  process.exit(3)
}

/** What runs, and its folder. */
const running = new Map<ChildProcess, string>()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const [child, folder] of running) {
      child.kill('SIGKILL') // the gateways that it started end with it: their standard input closes
      clearUp(folder)
    }
    process.exit(1)
  })

const waiting = known.filter(({ fault: { id } }) => positionals.length === 0 || positionals.includes(id))
const verdicts: Verdict[] = []
await Promise.all(
  Array.from({ length: jobs }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const verdict = await judged(next)
      verdicts.push(verdict)
      process.stdout.write(`${json ? JSON.stringify(verdict) : row(verdict)}\n`)
    }
  }),
)
const sums = totals(verdicts)
const failed = verdicts.filter((verdict) => !isWhole(verdict)).map(({ id }) => id)
process.stdout.write(
  json
    ? `${JSON.stringify({ seed, short, faults: verdicts.length, failed, ...sums })}\n`
    : `${verdicts.length} faults, ${failed.length} failed${failed.map((id) => ` ${id}`).join('')}, seed ${seed}; ${figuresTold(sums)}\n`,
)
process.exitCode = failed.length > 0 || Object.values(sums).some((sum) => sum > 0) ? 1 : 0

interface Known {
  readonly file: string
  readonly fault: Fault
}

async function faultsIn(folder: string): Promise<Known[]> {
  const files = globSync('f[0-9][0-9]-*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'))
  const faults = files.map(async (file) => {
    const { fault } = (await import(join(folder, file))) as { fault: Fault }
    return { file, fault }
  })
  return (await Promise.all(faults)).sort((a, b) => (a.fault.id < b.fault.id ? -1 : 1))
}

async function judged({ file, fault }: Known): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'fault-'))
  const beganMs = systemClock.monotonicMs()
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'one.ts'), file, String(seed), short ? 'short' : 'whole', folder],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: short ? longestMs.short : longestMs.whole, killSignal: 'SIGKILL' },
  )
  running.set(child, folder)
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  running.delete(child)
  clearUp(folder)
  const last = said.trimEnd().split('\n').at(-1) ?? ''
  if (last.startsWith('{')) return JSON.parse(last) as Verdict
  const broke = { threw: `it ended without a verdict; ${complained.slice(-1_000)}` }
  return verdictOf(fault, { run: broke, control: broke }, seed, Math.round(systemClock.monotonicMs() - beganMs))
}

/** A fault that was killed leaves its disks behind. */
function clearUp(folder: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
  for (const mount of mounts.map((line) => line.split(' ')[1] ?? ''))
    if (mount.startsWith(`${folder}/`)) execFileSync('umount', ['--lazy', mount])
  rmSync(folder, { recursive: true, force: true })
}

function row(verdict: Verdict): string {
  const { id, title, passed, controlFailed, without, figures, because, controlFound, ms } = verdict
  const mark = (right: boolean) => (right ? '✓' : '✗')
  return [
    `${mark(isWhole(verdict))} ${id}  ${title}`,
    `    ${mark(passed)} holds: ${figuresTold(figures)}`,
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

function firstLine(whole: string): string {
  return whole.split('\n')[0]?.slice(0, 100) ?? ''
}
