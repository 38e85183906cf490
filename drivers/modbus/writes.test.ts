/** Writes on the wire: their frames, what counts as their answer, and that they go first. */
import { describe, expect, test } from 'vitest'
import { LineError } from '../line-error.ts'
import { bench, never, reading, soon } from '../testing/line-suite.ts'
import { Heedless } from '../testing/heedless.ts'
import { answer, exception, mbapFrame, rtuFrame, telling, type Asked, type Script } from '../testing/scripted-wire.ts'
import { Debts } from './debts.ts'
import type { WriteFunction, WriteRequest } from './request.ts'
import { MbapFraming } from './mbap.ts'
import { RtuFraming } from './rtu.ts'

/** What is looked at here is a write by itself: before the first one of a line, something is read (disturbance.test.ts). */
const heedless = () => new Heedless(() => 0.5)

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

function writing(fn: WriteFunction, address: number, ...values: number[]): WriteRequest {
  return {
    unit: 1,
    function: fn,
    address,
    values: Uint16Array.from(values),
    timeoutMs: 300,
    worstResponseMs: 1_000,
    pauseMs: 0,
  }
}

// The frames of Waveshare's manual (reference frames with their CRCs), and one of the standard's own examples (6.12).
test.each([
  ['01 05 00 00 FF 00 8C 3A', writing(5, 0, 1)],
  ['01 05 00 00 00 00 CD CA', writing(5, 0, 0)],
  ['01 0F 00 00 00 08 01 FF BE D5', writing(15, 0, 1, 1, 1, 1, 1, 1, 1, 1)],
])('an RTU write is %s', (bytes, request) => {
  expect(new RtuFraming().compose(request)).toEqual(hex(bytes))
})

test('a TCP write of several registers names count and bytes', () => {
  const framing = new MbapFraming()
  expect(framing.compose(writing(16, 1, 0x000a, 0x0102))).toEqual(
    hex('00 01 00 00 00 0B 01 10 00 01 00 02 04 00 0A 01 02'),
  )
  expect(framing.compose(writing(6, 15, 60))).toEqual(hex('00 02 00 00 00 06 01 06 00 0F 00 3C'))
})

test('a coil is on or off, whatever the number: never the 0x5500 that flips it on some boards', () => {
  for (const value of [0, 1, 0x55, 0x5500, 0xffff]) {
    const word = new RtuFraming().compose(writing(5, 3, value)).readUInt16BE(4)
    expect(word).toBe(value === 0 ? 0 : 0xff00)
  }
})

describe.each([
  ['RTU', 'rtu' as const, rtuFrame],
  ['TCP', 'mbap' as const, mbapFrame],
])('over %s', (_, framing, frame) => {
  const timing = { charMs: 0, gapMs: framing === 'rtu' ? 2 : 0 }
  const make = (script: Script) => {
    const made = bench(framing, timing, framing === 'rtu' ? new Debts() : undefined, undefined, heedless())
    made.wire.script = script
    return made
  }
  /** address and value, or address and count, as they were asked */
  const echo = ({ function: fn, address, count, ...asked }: Asked, second = count) =>
    frame(asked, fn, address >> 8, address & 0xff, second >> 8, second & 0xff)
  const take: Script = (asked) => [{ afterMs: 5, bytes: asked.function > 4 ? echo(asked) : answer(frame, asked) }]
  const once = async (script: Script, request = writing(6, 15, 60)) => {
    const { clock, line } = make(script)
    const outcome = await soon(clock, line.write(request, never))
    await line[Symbol.asyncDispose]()
    return { outcome, counters: line.counters }
  }

  test.each([writing(5, 3, 1), writing(6, 15, 60), writing(15, 3, 1, 0, 1), writing(16, 8, 1, 2, 3)])(
    'a unit that takes it says so ($function)',
    async (request) => {
      const { outcome, counters } = await once(take, request)
      expect(outcome).toEqual({ state: 'answered' })
      expect(counters).toMatchObject({ requests: 1, answers: 1, timeouts: 0, foreign: 0 })
    },
  )

  test('one that is taken back at the last moment, on a line opened anew under it, is not sent', async () => {
    const { clock, line, wire } = make(take)
    expect(line.openings).toBe(0)
    await soon(clock, line.read(reading(1, 0, 3), new Uint16Array(3), never))
    const { openings } = line
    const isKnown = () => line.openings === openings
    expect(await soon(clock, line.write(writing(6, 15, 60), never, isKnown))).toEqual({ state: 'answered' })
    wire.lose()
    const asked = wire.asked.length
    expect(await soon(clock, line.write(writing(6, 15, 60), never, isKnown))).toEqual({ state: 'not-identified' })
    expect([line.openings, wire.asked.length]).toEqual([openings + 1, asked])
    await line[Symbol.asyncDispose]()
  })

  test('another value, or another place, is no answer to it', async () => {
    const other = await once((asked) => [{ afterMs: 5, bytes: echo(asked, 61) }])
    expect(other.outcome.state).toBe('garbled')
    const elsewhere = await once((asked) => [{ afterMs: 5, bytes: echo({ ...asked, address: 16 }) }])
    expect(elsewhere.outcome.state).toBe('garbled')
  })

  test('a refusal is one, with its code', async () => {
    const { outcome } = await once((asked) => [{ afterMs: 5, bytes: exception(frame, asked, 3) }])
    expect(outcome).toEqual({ state: 'exception', exception: 3 })
  })

  test('silence is told as such, and the unit rests then', async () => {
    const { clock, line } = make(() => [])
    expect(await soon(clock, line.write(writing(6, 15, 60), never))).toEqual({ state: 'no-answer' })
    expect(await soon(clock, line.write(writing(6, 15, 70), never))).toEqual({ state: 'resting' })
    await line[Symbol.asyncDispose]()
  })

  test('goes before those who wait to read, after the one on the wire', async () => {
    const { clock, line, wire } = make(take)
    const into = new Uint16Array(1)
    const all = [
      line.read(reading(1, 10, 1), into, never),
      line.read(reading(2, 20, 1), new Uint16Array(1), never),
      line.write(writing(6, 15, 60), never),
      line.read(reading(3, 30, 1), new Uint16Array(1), never),
    ]
    await soon(clock, Promise.all(all))
    expect(wire.asked.map(({ function: fn, address }) => `${fn}:${address}`)).toEqual(['3:10', '6:15', '3:20', '3:30'])
    await line[Symbol.asyncDispose]()
  })

  test('its late answer makes no reading wrong', async () => {
    let late = true
    const { clock, line } = make((asked) => {
      if (asked.function === 6 && late) {
        late = false
        return [{ afterMs: 1_200, bytes: echo(asked) }]
      }
      return take(asked)
    })
    const into = new Uint16Array(2)
    expect(await soon(clock, line.write(writing(6, 15, 60), never))).toEqual({ state: 'no-answer' })
    await clock.advance(1_000)
    expect(await soon(clock, line.read(reading(1, 40, 2), into, never))).toEqual({ state: 'answered' })
    expect([...into]).toEqual([telling(1, 40), telling(1, 41)])
    await clock.advance(500)
    expect(await soon(clock, line.write(writing(6, 15, 70), never))).toEqual({ state: 'answered' })
    expect(line.counters).toMatchObject({ late: 1, foreign: 0 })
    await line[Symbol.asyncDispose]()
  })

  test('a line that breaks under it may have carried it; one that never opened has not', async () => {
    const { clock, line, wire } = make(() => [])
    const broken = line.write(writing(6, 15, 60), never)
    await clock.advance(10)
    wire.lose()
    expect(await soon(clock, broken)).toMatchObject({ state: 'line-down', sent: true })
    wire.refusal = new LineError('LINE_REFUSED', 'test://wire')
    expect(await soon(clock, line.write(writing(6, 15, 60), never))).toMatchObject({ state: 'line-down', sent: false })
    await line[Symbol.asyncDispose]()
  })
})

test('frames of another master’s writes are foreign, and hide nothing', async () => {
  const { clock, line, wire } = bench('rtu', { charMs: 0, gapMs: 2 }, new Debts())
  wire.script = (asked) => [
    { afterMs: 3, bytes: rtuFrame({ unit: 9, transaction: 0 }, 6, 0, 1, 0, 2) },
    { afterMs: 5, bytes: answer(rtuFrame, asked) },
  ]
  const into = new Uint16Array(2)
  expect(await soon(clock, line.read(reading(1, 40, 2), into, never))).toEqual({ state: 'answered' })
  expect([...into]).toEqual([telling(1, 40), telling(1, 41)])
  expect(line.counters).toMatchObject({ foreign: 1, late: 0 })
  await line[Symbol.asyncDispose]()
})

test('another master’s write of several is one foreign frame, in whatever pieces it comes', async () => {
  const { clock, line, wire } = bench('rtu', { charMs: 0, gapMs: 2 }, new Debts())
  const other = rtuFrame({ unit: 9, transaction: 0 }, 16, 0, 1, 0, 2, 4, 0, 10, 1, 2)
  wire.script = (asked) => [
    { afterMs: 3, bytes: other.slice(0, 9) },
    { afterMs: 4, bytes: other.slice(9) },
    { afterMs: 9, bytes: answer(rtuFrame, asked) },
  ]
  const into = new Uint16Array(2)
  expect(await soon(clock, line.read(reading(1, 40, 2), into, never))).toEqual({ state: 'answered' })
  expect(line.counters).toMatchObject({ foreign: 1, garbled: 0 })
  await line[Symbol.asyncDispose]()
})

describe('where a write’s answer is owed on RTU', () => {
  /** The first write is answered late, and the rest at once. */
  async function owing(script: Script) {
    const made = bench('rtu', { charMs: 0, gapMs: 2 }, new Debts(), undefined, heedless())
    const { clock, line, wire } = made
    expect(await soon(clock, line.write(writing(16, 15, 60), never))).toEqual({ state: 'no-answer' })
    await clock.advance(1_000)
    wire.script = script
    return made
  }
  const asking = ({ asked }: { asked: readonly Asked[] }) => asked.map(({ function: fn, count }) => `${fn}:${count}`)

  test('the same function waits for a read that shows that none will come: its answer would not tell the value', async () => {
    const { clock, line, wire } = await owing((asked) => [
      {
        afterMs: 5,
        bytes: asked.function > 4 ? rtuFrame(asked, asked.function, 0, 15, 0, 1) : answer(rtuFrame, asked),
      },
    ])
    expect(await soon(clock, line.write(writing(16, 15, 70), never))).toEqual({ state: 'answered' })
    expect(asking(wire)).toEqual(['16:1', '3:1', '16:1'])
    await line[Symbol.asyncDispose]()
  })

  test('a unit that does not even say that is not written to, and that is told', async () => {
    const { clock, line, wire } = await owing(() => [])
    expect(await soon(clock, line.write(writing(16, 15, 70), never))).toEqual({ state: 'resting' })
    expect(asking(wire)).toEqual(['16:1', '3:1'])
    await line[Symbol.asyncDispose]()
  })

  test('a line that breaks under that read has not carried the write', async () => {
    const { clock, line, wire } = await owing(() => [])
    const broken = line.write(writing(16, 15, 70), never)
    await clock.advance(10)
    wire.lose()
    expect(await soon(clock, broken)).toMatchObject({ state: 'line-down', sent: false })
    await line[Symbol.asyncDispose]()
  })
})
