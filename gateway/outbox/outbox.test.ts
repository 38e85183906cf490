import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DiskThread } from '../disk-thread.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import type { Delivery } from '../disclosure/policy.ts'
import type { Channel } from './correspondence.ts'
import { openOutbox, openOver, type Outbox, type OutboxOptions } from './outbox.ts'
import type { Parcel } from './parcel.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import { serve } from './serve.ts'
import { record } from './testing/records.ts'
import { upTo } from './testing/runs.ts'

const deliveries = new Map<string, Delivery>([
  ['bill', { kind: 'durable' }],
  ['live', { kind: 'best-effort', windowMs: 10_000 }],
])
const never = new AbortController().signal

let folder: string
let clock: FakeClock
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'))
  clock = fakeClock()
})
afterEach(() => rmSync(folder, { recursive: true }))

const options = (extra: Partial<OutboxOptions> = {}): OutboxOptions => ({
  file: join(folder, 'outbox.db'),
  deliveries,
  clock,
  ...extra,
})

/** The same promises, whichever thread serves. */
function outboxSuite(name: string, open: (options: OutboxOptions) => Promise<Outbox>): void {
  describe(name, () => {
    test('what is appended is taken, each release in its order', async () => {
      await using outbox = await open(options())
      await outbox.append([record('bill', 1), record('live', 2), record('bill', 3)])
      const parcels = await outbox.take(upTo(10), never)
      expect(parcels).toMatchObject([
        { kind: 'record', release: 'bill', seq: 1, boot: 1 },
        { kind: 'record', release: 'live', seq: 1, boot: 1 },
        { kind: 'record', release: 'bill', seq: 2, boot: 1 },
      ])
      expect(values(parcels)).toEqual([1, 2, 3])
    })

    test('take waits until there is something', async () => {
      await using outbox = await open(options())
      const taking = outbox.take(upTo(10), never)
      const second = outbox.take(upTo(10), never)
      await outbox.append([record('bill', 1)])
      expect(values(await taking)).toEqual([1])
      await outbox.append([record('bill', 2)])
      expect(values(await second)).toEqual([2])
    })

    test('a take that is given up takes nothing away', async () => {
      await using outbox = await open(options())
      const abort = new AbortController()
      const taking = outbox.take(upTo(10), abort.signal)
      const appending = outbox.append([record('bill', 1)])
      abort.abort(new Error('gone'))
      await expect(taking).rejects.toThrow('gone')
      await expect(outbox.take(upTo(1), abort.signal)).rejects.toThrow('gone')
      await appending
      expect(values(await outbox.take(upTo(10), never))).toEqual([1])
    })

    test('a take that is given up while it waits makes room for the next', async () => {
      await using outbox = await open(options())
      const abort = new AbortController()
      const taking = outbox.take(upTo(10), abort.signal)
      await outbox.streams()
      abort.abort(new Error('gone'))
      await expect(taking).rejects.toThrow('gone')
      await outbox.append([record('bill', 1)])
      expect(values(await outbox.take(upTo(10), never))).toEqual([1])
    })

    test('a take that excepts a release waits for the others; given up, it leaves what it excepted', async () => {
      await using outbox = await open(options())
      await outbox.append([record('bill', 1)])
      const abort = new AbortController()
      const others = { ...upTo(10), except: ['bill'], exceptHistorical: ['bill'] }
      const first = outbox.take(others, never)
      await outbox.append([record('live', 2)])
      expect(values(await first)).toEqual([2])
      const second = outbox.take(others, abort.signal)
      await outbox.streams()
      abort.abort(new Error('looks again'))
      await expect(second).rejects.toThrow('looks again')
      expect(values(await outbox.take(upTo(10), never))).toEqual([1])
    })

    test('a restart goes on: id, numbers, what was not sent', async () => {
      const first = await open(options())
      await first.append([record('bill', 1), record('live', 2)])
      await first[Symbol.asyncDispose]()
      await using second = await open(options())
      expect(second).toMatchObject({ id: first.id, boot: 2, recovered: undefined })
      expect(values(await second.take(upTo(10), never))).toEqual([1, 2])
      await second.append([record('bill', 3)])
      expect(await second.take(upTo(10), never)).toMatchObject([{ seq: 2, boot: 2 }])
    })

    test('sent, receipt, replay, disconnected and announced reach the store', async () => {
      await using outbox = await open(options())
      await outbox.append([1, 2, 3].map((value) => record('bill', value)))
      for (const { ticket } of await outbox.take(upTo(10), never)) outbox.sent(ticket, 200)
      outbox.noteAnnounced('state', 80)
      outbox.receipt('bill', outbox.id, 1)
      outbox.replay('bill', outbox.id, [{ from: 1, to: 2 }])
      const replayed = await outbox.take(upTo(10), never)
      expect(replayed).toMatchObject([{ kind: 'gap', from: 1, to: 1, why: 'receipted' }, { seq: 2 }])
      outbox.putBack(replayed.map(({ ticket }) => ticket))
      expect(await outbox.take(upTo(1), never)).toMatchObject([{ kind: 'gap', from: 1, to: 1 }])
      outbox.disconnected()
      expect(values(await outbox.take(upTo(10), never))).toEqual([2])
      expect(await outbox.streams()).toEqual([
        { release: 'bill', last: 3, waiting: 2, receipt: 1 },
        { release: 'live', last: 0, waiting: 0 },
      ])
      expect(await outbox.ledger()).toEqual([
        { day: '2026-12-21', release: 'bill', messages: 3, bytes: 600 },
        { day: '2026-12-21', release: 'state', messages: 1, bytes: 80 },
      ])
    })

    test('a copy that was put back is found out by a receipt, and goes on under another id', async () => {
      const { file } = options()
      const first = await open(options())
      await first.append([record('bill', 1)])
      await first[Symbol.asyncDispose]()
      const ids: string[] = []
      await using copy = await open(options({ file, onRenumbered: (id) => ids.push(id) }))
      copy.receipt('bill', first.id, 7)
      expect(await copy.take(upTo(10), never)).toMatchObject([{ seq: 1, outbox: copy.id }])
      expect(ids).toEqual([copy.id])
      expect(copy.id).not.toBe(first.id)
    })

    test('a release that nobody declared is refused, and nothing of that append is kept', async () => {
      await using outbox = await open(options())
      const both = [record('bill', 1), record('secret', 2)]
      await expect(outbox.append(both)).rejects.toMatchObject({ code: 'OUTBOX_UNDECLARED' })
      expect(await outbox.streams()).toMatchObject([{ waiting: 0 }, { waiting: 0 }])
    })

    test('after the end everything is refused, or ignored', async () => {
      const outbox = await open(options())
      const taking = outbox.take(upTo(1), never)
      const appending = outbox.append([record('bill', 1)])
      await taking
      const waiting = outbox.take(upTo(1), never)
      const ending = outbox[Symbol.asyncDispose]()
      await expect(waiting).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' })
      await ending
      await appending
      await expect(outbox.append([record('bill', 2)])).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' })
      await expect(outbox.take(upTo(1), never)).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' })
      outbox.sent(1, 1)
      outbox.disconnected()
      await outbox[Symbol.asyncDispose]()
      await expect(outbox.ended).resolves.toBeUndefined()
    })

    test('a file that cannot be opened is told', async () => {
      const file = join(folder, 'missing', 'outbox.db')
      await expect(open(options({ file }))).rejects.toMatchObject({ code: 'OUTBOX_OPEN', name: 'OutboxError' })
    })

    test('a damaged file is set aside and reported', async () => {
      const { file } = options()
      writeFileSync(file, 'nonsense'.repeat(200))
      await using outbox = await open(options())
      expect(outbox.recovered).toMatchObject({ setAside: `${file}.damaged-1`, count: 1 })
      expect(outbox.boot).toBe(1)
    })

    test('time passing moves best-effort records that are not sent to the store', async () => {
      const outbox = await open(options())
      await outbox.append([record('live', 1)])
      await clock.advance(10_000)
      await outbox.streams()
      // Another window begins; its records are in memory only, and a cut now says so.
      await outbox.append([record('live', 2)])
      const copy = join(folder, 'copy.db')
      for (const part of ['', '-wal', '-log']) cpSync(options().file + part, copy + part, { recursive: true })
      await outbox[Symbol.asyncDispose]()
      await using after = await open(options({ file: copy }))
      expect(await after.take(upTo(10), never)).toMatchObject([
        { kind: 'record', seq: 1, boot: 1 },
        { kind: 'gap', from: 2, why: 'power-cut', boot: 2 },
      ])
    })
  })
}

outboxSuite('in a thread of its own', openOutbox)
outboxSuite('over a port within this thread', (options) => {
  const { port1, port2 } = new MessageChannel()
  serve(port2)
  return openOver(port1, once(port1, 'close'), options)
})

test('a thread that dies is told to everybody who waits, and to the owner', async () => {
  const thread = new DiskThread()
  const outbox = await openOutbox(options(), thread)
  const taking = outbox.take(upTo(1), never)
  await Promise.all([thread.end(), expect(taking).rejects.toMatchObject({ code: 'OUTBOX_DEAD' })])
  await expect(outbox.ended).resolves.toMatchObject({ code: 'OUTBOX_DEAD' })
  await expect(outbox.append([record('bill', 1)])).rejects.toMatchObject({ code: 'OUTBOX_DEAD' })
  outbox.sent(1, 1)
  await outbox[Symbol.asyncDispose]()
})

test('what an abandoned take brings goes back before the next take asks, so that order is kept', async () => {
  const told: ToWorker[] = []
  let answer: (message: FromWorker) => void = () => undefined
  const channel: Channel = {
    postMessage: (message) => told.push(message),
    on: (_, listener) => (answer = listener),
  }
  const opening = openOver(channel, new Promise(() => undefined), options())
  answer({ kind: 'opened', id: 1, outbox: 'f', boot: 1, recovered: undefined })
  const outbox = await opening

  const abort = new AbortController()
  const first = outbox.take(upTo(1), abort.signal)
  await clock.advance(0)
  abort.abort(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  void outbox.take(upTo(1), never)
  await clock.advance(0)
  answer({
    kind: 'taken',
    id: 2,
    parcels: [{ kind: 'record', outbox: 'f', ticket: 7, release: 'bill', seq: 1, boot: 1, body: '{}' }],
  })
  await clock.advance(0)
  expect(told.map((message) => message.kind)).toEqual(['open', 'take', 'cancel', 'put-back', 'take'])
  expect(told[3]).toEqual({ kind: 'put-back', tickets: [7] })
})

function values(parcels: readonly Parcel[]): unknown[] {
  return parcels.flatMap((parcel) => {
    if (parcel.kind === 'gap') return []
    const { p } = JSON.parse(parcel.body) as { p: Record<string, [number, number, number][]> }
    return [p['feeder.power_active']?.[0]?.[1]]
  })
}
