import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GapParcel, Parcel, Portion, RecordParcel } from './parcel.ts'
import { bestEffort, day, durable, Runs, upTo, windowMs } from './testing/runs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const options = () => ({ file: join(folder, 'outbox.db') })

function brief(parcels: readonly Parcel[]): string[] {
  return parcels.map((parcel) =>
    parcel.kind === 'record' ? `${parcel.seq} ${parcel.body}` : `${parcel.from}-${parcel.to} ${parcel.why}`,
  )
}

test('a durable record is there from its commit until the receipt, over any end', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b')
  runs.crash()
  expect(brief(runs.drain())).toEqual(['1 a', '2 b'])
  expect(runs.waiting('bill')).toBe(2)
  runs.lanes.receipt('bill', runs.store.id, 1)
  expect(runs.lanes.streams()).toEqual([{ release: 'bill', last: 2, waiting: 1, receipt: 1 }])
  runs.restart()
  expect(runs.waiting('bill')).toBe(1)
  runs.lanes.replay('bill', runs.store.id, [{ from: 2, to: 2 }])
  expect(brief(runs.drain())).toEqual(['2 b'])
  runs.append('bill', 'c')
  expect(brief(runs.drain())).toEqual(['3 c'])
})

test('a recipient that gives no receipts gets each record once, over restarts too', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b')
  runs.drain()
  runs.lanes.disconnected()
  expect(runs.lanes.take(upTo(10))).toEqual([])
  runs.tick(5_000)
  runs.crash()
  expect(runs.lanes.take(upTo(10))).toEqual([])
  expect(runs.waiting('bill')).toBe(2)
})

test('what was under way when the connection was lost comes again, with the same numbers', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b', 'c')
  const [a, b] = runs.lanes.take(upTo(2))
  runs.lanes.sent(b!.ticket, 100, day)
  runs.lanes.disconnected()
  expect(brief(runs.lanes.take(upTo(10)))).toEqual(['1 a', '3 c'])
  runs.lanes.sent(a!.ticket, 100, day)
  runs.lanes.disconnected()
  expect(brief(runs.lanes.take(upTo(10)))).toEqual(['1 a', '3 c'])
})

test('what the broker acknowledged goes out again only when the recipient asks: not with each connection or start', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b', 'c', 'd')
  runs.drain()
  runs.append('bill', 'e')
  runs.lanes.take(upTo(1))
  runs.lanes.receipt('bill', runs.store.id, 1)
  for (const lostAgain of [1, 2, 3]) {
    runs.lanes.disconnected()
    expect(brief(runs.lanes.take(upTo(10))), `connection ${lostAgain}`).toEqual(['5 e'])
  }
  runs.restart()
  expect(brief(runs.drain())).toEqual(['5 e'])
  runs.lanes.replay('bill', runs.store.id, [{ from: 2, to: 3 }])
  expect(brief(runs.drain())).toEqual(['2 b', '3 c'])
})

test('what is put back keeps its place', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b', 'c')
  const [a, b] = runs.lanes.take(upTo(2))
  runs.lanes.putBack([a!.ticket, b!.ticket])
  expect(brief(runs.lanes.take(upTo(10)))).toEqual(['1 a', '2 b', '3 c'])
})

test('a release of which nothing is wanted now leaves its turn to others, live and historical apart', () => {
  const runs = new Runs(options(), { alarms: durable, bill: durable })
  runs.priorities.set('alarms', 'urgent')
  runs.restart()
  runs.append('alarms', 'old alarm')
  runs.append('bill', 'old bill')
  runs.lanes.putBack(runs.lanes.take(upTo(10)).map(({ ticket }) => ticket))
  runs.append('alarms', 'alarm')
  runs.append('bill', 'bill')
  const but = (except: Partial<Portion>) => {
    const taken = runs.lanes.take({ ...upTo(10), ...except })
    runs.lanes.putBack(taken.map(({ ticket }) => ticket))
    return brief(taken)
  }
  expect(but({})).toEqual(['2 alarm', '2 bill', '1 old alarm', '1 old bill'])
  expect(but({ except: ['alarms'] })).toEqual(['2 bill', '1 old alarm', '1 old bill'])
  expect(but({ exceptHistorical: ['alarms'] })).toEqual(['2 alarm', '2 bill', '1 old bill'])
})

test('receipts for other outboxes, backwards or absurd change nothing', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b', 'c')
  runs.lanes.receipt('bill', runs.store.id, 2)
  const before = runs.lanes.streams()
  runs.lanes.receipt('bill', 'ffffffffffffffff', 3)
  for (const upto of [1, 0, -1, 2.5, NaN, Infinity])
    expect(runs.lanes.receipt('bill', runs.store.id, upto)).toBe('taken')
  runs.lanes.receipt('unknown', runs.store.id, 1)
  expect(runs.lanes.streams()).toEqual(before)
})

test('a receipt for more than was given is from before a copy was put back: what is kept begins anew, under a new id', () => {
  const runs = new Runs(options(), { bill: durable, log: durable, live: bestEffort })
  runs.append('bill', 'a', 'b', 'c', 'd')
  runs.append('log', 'k')
  runs.append('live', 'x', 'y')
  runs.drain()
  runs.lanes.receipt('bill', runs.store.id, 2)
  runs.append('live', 'z')
  const [under] = runs.lanes.take(upTo(1))
  const { id } = runs.store
  expect(runs.lanes.receipt('bill', id, 5)).toBe('rolled-back')
  expect(runs.store.id).toBe(id)

  runs.lanes.renumber(runs.nowMs)
  expect(runs.store.id).not.toBe(id)
  runs.lanes.sent(under!.ticket, 100, day)
  runs.lanes.putBack([under!.ticket])
  runs.crash()
  runs.append('bill', 'e')
  const all = runs.drain()
  expect(brief(all).sort()).toEqual(['1 c', '1 k', '1 z', '2 d', '3 e'])
  expect(all.every(({ outbox }) => outbox === runs.store.id)).toBe(true)
  expect(runs.lanes.receipt('bill', id, 9)).toBe('taken')
  runs.lanes.receipt('bill', runs.store.id, 3)
  expect(runs.lanes.streams()).toMatchObject([{ last: 3, waiting: 0 }, { last: 1 }, { last: 1, waiting: 0 }])
})

test('a replay brings what is held, and says why the rest does not come', () => {
  const runs = new Runs(options(), { bill: durable, live: bestEffort })
  runs.append('bill', 'a', 'b', 'c')
  runs.append('live', 'x', 'y')
  runs.drain()
  runs.lanes.receipt('bill', runs.store.id, 1)
  const { id } = runs.store
  runs.lanes.replay('bill', id, [
    { from: 1, to: 2 },
    { from: 3, to: 1_000 },
  ])
  runs.lanes.replay('live', id, [{ from: 1, to: 2 }])
  expect(brief(runs.drain()).sort()).toEqual(['1-1 receipted', '1-2 expired', '2 b', '3 c'])
  runs.lanes.replay('bill', 'ffffffffffffffff', [{ from: 1, to: 3 }])
  expect(runs.lanes.take(upTo(10))).toEqual([])
})

test('a replay of what is under way, or of no numbers, changes nothing', () => {
  const runs = new Runs(options(), { live: bestEffort })
  runs.append('live', 'x')
  runs.lanes.receipt('live', runs.store.id, 0)
  const [x] = runs.lanes.take(upTo(1))
  runs.lanes.replay('live', runs.store.id, [
    { from: 1, to: 1 },
    { from: NaN, to: 1 },
    { from: 1, to: 0.5 },
    { from: 5, to: 9 },
  ])
  expect(runs.lanes.take(upTo(1))).toEqual([])
  runs.lanes.sent(x!.ticket, 100, day)
  runs.lanes.disconnected()
  expect(runs.lanes.take(upTo(1))).toEqual([])
})

test('best-effort records cost no write while the broker answers', () => {
  const runs = new Runs(options(), { live: bestEffort })
  runs.append('live', 'a')
  runs.drain()
  runs.tick(5_000)
  const writes = countWrites(runs)
  for (let n = 0; n < 100; n++) {
    runs.append('live', String(n))
    runs.drain()
  }
  expect(writes()).toBe(0)
  expect(runs.waiting('live')).toBe(0)
})

test('a power cut loses best-effort records of the last window only, and says which numbers', () => {
  const runs = new Runs(options(), { live: bestEffort })
  runs.append('live', 'old')
  runs.tick(windowMs)
  runs.append('live', 'young')
  runs.crash()
  const [old, gap, ...none] = runs.drain()
  expect(none).toEqual([])
  expect(old).toMatchObject({ kind: 'record', seq: 1, boot: 1, body: 'old' })
  expect(gap).toMatchObject({ kind: 'gap', from: 2, why: 'power-cut', boot: 2 })
  const { to } = gap as GapParcel
  runs.append('live', 'next')
  expect(brief(runs.drain())).toEqual([`${to + 1} next`])
  runs.lanes.replay('live', runs.store.id, [{ from: 1, to: to + 1 }])
  expect(brief(runs.drain())).toEqual(['1-1 expired', `2-${to} power-cut`, `${to + 1}-${to + 1} expired`])
})

test('unsent records are spilled once a window', () => {
  const runs = new Runs(options(), { live: bestEffort })
  const writes = countWrites(runs)
  for (let n = 0; n < 10 * windowMs; n += 500) {
    runs.append('live', String(n))
    runs.tick(500)
  }
  // Each spill is followed by one lazy write at most.
  expect(writes()).toBeLessThanOrEqual(2 * 12)
  expect(runs.waiting('live')).toBe(200)
  expect(runs.drain()).toHaveLength(200)
})

test('an orderly end loses nothing and skips no number', () => {
  const runs = new Runs(options(), { live: bestEffort })
  runs.append('live', 'a', 'b', 'c')
  const [a, b] = runs.lanes.take(upTo(2))
  runs.lanes.sent(b!.ticket, 100, day)
  runs.restart()
  expect(brief(runs.drain())).toEqual([`1 ${(a as RecordParcel).body}`, '3 c'])
  runs.append('live', 'd')
  expect(brief(runs.drain())).toEqual(['4 d'])
})

test('a burst of best-effort records does not fill the memory', () => {
  const runs = new Runs(options(), { live: bestEffort })
  const writes = countWrites(runs)
  for (let n = 0; n < 10_000; n += 100) runs.append('live', ...Array.from({ length: 100 }, (_, i) => String(n + i)))
  expect(writes()).toBeGreaterThanOrEqual(2)
  expect(runs.drain().map((parcel) => (parcel as RecordParcel).body)).toEqual(
    Array.from({ length: 10_000 }, (_, i) => String(i)),
  )
})

test('a release that the site no longer names, or names otherwise, loses nothing that waits', () => {
  const runs = new Runs(options(), { bill: durable, audit: durable })
  runs.append('bill', 'a')
  runs.append('audit', 'z')
  runs.restart({ audit: bestEffort })
  runs.append('audit', 'y')
  runs.restart({ audit: durable })
  runs.append('audit', 'x')
  runs.crash({})
  expect(brief(runs.drain()).sort()).toEqual(['1 a', '1 z', '2 y', '3 x'])
  expect(runs.waiting('audit')).toBe(2)
})

test('releases take turns, so that a backlog starves nobody', () => {
  const runs = new Runs(options(), { bill: durable, live: bestEffort })
  runs.append('bill', ...Array.from({ length: 100 }, (_, n) => String(n)))
  runs.append('live', 'x', 'y')
  expect(brief(runs.lanes.take(upTo(4)))).toEqual(['1 0', '1 x', '2 1', '2 y'])
  expect(brief(runs.lanes.take(upTo(2)))).toEqual(['3 2', '4 3'])
  runs.append('live', 'z')
  expect(brief(runs.lanes.take(upTo(2)))).toContain('3 z')
})

test('the ledger counts what the broker acknowledged, by release and day', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b', 'c')
  const [a, b, c] = runs.lanes.take(upTo(3))
  runs.lanes.sent(a!.ticket, 100, day)
  runs.lanes.sent(a!.ticket, 100, day)
  runs.lanes.count('meta', 900, day)
  runs.tick(5_000)
  runs.lanes.sent(b!.ticket, 50, day)
  runs.lanes.sent(c!.ticket, 60, '2026-12-22')
  const expected = [
    { day, release: 'bill', messages: 2, bytes: 150 },
    { day, release: 'meta', messages: 1, bytes: 900 },
    { day: '2026-12-22', release: 'bill', messages: 1, bytes: 60 },
  ]
  expect(runs.lanes.ledger()).toEqual(expected)
  runs.restart()
  expect(runs.lanes.ledger()).toEqual(expected)
})

test('how long the room will do is told at the rate of this run, and not before there is one', () => {
  const runs = new Runs({ ...options(), bounds: { telemetry: 2 ** 28, events: 2 ** 25, floor: 0 } }, { bill: durable })
  runs.append('bill', '{}')
  expect(runs.lanes.room(runs.nowMs)).not.toHaveProperty('days')
  for (let n = 0; n < 200; n++) {
    runs.append('bill', String(n))
    runs.tick(10_000)
  }
  // A sector each 10 s.
  const { bytesPerDay = 0, days = 0, telemetryBytes } = runs.lanes.room(runs.nowMs)
  expect(bytesPerDay).toBeGreaterThan(0.9 * 8_640 * 512)
  expect(bytesPerDay).toBeLessThan(1.2 * 8_640 * 512)
  expect(days).toBeCloseTo(2 ** 28 / bytesPerDay)
  expect(telemetryBytes).toBe(2 ** 20)
})

/** Counts commits from now on. */
function countWrites(runs: Runs): () => number {
  const { store } = runs
  const real = store.transaction.bind(store)
  let count = 0
  store.transaction = (work) => {
    count++
    return real(work)
  }
  return () => count
}

test('what was made while nobody was connected is historical, and goes behind what is new', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.append('bill', 'a', 'b', 'c')
  expect(runs.lanes.take({ most: 10, historical: 0 })).toEqual([])
  runs.append('bill', 'd', 'e')
  const [first, second, third] = runs.lanes.take({ most: 3, historical: 10 })
  expect(brief([first!, second!, third!])).toEqual(['4 d', '5 e', '1 a'])
  expect([first, second, third].map((parcel) => parcel?.historical)).toEqual([undefined, undefined, true])
  expect(brief(runs.lanes.take({ most: 10, historical: 1 }))).toEqual(['2 b'])
  expect(brief(runs.lanes.take({ most: 10, historical: 0 }))).toEqual([])
})

test('what a recipient asks for again is historical, and what is put back stays what it was', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.lanes.take(upTo(1))
  runs.append('bill', 'a', 'b')
  const [a, b] = runs.lanes.take({ most: 10, historical: 0 })
  runs.lanes.sent(a!.ticket, 100, day)
  runs.lanes.putBack([b!.ticket])
  expect(runs.lanes.take({ most: 10, historical: 0 })).toMatchObject([{ body: 'b' }])
  runs.lanes.replay('bill', runs.store.id, [{ from: 1, to: 2 }])
  expect(runs.lanes.take(upTo(10))).toMatchObject([{ seq: 1, historical: true }])
})

test('what was under way when the connection was lost, and what came since, is historical', () => {
  const runs = new Runs(options(), { bill: durable })
  runs.lanes.take(upTo(1))
  runs.append('bill', 'a')
  runs.lanes.take(upTo(1))
  runs.lanes.disconnected()
  runs.append('bill', 'b')
  runs.lanes.take({ most: 1, historical: 0 })
  runs.append('bill', 'c')
  expect(brief(runs.lanes.take(upTo(10)))).toEqual(['3 c', '1 a', '2 b'])
})

test('urgent releases go before others, live before historical', () => {
  const runs = new Runs(options(), { a: durable, b: durable, c: durable })
  runs.priorities.set('b', 'urgent')
  runs.priorities.set('a', 'low')
  runs.restart()
  for (const release of ['a', 'b', 'c']) runs.append(release, `old ${release}`)
  runs.lanes.take({ most: 1, historical: 0 })
  for (const release of ['a', 'b', 'c']) runs.append(release, `new ${release} 1`, `new ${release} 2`)
  expect(brief(runs.lanes.take(upTo(20))).map((each) => each.slice(2))).toEqual([
    ...['new b 1', 'new b 2', 'new c 1', 'new c 2', 'new a 1', 'new a 2', 'old b', 'old c', 'old a'],
  ])
})

test('a best-effort release costs no write for minutes, while the broker answers', () => {
  const runs = new Runs(options(), { live: bestEffort })
  runs.append('live', 'a')
  runs.drain()
  runs.tick(600_000)
  const writes = countWrites(runs)
  for (let n = 0; n < 59; n++) {
    runs.append('live', String(n))
    runs.drain()
    runs.tick(10_000)
  }
  expect(writes()).toBe(0)
})
