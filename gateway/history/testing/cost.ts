/**
 * What the history costs: `node gateway/history/testing/cost.ts flash` (as root: on a small ext4, whose sectors are counted,
 * synced after each commit as the kernel would) and `… cost.ts memory`. Prints JSON.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeClock } from '../../../drivers/testing/fake-clock.ts'
import { LoopDisk } from '../../outbox/testing/loop-disk.ts'
import { defaultQuotaBytes, openHistory } from '../history.ts'
import { Keeping } from '../keeping.ts'
import { Ring } from '../ring.ts'
import { cabinetDay, pollMs, series } from './cabinet-day.ts'

const dayMs = 86_400_000
const startMs = Temporal.Instant.from('2026-12-21T12:00:00Z').epochMilliseconds
const [, , what = 'flash', days = '1'] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'history-cost-'))
try {
  if (what === 'flash') flash(Number(days))
  else await memory(what === 'memory')
} finally {
  rmSync(folder, { recursive: true })
}

function flash(days: number): void {
  using disk = new LoopDisk(folder, 256)
  const file = join(disk.mount, 'history.db')
  const cpu = { main: 0, thread: 0 }
  const timed = <T>(whose: keyof typeof cpu, work: () => T): T => {
    const before = process.cpuUsage()
    const result = work()
    const { user, system } = process.cpuUsage(before)
    cpu[whose] += (user + system) / 1e6
    return result
  }
  let pending: number[] = []
  let kept = 0
  const keeping = new Keeping(series, (...sample) => {
    pending.push(sample[0], sample[1], sample[2] ?? NaN)
    kept++
  })
  const now = (ms: number) => ({ monotonicMs: ms, wallMs: startMs + ms })
  const fault = (error: unknown) => console.log('fault', error)
  const ring = new Ring({ file, series, quotaBytes: defaultQuotaBytes, fault }, now(0))
  const read = cabinetDay()
  execFileSync('sync', ['-f', disk.mount])
  const before = sectors(disk.mount)
  for (let ms = 0; ms < days * dayMs; ms += pollMs) {
    const readings = read(Temporal.Instant.fromEpochMilliseconds(startMs + ms))
    timed('main', () => readings.forEach((reading) => keeping.see(reading, ms)))
    if (ms % 10_000 === 0) {
      timed('thread', () => ring.take(Float64Array.from(pending), now(ms)))
      pending = []
    }
    if (ms % 600_000 === 0) execFileSync('sync', ['-f', disk.mount])
  }
  execFileSync('sync', ['-f', disk.mount])
  const written = 512 * (sectors(disk.mount) - before)
  const bytes = ring.figures().bytes
  const asked = { fromMs: startMs, untilMs: startMs + days * dayMs, most: 600 }
  const began = process.hrtime.bigint()
  const shown = ring.range('meter0.power_active', asked, now(days * dayMs)).length
  const rangeMs = Number(process.hrtime.bigint() - began) / 1e6
  ring.close(now(days * dayMs))
  const seen = (series.length * days * dayMs) / pollMs
  console.log(JSON.stringify({ days, seen, kept, written, bytes, file: statSync(file).size, cpu, shown, rangeMs }))
  using db = new DatabaseSync(file)
  const classes = `SELECT sensitivity, sum(length(body)) AS bytes, count(*) AS blocks, (max(last) - min(first)) / 864e5 AS days
    FROM block JOIN series ON series.id = series GROUP BY sensitivity`
  console.log(JSON.stringify(db.prepare(classes).all()))
}

function sectors(mount: string): number {
  const device = execFileSync('findmnt', ['-n', '-o', 'MAJ:MIN', mount]).toString().trim()
  return Number(readFileSync(`/sys/dev/block/${device}/stat`, 'utf8').trim().split(/\s+/)[6])
}

/** Four hours of the same, with or without a history; the difference of two runs is what it takes. */
async function memory(withHistory: boolean): Promise<void> {
  const clock = fakeClock('2026-12-21T16:00:00Z')
  const file = join(folder, 'history.db')
  const history = withHistory
    ? await openHistory({ file, series, clock, fault: (code) => console.log('fault', code) })
    : undefined
  const read = cabinetDay()
  for (let ms = 0; ms < 4 * 3_600_000; ms += pollMs) {
    const readings = read(clock.now())
    history?.see(readings)
    await clock.advance(pollMs)
    if (ms % 60_000 === 0) await history?.figures()
  }
  const shown = await history?.range('meter0.power_active', clock.now().subtract({ hours: 12 }), clock.now(), 600)
  const status = readFileSync('/proc/self/status', 'utf8')
  const [, rss] = /VmRSS:\s+(\d+)/.exec(status) ?? []
  const [, peak] = /VmHWM:\s+(\d+)/.exec(status) ?? []
  console.log(JSON.stringify({ withHistory, rssKb: Number(rss), peakKb: Number(peak), shown: shown?.length }))
  await history?.[Symbol.asyncDispose]()
}
