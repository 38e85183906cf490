/** Power cuts, a full disk, and a disk that stalls. FANAL_CUTS: how many cuts (1000, in a minute or so); FANAL_SEED: repeats a run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { systemClock } from '../clock.ts'
import type { Delivery } from '../disclosure/policy.ts'
import { dice } from '../testing/cut-disk.ts'
import { slowFsync } from '../testing/slow-fsync.ts'
import { openOutbox, OutboxError, type Outbox } from './outbox.ts'
import { cutOften, mostStartMs, noTally } from './testing/cuts.ts'
import { LoopDisk } from './testing/loop-disk.ts'
import { record, valueOf } from './testing/records.ts'
import { upTo } from './testing/runs.ts'

const cuts = Number(process.env['FANAL_CUTS'] ?? 1_000)
const seed = Number(process.env['FANAL_SEED'] ?? Math.floor(performance.timeOrigin) % 2 ** 31)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-system-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test(
  `${String(cuts)} power cuts lose nothing durable, and no number is used twice`,
  { timeout: 60_000 + cuts * 2_000 },
  async () => {
    const tally = noTally()
    console.log(`seed ${seed}`)
    // A new disk now and then, so that young files are cut too.
    for (let left = cuts; left > 0; left -= 100)
      await cutOften({ folder, count: Math.min(left, 100), settleEvery: 10, seed: seed + left }, tally)
    console.log(JSON.stringify(tally))
    expect(tally.cuts).toBe(cuts)
    expect(tally.steps).toBeGreaterThan(cuts)
    expect(tally.slowestStartMs).toBeLessThan(mostStartMs)
  },
)

test('without syncing, the same cuts fail the same checks', { timeout: 120_000 }, async () => {
  const tally = noTally()
  const seen: unknown = await cutOften({ folder, count: 50, settleEvery: 1, seed, synchronous: 'OFF' }, tally).catch(
    (error: unknown) => error,
  )
  expect(seen).toMatchObject({ name: 'AssertionError' })
  console.log(`seed ${seed}, synchronous=OFF, after ${tally.cuts} cuts: ${String(seen)}`)
})

test('power cuts of the outbox in its thread', { timeout: 300_000 }, async () => {
  const roll = dice(seed)
  const count = Math.ceil(cuts / 10)
  using disk = new LoopDisk(folder, 64)
  const file = join(disk.mount, 'outbox.db')
  const deliveries = new Map<string, Delivery>([['bill', { kind: 'durable' }]])
  const never = new AbortController().signal
  const held = new Map<number, string>()
  const promised = new Set<number>()
  const codes = new Set<unknown>()
  let made = 0
  let slowestStartMs = 0

  const receiveAll = async (outbox: Outbox) => {
    for (let [stream] = await outbox.streams(); stream && held.size < stream.last;) {
      for (const parcel of await outbox.take(upTo(50), never)) {
        if (parcel.kind === 'gap') throw new Error('a gap in a durable release')
        expect(held.get(parcel.seq) ?? parcel.body, `number ${parcel.seq} given twice`).toBe(parcel.body)
        held.set(parcel.seq, parcel.body)
        outbox.sent(parcel.ticket, parcel.body.length)
      }
    }
    outbox.receipt('bill', outbox.id, held.size)
  }

  for (let cut = 1; cut <= count; cut++) {
    const began = systemClock.monotonicMs()
    const outbox = await openOutbox({ file, deliveries, clock: systemClock })
    slowestStartMs = Math.max(slowestStartMs, systemClock.monotonicMs() - began)
    expect(outbox).toMatchObject({ recovered: undefined })
    await receiveAll(outbox)

    const cutting = disk.cutAfter(roll(0, 60))
    const appends: Promise<unknown>[] = []
    const failures: unknown[] = []
    while (failures.length === 0) {
      const values = Array.from({ length: roll(1, 3) }, () => ++made)
      const appending = outbox.append(values.map((value) => record('bill', value)))
      appends.push(
        appending.then(
          () => disk.hasPower && values.forEach((value) => promised.add(value)),
          (error: unknown) => void failures.push(error),
        ),
      )
      if (roll(0, 3) === 0) await appending.catch(() => undefined)
      else await systemClock.sleep(0)
    }
    await cutting
    await Promise.all(appends)
    await Promise.resolve(outbox[Symbol.asyncDispose]()).catch((error: unknown) => failures.push(error))
    for (const failure of failures) codes.add(failure instanceof OutboxError ? failure.code : failure)
    disk.remount()
  }

  await using outbox = await openOutbox({ file, deliveries, clock: systemClock })
  await receiveAll(outbox)
  const arrived = [...held.values()].map(valueOf)
  const lost = [...promised].filter((value) => !arrived.includes(value))
  console.log(JSON.stringify({ seed, cuts: count, made, promised: promised.size, lost: lost.length, slowestStartMs }))
  // SQLite calls a file that cannot be read malformed.
  expect([...codes].sort()).toEqual(['OUTBOX_DAMAGED', 'OUTBOX_IO'])
  expect(lost).toEqual([])
  expect(new Set(arrived).size).toBe(arrived.length)
  expect(promised.size).toBeGreaterThan(count)
  expect(slowestStartMs).toBeLessThan(mostStartMs)
})

test('a full disk refuses with its code, takes nothing by halves, and goes on when there is room again', async () => {
  using disk = new LoopDisk(folder, 4)
  const ballast = join(disk.mount, 'ballast')
  const clock = fakeClock()
  const troubles: string[] = []
  await using outbox = await openOutbox({
    file: join(disk.mount, 'outbox.db'),
    deliveries: new Map<string, Delivery>([
      ['bill', { kind: 'durable' }],
      ['live', { kind: 'best-effort', windowMs: 10_000 }],
    ]),
    clock,
    onTrouble: ({ code }) => troubles.push(code),
  })
  const live = Array.from({ length: 2_000 }, (_, value) => value)
  await outbox.append([record('bill', 0), ...live.map((value) => record('live', value))])
  expect(() => writeFileSync(ballast, Buffer.alloc(8 * 2 ** 20))).toThrow(/ENOSPC/)

  const accepted = [0]
  const codes = new Set<unknown>()
  for (let value = 1; value <= 1_000; value++) {
    await outbox.append([record('bill', value)]).then(
      () => accepted.push(value),
      (error: unknown) => codes.add(error instanceof OutboxError ? error.code : error),
    )
  }
  expect([...codes]).toEqual(['OUTBOX_FULL'])
  await clock.advance(10_000)
  await outbox.streams()
  expect(troubles).toContain('OUTBOX_FULL')

  rmSync(ballast)
  await outbox.append([record('bill', 3_000)])
  const never = new AbortController().signal
  const parcels = await outbox.take(upTo(5_000), never)
  const bills = parcels.filter(({ release }) => release === 'bill')
  expect(bills.map((parcel) => parcel.kind === 'record' && valueOf(parcel.body))).toEqual([...accepted, 3_000])
  expect(bills.map((parcel) => parcel.kind === 'record' && parcel.seq)).toEqual(bills.map((_, index) => index + 1))
  expect(parcels).toHaveLength(bills.length + live.length)
})

test('a disk that stalls for 2 s delays nobody but those who wait for it', async () => {
  const stallMs = 2_000
  const disk = slowFsync(folder, stallMs)
  const script = join(import.meta.dirname, 'testing/steady.ts')
  const child = spawn(process.execPath, [script, join(folder, 'outbox.db')], {
    env: { ...process.env, ...disk.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  expect(await lines.next()).toMatchObject({ value: 'ready' })
  disk.stall()
  await vi.waitFor(() => expect(disk.stalls().workers).toBeGreaterThan(0), { timeout: 30_000, interval: 20 })
  disk.relent()
  const { value: report } = (await lines.next()) as { value: string }
  expect(await ended).toEqual([0, null])
  console.log(report)
  const { appended, slowestAppendMs, worstDelayMs } = JSON.parse(report) as Record<string, number>
  expect(appended).toBe(60)
  expect(slowestAppendMs).toBeGreaterThan(0.75 * stallMs)
  expect(worstDelayMs).toBeLessThan(stallMs / 4)
  expect(disk.stalls().main).toBe(0)
})
