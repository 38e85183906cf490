/** Polling beside a tool that reads as fast as it can, on a serial line whose time is a test's. */
import { expect, test } from 'vitest'
import type { Clock } from '../../drivers/clock.ts'
import type { Driver } from '../../drivers/driver.ts'
import type { Line } from '../../drivers/line.ts'
import { Debts } from '../../drivers/modbus/debts.ts'
import { serialTiming } from '../../drivers/modbus/timing.ts'
import { bad, good, type PointId } from '../../drivers/reading.ts'
import { bench } from '../../drivers/testing/bench.ts'
import { answer, rtuFrame } from '../../drivers/testing/scripted-wire.ts'
import { Poller, type Job } from '../acquisition/poller.ts'
import { Passage } from './passage.ts'

const timing = serialTiming({ baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 })
const thinksMs = 8
const tool = 2
const dead = 99

/** A device of which one block is read; counts what was answered. */
function unitDriver(
  line: Line,
  clock: Clock,
  { unit, count, pauseMs }: { unit: number; count: number; pauseMs: number },
) {
  const into = new Uint16Array(count)
  const read: Driver['read'] = async (points, signal) => {
    const manners = { unit, timeoutMs: 300, worstResponseMs: 300, pauseMs }
    const { state } = await line.read({ ...manners, function: 3, address: 0, count }, into, signal)
    if (state === 'answered') driver.answered++
    const at = clock.now()
    return points.map((point) =>
      state === 'answered' ? { point, at, quality: good, value: 1 } : { point, at, quality: bad('no-answer') },
    )
  }
  const driver = {
    read,
    answered: 0,
    identify: () => Promise.resolve({ state: 'matches' }),
    tend: () => Promise.resolve(),
  }
  return driver
}

interface Street {
  readonly devices: number
  readonly periodMs: number
  readonly pauseMs?: number
}

/** How often polling got its answers within so many minutes, and how often the tool got its; `asks`: which unit it asks. */
async function live(
  { devices, periodMs, pauseMs = 0 }: Street,
  { minutes, asks, passage: without }: { minutes: number; asks?: number; passage?: 'without its share' },
) {
  const { clock, wire, line } = bench('rtu', timing, new Debts())
  wire.script = (asked) => {
    if (asked.unit === dead) return []
    const bytes = answer(rtuFrame, asked)
    return [{ afterMs: (8 + bytes.length) * timing.charMs + thinksMs, bytes }]
  }
  const drivers = Array.from({ length: devices }, (_, index) =>
    unitDriver(line, clock, { unit: 10 + index, count: 40, pauseMs }),
  )
  const jobs = drivers.map((driver, index): Job => ({
    device: `d${index}`,
    unit: `d${index}`,
    driver: driver as unknown as Driver,
    points: [`d${index}.a` satisfies PointId],
    periodMs,
  }))
  const poller = new Poller(jobs, {
    clock,
    random: () => 0.5,
    events: { readings: () => undefined, health: () => undefined, identity: () => undefined },
  })
  const stop = new AbortController()
  const passage = new Passage({
    line,
    clock,
    polled: () => poller.figures,
    manners: (unit) => ({ unit, timeoutMs: 500, worstResponseMs: 1_000, pauseMs: 0 }),
    unlock: () => undefined,
    signal: stop.signal,
    on: { refused: () => undefined, wrote: () => undefined },
  })
  const told = { reads: 0 }
  const reading = async () => {
    const into = new Uint16Array(100)
    const manners = { unit: asks ?? tool, timeoutMs: 500, worstResponseMs: 0, pauseMs: 0 }
    while (!stop.signal.aborted && asks !== undefined) {
      if (without === undefined) {
        const pdu = await passage.answer(asks, Buffer.of(3, 0, 0, 0, 100), stop.signal)
        if (pdu[0] === 3) told.reads++
      } else await line.read({ ...manners, function: 3, address: 0, count: 100 }, into, stop.signal)
    }
  }
  const polling = poller.run(stop.signal)
  await clock.advance(60_000) // the line's load is known, and the first polls are over
  const before = drivers.reduce((sum, { answered }) => sum + answered, 0)
  const tools = reading().catch(() => undefined)
  await clock.advance(minutes * 60_000)
  stop.abort()
  await Promise.all([polling, tools])
  const { load } = line
  await line[Symbol.asyncDispose]()
  return { polls: drivers.reduce((sum, { answered }) => sum + answered, 0) - before, ...told, load }
}

const streets: Record<string, Street> = {
  'a quiet line': { devices: 4, periodMs: 2_000 },
  'a line that is half busy': { devices: 8, periodMs: 1_000 },
  'a line that is nearly full': { devices: 13, periodMs: 1_000 },
  'a line that is more than full': { devices: 20, periodMs: 1_000 },
  'a line of devices that want pauses, nearly full': { devices: 8, periodMs: 1_000, pauseMs: 50 },
}

test.each(Object.entries(streets))('on %s, polling keeps 95 % of its rate', async (name, street) => {
  const minutes = 2
  const alone = await live(street, { minutes })
  const beside = await live(street, { minutes, asks: tool })
  const share = beside.polls / alone.polls
  console.log(
    `${name}: load ${(100 * alone.load).toFixed(0)} %, ${alone.polls} polls alone, ${beside.polls} beside ${beside.reads} reads of a tool (${(100 * share).toFixed(1)} %)`,
  )
  expect(alone.polls).toBeGreaterThan(200)
  expect(share).toBeGreaterThanOrEqual(0.95)
  expect(beside.reads).toBeGreaterThan(20)
})

test('a tool that asks a unit that is not there does not take the line from the others', async () => {
  const street = { devices: 8, periodMs: 1_000 }
  const alone = await live(street, { minutes: 2 })
  const beside = await live(street, { minutes: 2, asks: dead })
  console.log(`dead unit: ${alone.polls} polls alone, ${beside.polls} beside a tool`)
  expect(beside.polls / alone.polls).toBeGreaterThanOrEqual(0.95)
})

test('without the share, polling would not', async () => {
  const street = streets['a line that is nearly full']!
  const alone = await live(street, { minutes: 1 })
  const beside = await live(street, { minutes: 1, asks: tool, passage: 'without its share' })
  console.log(`without: ${alone.polls} polls alone, ${beside.polls} beside a tool`)
  expect(beside.polls / alone.polls).toBeLessThan(0.8)
})
