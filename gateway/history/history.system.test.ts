/** Power cuts, a full disk, and one that is not to be written on. FANAL_CUTS: how many cuts (300); FANAL_SEED: repeats a run. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { LoopDisk } from '../outbox/testing/loop-disk.ts'
import { dice } from '../testing/cut-disk.ts'
import { hourMs, minuteMs, Nights, startMs, technical } from './testing/nights.ts'

const cuts = Number(process.env['FANAL_CUTS'] ?? 300)
const seed = Number(process.env['FANAL_SEED'] ?? Math.floor(performance.timeOrigin) % 2 ** 31)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-system-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const series = Array.from({ length: 12 }, (_, n) => technical(`feeder.point_${n}`))
/** What was seen at a time is told by the time. */
const valueAt = (atMs: number) => Math.floor(1e6 * Math.abs(Math.sin(atMs)))

interface Tally {
  cuts: number
  commits: number
  blocks: number
  samples: number
  readonly codes: Set<unknown>
}
const noTally = (): Tally => ({ cuts: 0, commits: 0, blocks: 0, samples: 0, codes: new Set() })

/** Cuts the power of one history at random moments; a small quota, so that blocks move and go, and the log with them. */
async function cutOften(count: number, tally: Tally, without?: 'sync'): Promise<void> {
  const roll = dice(seed + tally.cuts)
  using disk = new LoopDisk(folder, 64)
  const file = join(disk.mount, 'history.db')
  using nights = new Nights({ file, series, quotaBytes: 2 ** 20, ...(without && { without }) })
  for (let cut = 1; cut <= count; cut++) {
    const cutting = disk.cutAfter(roll(0, 40))
    const deadlineMs = systemClock.monotonicMs() + 20_000
    while (nights.faults.length === 0) {
      if (systemClock.monotonicMs() > deadlineMs) throw new Error('the power was not cut')
      if (roll(0, 20) === 0) nights.restart()
      else nights.run(10 * minuteMs, minuteMs, valueAt)
      tally.commits++
    }
    await cutting
    nights.ring.abandon()
    for (const code of nights.faults.splice(0)) tally.codes.add(code)
    disk.remount()

    nights.crash(minuteMs)
    expect(nights.faults, 'at the start').toEqual([])
    const samples = nights.last(series[roll(0, series.length - 1)]!.name, 10_000 * hourMs)
    for (const { atMs, value } of samples) if (value !== null) expect(value, `at ${atMs}`).toBe(valueAt(atMs))
    nights.ring.abandon()
    expect(nights.faults, 'at a question').toEqual([])
    expect(existsSync(`${file}.damaged`)).toBe(false)
    {
      using db = new DatabaseSync(file)
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      const { most } = db.prepare('SELECT max(id) AS most FROM block').get() ?? {}
      tally.blocks = Math.max(tally.blocks, Number(most ?? 0))
    }
    tally.cuts++
    tally.samples += samples.length
    nights.crash()
  }
}

test(
  `after each of ${String(cuts)} power cuts the file is whole, and holds nothing but what was seen`,
  { timeout: 60_000 + cuts * 2_000 },
  async () => {
    const tally = noTally()
    // A new disk now and then, so that young files are cut too.
    for (let left = cuts; left > 0; left -= 100) await cutOften(Math.min(left, 100), tally)
    console.log(JSON.stringify({ seed, ...tally, codes: [...tally.codes].sort() }))
    expect(tally.cuts).toBe(cuts)
    expect(tally.samples).toBeGreaterThan(100 * cuts)
    expect(tally.blocks).toBeGreaterThan(series.length)
  },
)

test('without syncing, the same cuts fail the same checks', { timeout: 300_000 }, async () => {
  const tally = noTally()
  const seen: unknown = await cutOften(200, tally, 'sync').catch((error: unknown) => error)
  console.log(`seed ${seed}, without syncing, after ${tally.cuts} cuts: ${String(seen)}`)
  expect(seen).toMatchObject({ name: 'AssertionError' })
})

test('on a full disk it goes on in memory, says so once, and writes all of it when there is room', () => {
  using disk = new LoopDisk(folder, 4)
  const ballast = join(disk.mount, 'ballast')
  using nights = new Nights({ file: join(disk.mount, 'history.db'), series, quotaBytes: 16 * 2 ** 20 })
  nights.run(hourMs, minuteMs, valueAt)
  expect(() => writeFileSync(ballast, Buffer.alloc(8 * 2 ** 20))).toThrow(/ENOSPC/)
  for (let hours = 0; hours < 48 && nights.faults.length === 0; hours++) nights.run(hourMs, minuteMs, valueAt)
  nights.run(5 * hourMs, minuteMs, valueAt)
  expect(nights.faults).toEqual(['HISTORY_FULL'])

  rmSync(ballast)
  nights.run(hourMs, minuteMs, valueAt)
  expect(nights.faults).toEqual(['HISTORY_FULL', undefined])
  nights.restart()
  const shown = nights.last(series[0]!.name, 1_000 * hourMs).filter(({ value }) => value !== null)
  expect(shown).toHaveLength((nights.wallMs - startMs) / minuteMs)
  expect(shown.every(({ atMs, value }) => value === valueAt(atMs))).toBe(true)
})

test('on a disk that is not to be written on as well', () => {
  using disk = new LoopDisk(folder, 16)
  const file = join(disk.mount, 'history.db')
  using nights = new Nights({ file, series, quotaBytes: 16 * 2 ** 20 })
  nights.run(hourMs, minuteMs, valueAt)
  nights.ring.close(nights.now)
  execFileSync('mount', ['-o', 'remount,ro', disk.mount])
  nights.restart()
  nights.run(hourMs, minuteMs, valueAt)
  expect(nights.faults).toEqual(['HISTORY_READ_ONLY'])
  expect(nights.last(series[0]!.name, hourMs).length).toBeGreaterThanOrEqual(60)

  execFileSync('mount', ['-o', 'remount,rw', disk.mount])
  nights.run(hourMs, minuteMs, valueAt)
  expect(nights.faults).toEqual(['HISTORY_READ_ONLY', undefined])
  const values = nights.last(series[0]!.name, 4 * hourMs).filter(({ value }) => value !== null)
  expect(values).toHaveLength(180)
})
