/** Too much waits for the disk: what goes, in which order, and that all of it is told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Delivery } from '../disclosure/policy.ts'
import type { Made } from './lane.ts'
import { Lanes } from './lanes.ts'
import type { Parcel } from './parcel.ts'
import { Store } from './store.ts'
import { day, durable, Runs, upTo } from './testing/runs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-relief-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const segmentBytes = 8 * 1024
let files = 0

function open(telemetry: number, events: number, deliveries: Record<string, Delivery>): Runs {
  const file = join(folder, `${++files}.db`)
  return new Runs(
    {
      file,
      segmentBytes,
      synchronous: 'OFF',
      bounds: { telemetry: telemetry * segmentBytes, events: events * segmentBytes, floor: 0 },
    },
    deliveries,
  )
}

/** Of a meter, the so-manieth second. */
const reading = (n: number, of = 'meter.power'): string =>
  JSON.stringify({ t0: n * 1_000, t1: (n + 1) * 1_000, p: { [of]: [[0, n]] } })
const alarm = (n: number): string =>
  JSON.stringify({ t0: n * 1_000, t1: n * 1_000, a: [[0, `lamp-out-${n}`, 'raised']] })

function write(runs: Runs, release: string, body: string, event = false): void {
  const made: Made = { release, body, ...(event ? { event: true as const } : {}) }
  runs.lanes.write([made], runs.nowMs)
}

/**
 * Of each release what was told of each number, in the order in which it came. `restarts`: what went live ahead of what waited
 * may come again after a start, as the same record, or be told as gone: the recipient has it.
 */
function told(parcels: readonly Parcel[], release: string, restarts = false): Map<number, string> {
  const all = new Map<number, string>()
  for (const parcel of parcels) {
    if (parcel.release !== release) continue
    const [from, to] = parcel.kind === 'gap' ? [parcel.from, parcel.to] : [parcel.seq, parcel.seq]
    for (let seq = from; seq <= to; seq++) {
      const what = parcel.kind === 'gap' ? parcel.why : parcel.body
      const before = all.get(seq)
      if (before === undefined) all.set(seq, what)
      else {
        expect(restarts, `${release} ${seq} is told twice`).toBe(true)
        if (parcel.kind === 'record') expect(what, `${release} ${seq} is told otherwise`).toBe(before)
      }
    }
  }
  return all
}

const bytesUsed = (runs: Runs) => runs.store.log.bytes / segmentBytes
const count = (all: Map<number, string>, what: string) => [...all.values()].filter((each) => each === what).length

test('before anything is lost, records lie together in larger blocks', () => {
  const runs = open(4, 4, { bill: durable })
  for (let n = 1; n <= 200; n++) write(runs, 'bill', reading(n))
  expect(bytesUsed(runs)).toBeLessThanOrEqual(6)
  const all = told(runs.drain(), 'bill')
  expect([...all.values()]).toEqual(Array.from({ length: 200 }, (_, n) => reading(n + 1)))
})

test('old telemetry is told more coarsely before it goes, and what is coarse says when it was', () => {
  const runs = open(4, 4, { bill: durable })
  const count = 4_000
  for (let n = 1; n <= count; n++) write(runs, 'bill', reading(n))
  expect(bytesUsed(runs)).toBeLessThanOrEqual(6)
  const all = told(runs.drain(), 'bill')
  expect([...all.keys()]).toEqual(Array.from({ length: count }, (_, n) => n + 1))
  const kinds = [...all.values()]
  expect(kinds).toContain('thinned')
  const bodies = kinds.filter((each) => each.startsWith('{'))
  for (const body of bodies) {
    const { t0, p } = JSON.parse(body) as { t0: number; p: Record<string, [number, number, number][]> }
    for (const [offset, value] of p['meter.power'] ?? []) expect(t0 + offset).toBe(value * 1_000)
  }
  expect(bodies.at(-1)).toBe(reading(count))
  expect(runs.waiting('bill')).toBe(bodies.length)
})

test('aggregates are never merged: they go, the oldest first, and are told', () => {
  const runs = open(4, 4, { bill: durable })
  for (let n = 1; n <= 3_000; n++) write(runs, 'bill', reading(n * 7_919, 'meter.power.mean'))
  const all = told(runs.drain(), 'bill')
  expect(all.size).toBe(3_000)
  expect(count(all, 'thinned')).toBe(0)
  const gone = [...all].filter(([, each]) => each === 'evicted').map(([seq]) => seq)
  expect(gone.length).toBeGreaterThan(0)
  expect(Math.min(...gone)).toBe(1)
  expect(all.get(3_000)).toBe(reading(3_000 * 7_919, 'meter.power.mean'))
})

test('who is less urgent goes first', () => {
  const runs = open(6, 4, { bill: durable, counts: durable })
  runs.priorities.set('counts', 'low')
  runs.priorities.set('bill', 'urgent')
  runs.restart()
  for (let n = 1; n <= 1_500; n++) {
    write(runs, 'bill', reading(n * 7_919, 'meter.power.mean'))
    write(runs, 'counts', reading(n * 7_919, 'radar.count.sum'))
  }
  const parcels = runs.drain()
  expect(count(told(parcels, 'counts'), 'evicted')).toBeGreaterThan(count(told(parcels, 'bill'), 'evicted'))
})

test('no telemetry takes the place of an event, however much there is of it', () => {
  const runs = open(4, 8, { bill: durable, alarms: durable })
  for (let n = 1; n <= 3_000; n++) {
    write(runs, 'bill', reading(n * 7_919, 'meter.power.mean'))
    if (n % 30 === 0) write(runs, 'alarms', alarm(n), true)
  }
  const all = told(runs.drain(), 'alarms')
  expect([...all.values()]).toEqual(Array.from({ length: 100 }, (_, n) => alarm(30 * (n + 1))))
})

test('events that are too much by themselves go, the oldest first, and no telemetry for them', () => {
  const runs = open(20, 3, { bill: durable, alarms: durable })
  for (let n = 1; n <= 100; n++) write(runs, 'bill', reading(n))
  for (let n = 1; n <= 3_000; n++) write(runs, 'alarms', alarm(n * 7_919), true)
  const parcels = runs.drain()
  const all = told(parcels, 'alarms')
  expect(count(all, 'evicted')).toBeGreaterThan(0)
  expect(all.get(3_000)).toBe(alarm(3_000 * 7_919))
  expect(count(told(parcels, 'bill'), 'evicted')).toBe(0)
})

test('what the broker has, of a recipient that never confirms, goes first and silently; who asks is told', () => {
  const runs = open(4, 4, { bill: durable })
  for (let n = 1; n <= 3_000; n++) {
    write(runs, 'bill', reading(n * 7_919, 'meter.power.mean'))
    for (const { ticket } of runs.lanes.take(upTo(10))) runs.lanes.sent(ticket, 100, day)
  }
  for (let n = 3_001; n <= 3_300; n++) write(runs, 'bill', reading(n * 7_919, 'meter.power.mean'))
  const all = told(runs.drain(), 'bill')
  expect([...all.keys()]).toEqual(Array.from({ length: 300 }, (_, n) => 3_001 + n))
  expect(count(all, 'evicted')).toBe(0)
  runs.lanes.replay('bill', runs.store.id, [{ from: 1, to: 1 }])
  expect(runs.drain()).toMatchObject([{ kind: 'gap', from: 1, to: 1, why: 'evicted' }])
})

test(
  'over restarts and cuts, every number is a record or told, never otherwise than before, and the log stays within its bounds',
  { timeout: 120_000 },
  () => {
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ does: fc.constant('write' as const), records: fc.integer({ min: 1, max: 300 }) }),
      },
      { weight: 2, arbitrary: fc.constant({ does: 'alarm' as const }) },
      { weight: 1, arbitrary: fc.constantFrom({ does: 'crash' as const }, { does: 'restart' as const }) },
      {
        weight: 2,
        arbitrary: fc.record({ does: fc.constant('send' as const), most: fc.integer({ min: 1, max: 40 }) }),
      },
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => {
        const runs = open(3, 3, { bill: durable, alarms: durable })
        const parcels: Parcel[] = []
        let [readings, alarms] = [0, 0]
        for (const each of steps) {
          if (each.does === 'write') for (let n = 0; n < each.records; n++) write(runs, 'bill', reading(++readings))
          else if (each.does === 'alarm') write(runs, 'alarms', alarm(++alarms), true)
          else if (each.does === 'send') {
            const taken = runs.lanes.take({ most: each.most, historical: each.most })
            for (const { ticket } of taken) runs.lanes.sent(ticket, 100, day)
            parcels.push(...taken)
            runs.tick(6_000)
          } else if (each.does === 'crash') runs.crash()
          else runs.restart()
          expect(bytesUsed(runs)).toBeLessThanOrEqual(3 + 3 + 3)
        }
        parcels.push(...runs.drain())
        expect([...told(parcels, 'bill', true).keys()].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: readings }, (_, n) => n + 1),
        )
        const ofAlarms = [...told(parcels, 'alarms', true)].toSorted(([a], [b]) => a - b)
        expect(ofAlarms.map(([, what]) => what)).toEqual(Array.from({ length: alarms }, (_, n) => alarm(n + 1)))
        runs.store[Symbol.dispose]()
      }),
      { numRuns: Number(process.env['FANAL_MODEL_RUNS'] ?? 30) },
    )
  },
)

test('what a receipt that is not yet written covers makes room before anything else does', () => {
  const filled = (counts: number) => {
    const runs = open(4, 4, { bill: durable, counts: durable })
    runs.priorities.set('bill', 'urgent')
    runs.priorities.set('counts', 'low')
    runs.restart()
    for (let n = 1; n <= 300; n++) write(runs, 'bill', reading(n * 7_919, 'meter.power.mean'))
    for (let n = 1; n <= counts; n++) write(runs, 'counts', reading(n * 7_919, 'radar.count.sum'))
    return runs
  }
  const full = filled(0)
  const isLost = () => full.store.streams().some(({ id }) => full.store.lost(id).length > 0)
  let most = 0
  while (!isLost() && most < 2_000) write(full, 'counts', reading(++most * 7_919, 'radar.count.sum'))
  expect(isLost()).toBe(true)

  const runs = filled(most - 1)
  runs.lanes.receipt('bill', runs.store.id, 300)
  write(runs, 'counts', reading(most * 7_919, 'radar.count.sum'))
  const all = told(runs.drain(), 'counts')
  expect([...all.values()]).toEqual(Array.from({ length: most }, (_, n) => reading((n + 1) * 7_919, 'radar.count.sum')))
})

test('what goes when its receipt has come, but is not yet written, is not counted twice: what waits behind it still goes out', () => {
  using store = Store.open({ file: join(folder, 'receipted.db'), synchronous: 'OFF' })
  let isShort = false
  const lanes = new Lanes({
    ...{ store, deliveries: new Map([['bill', durable]]), priorities: new Map(), tickMs: 1_000 },
    relief: {
      run: (all) => {
        for (const lane of isShort ? all.values() : []) {
          const settle = store.transaction(() => lane.lose({ from: 1, to: 5, why: 'evicted' }))
          settle()
        }
      },
    },
  })
  const write = (...records: number[]) =>
    lanes.write(
      records.map((n) => ({ release: 'bill', body: reading(n) })),
      0,
    )
  write(1, 2, 3, 4, 5, 6, 7, 8)
  lanes.receipt('bill', store.id, 5)
  isShort = true
  write(9)
  expect(lanes.streams()).toMatchObject([{ waiting: 4 }])
  expect(lanes.take(upTo(10))).toMatchObject([{ seq: 6 }, { seq: 7 }, { seq: 8 }, { seq: 9 }])
})
