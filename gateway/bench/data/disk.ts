/**
 * What the outbox writes to flash: an ext4 of 4 KiB blocks on a loop file, and what the kernel counts as written to that
 * device, the file system's journal included. 100 points, each 10 s, one record: 8640 a day.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivery } from '../../disclosure/policy.ts'
import { LoopDisk } from '../../outbox/testing/loop-disk.ts'
import { durable, Runs, upTo } from '../../outbox/testing/runs.ts'
import { dice } from '../../testing/cut-disk.ts'
import { bar } from '../bars.ts'
import { measured, type Result } from '../result.ts'

const points = 100
const everyMs = 10_000
const perDay = 86_400_000 / everyMs
/** ext4 writes its journal so often (`commit=`, by default); a commit that comes alone pays for it alone. */
const journalMs = 5_000

/** What 100 meters say: values that move, with the digits that meters have; `batch`: so many times in one record. */
function* bodies(seed: number, perRecord = points, batch = 1): Generator<string> {
  const roll = dice(seed)
  const values = Array.from({ length: perRecord }, () => roll(0, 40_000))
  const sample = (index: number, time: number) => {
    const value = Math.max(0, (values[index] ?? 0) + roll(-30, 30))
    values[index] = value
    return [time * everyMs + roll(0, 400), value / 10]
  }
  for (let t0 = 1_790_000_000_000; ; t0 += batch * everyMs) {
    const p = Object.fromEntries(
      values.map((_, index) => [
        `m${String(index >> 2).padStart(2, '0')}.${names[index & 3] ?? ''}`,
        Array.from({ length: batch }, (_, time) => sample(index, time)),
      ]),
    )
    yield JSON.stringify({ t0, t1: t0 + (batch - 1) * everyMs + 1_000, p })
  }
}
const names = ['power_active', 'voltage_l1', 'current_l1', 'energy_import']

interface Written {
  readonly records: number
  readonly payload: number
  readonly bytes: number
}

interface Run {
  readonly delivery: Delivery
  readonly records: number
  readonly isOnline: boolean
  /** real time between two records; 0: as fast as it goes */
  readonly paceMs: number
  readonly perRecord?: number
  readonly batch?: number
}

async function run({ delivery, records, isOnline, paceMs, perRecord, batch }: Run): Promise<Written> {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-bench-disk-'))
  try {
    using disk = new LoopDisk(folder, 256, undefined, 4096)
    const runs = new Runs({ file: join(disk.mount, 'outbox.db') }, { telemetry: delivery })
    const made = bodies(1, perRecord, batch)
    const next = () => made.next().value as string
    // The first segment is there: what it costs once is no day's.
    runs.append('telemetry', next())
    if (isOnline) runs.drain()
    disk.settle()
    const before = disk.writtenBytes
    let payload = 0
    for (let n = 0; n < records; n++) {
      const body = next()
      payload += Buffer.byteLength(body)
      runs.append('telemetry', body)
      if (isOnline) {
        for (const { ticket } of runs.lanes.take(upTo(10))) runs.lanes.sent(ticket, 100, '2026-12-21')
        runs.lanes.receipt('telemetry', runs.store.id, n + 2)
      }
      runs.tick(everyMs)
      if (paceMs > 0) await sleep(paceMs)
    }
    disk.settle()
    const bytes = disk.writtenBytes - before
    runs.store[Symbol.dispose]()
    return { records, payload, bytes }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const perRecord = ({ bytes, records }: Written) => bytes / records
const mbPerDay = (written: Written) => (perRecord(written) * perDay) / 1e6
const ratio = ({ bytes, payload }: Written) => bytes / payload

export async function* disk({ short }: { short: boolean }): AsyncGenerator<Result> {
  const records = short ? 1_000 : perDay
  const paced = short ? 3 : 30
  // Further apart than the journal's own pace: as they are in the field, at a fraction of the time.
  const paceMs = journalMs + 1_000
  const bestEffort: Delivery = { kind: 'best-effort', windowMs: 60_000 }

  const fast = await run({ delivery: durable, records, isOnline: false, paceMs: 0 })
  const alone = await run({ delivery: durable, records: paced, isOnline: false, paceMs })
  const batched = await run({ delivery: durable, records: paced, isOnline: false, paceMs, batch: 6 })
  const busy = await run({ delivery: durable, records: paced, isOnline: false, paceMs, perRecord: 10 * points })
  yield measured(
    bar('data.disk-offline-ratio'),
    ratio(batched),
    `${paced} durable records of ${points} points each 10 s, told together each minute (batch: 1m), broker away, a commit each, further apart than ext4 writes its journal; ext4 of 4 KiB blocks on a loop file, sectors of the device's own counter, journal included, over the bytes of the JSON. A commit that comes alone pays ext4's journal for the file's time (12 KiB), however little it writes: without batch it is too much, see “a record each 10 s”`,
    {
      'payload a record': Math.round(batched.payload / batched.records),
      'bytes a record': Math.round(perRecord(batched)),
      'a record each 10 s': ratio(alone).toFixed(2),
      'of 1000 points': ratio(busy).toFixed(2),
      'as fast as they go': ratio(fast).toFixed(3),
    },
  )

  const live = await run({ delivery: bestEffort, records, isOnline: true, paceMs: 0 })
  const liveApart = await run({ delivery: bestEffort, records: short ? 3 : 60, isOnline: true, paceMs })
  const durableFast = await run({ delivery: durable, records, isOnline: true, paceMs: 0 })
  const durableApart = await run({ delivery: durable, records: paced, isOnline: true, paceMs })
  yield measured(
    bar('data.disk-online-mb-day'),
    Math.max(mbPerDay(live), mbPerDay(liveApart)),
    `${points} points each 10 s of a best-effort release (60 s), broker answering with receipts; the worse of ${records} records as fast as they go and of some ${paceMs} ms apart. A durable release is on flash within the second, and pays ext4's journal for each record (see “durable, apart”): for raw values each 10 s that is no delivery for an SD card; with windows of 15 minutes it is ${((perRecord(durableApart) * 96) / 1e6).toFixed(1)} MB a day`,
    {
      'best-effort, fast': mbPerDay(live).toFixed(2),
      'best-effort, apart': mbPerDay(liveApart).toFixed(2),
      'durable, fast': mbPerDay(durableFast).toFixed(2),
      'durable, apart': mbPerDay(durableApart).toFixed(2),
    },
  )
}
