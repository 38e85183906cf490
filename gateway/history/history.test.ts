import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bad, good, type PointId, type Reading, type Value } from '../../drivers/reading.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { DiskThread } from '../disk-thread.ts'
import { openHistory, openOver, type History, type HistoryOptions } from './history.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import { serve } from './serve.ts'
import type { Series } from './series.ts'
import type { Thread } from './thread.ts'

const series: Series[] = [
  { name: 'feeder.voltage', sensitivity: 'technical', digits: 1 },
  { name: 'feeder.serial_number', sensitivity: 'identifier', digits: 0 },
  { name: 'segment:north.level', sensitivity: 'public', digits: 0 },
]
const minuteMs = 60_000

let folder: string
let clock: FakeClock
let faults: (string | undefined)[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'))
  clock = fakeClock()
  faults = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const options = (extra: Partial<HistoryOptions> = {}): HistoryOptions => ({
  file: join(folder, 'history.db'),
  series,
  clock,
  fault: (code) => faults.push(code),
  ...extra,
})

function reading(point: PointId, value: Value | undefined): Reading {
  const at = clock.now()
  return value === undefined ? { point, at, quality: bad('no-answer') } : { point, at, quality: good, value }
}

async function shown(history: History, name: string, most = 1_000): Promise<(number | null)[]> {
  const now = clock.now()
  const samples = await history.range(name, now.subtract({ hours: 48 }), now.add({ seconds: 1 }), most)
  return samples.map(({ value }) => value)
}

/** A thread whose other end is here, so that it dies when a test says so. */
function here(): Thread & { die(why?: unknown): void } {
  const { port1, port2 } = new MessageChannel()
  const { promise, resolve } = Promise.withResolvers<unknown>()
  serve(port2)
  port1.once('close', () => resolve(undefined))
  return {
    postMessage: (message: ToWorker) => port1.postMessage(message),
    on: (event, listener: (message: FromWorker) => void) => port1.on(event, listener),
    gone: promise,
    die: (why) => {
      resolve(why)
      port1.close()
    },
  }
}

function historySuite(name: string, start: () => Thread): void {
  describe(name, () => {
    test('a monotonic clock that counts in fractions of a millisecond keeps nothing from the disk', async () => {
      const history = await openOver(start, options())
      await clock.advance(1_000.4)
      history.see([reading('feeder.voltage', 230)])
      await history[Symbol.asyncDispose]()
      await using again = await openOver(start, options())
      expect(await shown(again, 'feeder.voltage')).toEqual([230, null])
      expect(faults).toEqual([])
    })

    test('what is seen and noted is shown, before it is on disk and after a restart', async () => {
      const history = await openOver(start, options())
      history.see([reading('feeder.voltage', 230.12), reading('feeder.serial_number', 4_711)])
      history.note('segment:north.level', clock.now(), 100)
      expect(await shown(history, 'feeder.voltage')).toEqual([230.1])
      expect(await shown(history, 'segment:north.level')).toEqual([100])
      expect(await shown(history, 'feeder.serial_number')).toEqual([])
      expect(await shown(history, 'yard.voltage')).toEqual([])
      await clock.advance(10_000)
      history.see([reading('feeder.voltage', undefined)])
      expect(await shown(history, 'feeder.voltage')).toEqual([230.1, null])
      await history[Symbol.asyncDispose]()

      await clock.advance(minuteMs)
      await using again = await openOver(start, options())
      again.see([reading('feeder.voltage', 231)])
      expect(await shown(again, 'feeder.voltage')).toEqual([230.1, null, null, 231])
      expect(await shown(again, 'segment:north.level')).toEqual([100, null])
      const figures = await again.figures()
      expect(figures.bytes).toBeGreaterThan(4_096)
      expect(figures.quotaBytes).toBeGreaterThan(figures.bytes)
      expect(figures.oldest?.toString()).toBe('2026-12-21T16:00:00Z')
      expect(figures.trouble).toBeUndefined()
      expect(faults).toEqual([])
    })

    test('what is asked for is not exceeded', async () => {
      await using history = await openOver(start, options())
      for (let n = 0; n < 200; n++) {
        history.see([reading('feeder.voltage', n === 150 ? 250 : 230 + (n % 2))])
        await clock.advance(10_000)
      }
      const values = await shown(history, 'feeder.voltage', 20)
      expect(values.length).toBeLessThanOrEqual(20)
      expect(values).toContain(250)
    })

    test('a level stands until the next note, and beats by itself', async () => {
      await using history = await openOver(start, options())
      history.note('segment:north.level', clock.now(), 60)
      await clock.advance(61 * minuteMs)
      expect(await shown(history, 'segment:north.level')).toEqual([60, 60, 60, 60, 60])
    })

    test('a damaged file is told, set aside, and a new one begun', async () => {
      writeFileSync(options().file, 'no database'.repeat(1_000))
      await using history = await openOver(start, options())
      await vi.waitFor(() => expect(faults).toEqual(['HISTORY_DAMAGED']))
      history.see([reading('feeder.voltage', 230)])
      expect((await history.figures()).trouble).toMatch(/^HISTORY_DAMAGED: .*set aside/)
      await clock.advance(11 * minuteMs)
      expect(await shown(history, 'feeder.voltage')).toEqual([230])
      await vi.waitFor(() => expect(faults).toEqual(['HISTORY_DAMAGED', undefined]))
    })

    test('without its folder it lives in memory', async () => {
      await using history = await openOver(start, options({ file: join(folder, 'missing', 'history.db') }))
      history.see([reading('feeder.voltage', 230)])
      expect(await shown(history, 'feeder.voltage')).toEqual([230])
      expect((await history.figures()).trouble).toMatch(/^HISTORY_OPEN/)
      expect(faults).toEqual(['HISTORY_OPEN'])
    })

    test('after its end it does nothing, and ends but once', async () => {
      const history = await openOver(start, options())
      await Promise.all([history[Symbol.asyncDispose](), history[Symbol.asyncDispose]()])
      history.see([reading('feeder.voltage', 230)])
      history.note('segment:north.level', clock.now(), 60)
      expect(await shown(history, 'feeder.voltage')).toEqual([])
      expect(await history.figures()).toMatchObject({ bytes: 0 })
      expect(faults).toEqual([])
    })
  })
}

historySuite('in this thread', here)
historySuite('in a worker', () => new DiskThread().open('history'))

describe('a thread that dies', () => {
  test('is told, and followed by another; what was written is there, and what was not is a gap', async () => {
    const threads: ReturnType<typeof here>[] = []
    const start = () => {
      const thread = here()
      threads.push(thread)
      return thread
    }
    await using history = await openOver(start, options())
    history.see([reading('feeder.voltage', 230)])
    await clock.advance(11 * minuteMs) // committed
    history.see([reading('feeder.voltage', 999)])
    await shown(history, 'feeder.voltage') // handed over, and lost
    threads[0]?.die(new Error('out of memory'))
    await vi.waitFor(() => expect(faults).toEqual(['HISTORY_DEAD']))
    expect((await history.figures()).trouble).toContain('out of memory')
    expect(await shown(history, 'feeder.voltage')).toEqual([])

    history.see([reading('feeder.voltage', 230)])
    await clock.advance(minuteMs)
    await vi.waitFor(() => expect(faults).toEqual(['HISTORY_DEAD', undefined]))
    expect(await shown(history, 'feeder.voltage')).toEqual([230, null, 230])
    expect(threads).toHaveLength(2)
    expect((await history.figures()).trouble).toBeUndefined()
  })

  test('again and again, it is tried ever more seldom, and nothing grows', async () => {
    let started = 0
    const start = (): Thread => {
      const thread = here()
      if (started++ > 0) queueMicrotask(() => thread.die())
      else setImmediate(() => thread.die())
      return thread
    }
    const history = await openOver(start, options())
    for (let hours = 0; hours < 12; hours++) {
      for (let n = 0; n < 2_000; n++) history.see([reading('feeder.voltage', n % 2 === 0 ? n : undefined)])
      await clock.advance(60 * minuteMs)
    }
    expect(started).toBeGreaterThan(20)
    expect(started).toBeLessThan(12 * 6 + 10)
    expect(faults).toEqual(['HISTORY_DEAD'])
    await history[Symbol.asyncDispose]()
  })

  test('a real one leaves the file to the next', async () => {
    const thread = new DiskThread()
    await using history = await openHistory(options(), thread)
    history.see([reading('feeder.voltage', 230)])
    await clock.advance(11 * minuteMs)
    expect((await history.figures()).bytes).toBeGreaterThan(4_096)
    await thread.end()
    await vi.waitFor(() => expect(faults).toEqual(['HISTORY_DEAD']))
    await clock.advance(minuteMs)
    await vi.waitFor(() => expect(faults).toEqual(['HISTORY_DEAD', undefined]), { timeout: 10_000 })
    expect(await shown(history, 'feeder.voltage')).toEqual([230, null])
  })

  test('of a mistake in it, so does a real one', async () => {
    let worker: Worker | undefined
    const start = (): Thread => {
      const { port1, port2 } = new MessageChannel()
      const code = `
        const { workerData } = require('node:worker_threads')
        workerData.on('message', ({ kind, id }) => {
          if (kind !== 'open') throw new Error('a mistake')
          workerData.postMessage({ kind: 'opened', id })
        })`
      const started = new Worker(code, { eval: true, workerData: port2, transferList: [port2] })
      worker = started
      const gone = new Promise((resolve) => {
        started.once('error', resolve)
        started.once('exit', () => resolve(undefined))
      })
      return {
        postMessage: (message) => port1.postMessage(message),
        on: (event, listener: (message: FromWorker) => void) => port1.on(event, listener),
        gone: gone.finally(() => port1.close()),
      }
    }
    const history = await openOver(start, options())
    expect(await shown(history, 'feeder.voltage')).toEqual([])
    if (worker && faults.length === 0) await once(worker, 'exit')
    await vi.waitFor(() => expect(faults).toEqual(['HISTORY_DEAD']))
    expect((await history.figures()).trouble).toContain('a mistake')
    await history[Symbol.asyncDispose]()
  })
})
