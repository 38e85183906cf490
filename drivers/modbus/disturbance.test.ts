/** Echoes, other masters, noise: what is told of them, and that writes stop. */
import { describe, expect, test } from 'vitest'
import { bench, never, reading, soon } from '../testing/bench.ts'
import { answer, exception, rtuFrame, telling, type Asked, type Said, type Script } from '../testing/scripted-wire.ts'
import { Debts } from './debts.ts'
import type { WriteRequest } from './request.ts'

const timing = { charMs: 0, gapMs: 2 }

const questionOf = ({ unit, function: fn, address, count }: Omit<Asked, 'transaction' | 'atMs'>) =>
  rtuFrame({ unit, transaction: 0 }, fn, address >> 8, address & 0xff, count >> 8, count & 0xff)

const right: Script = (asked) => [{ afterMs: 10, bytes: answer(rtuFrame, asked) }]
/** The adapter hears the question; of the answer to a write nothing is known, since it would look the same. */
const echoing: Script = (asked) => [{ afterMs: 1, bytes: questionOf(asked) }, ...right(asked)]

function make(script: Script = right) {
  const made = bench('rtu', timing, new Debts())
  const { clock, line, wire } = made
  wire.script = script
  const into = new Uint16Array(2)
  const read = async (unit = 1, address = 40) => {
    const { state } = await soon(clock, line.read(reading(unit, address, 2), into, never))
    if (state === 'answered') expect([...into]).toEqual([telling(unit, address), telling(unit, address + 1)])
    return state
  }
  const write = async (unit = 1, value = 60) => {
    const request: WriteRequest = { ...reading(unit, 0, 1), function: 6, address: 15, values: Uint16Array.of(value) }
    return (await soon(clock, line.write(request, never))).state
  }
  /** what others say while we are silent, in this order */
  const hear = async (...frames: Uint8Array[]) => {
    for (const bytes of frames) {
      wire.say({ afterMs: 1, bytes })
      await clock.advance(20)
    }
  }
  const asked = () => wire.asked.map(({ function: fn }) => fn)
  return { ...made, read, write, hear, asked }
}

describe('an echo', () => {
  test('is told after the first read, and costs no value', async () => {
    const { line, read } = make(echoing)
    expect([await read(), line.disturbance?.kind]).toEqual(['answered', 'echo'])
    for (let turn = 0; turn < 10; turn++) expect(await read(1 + (turn % 3))).toBe('answered')
    expect(line.counters).toMatchObject({ foreign: 0, garbled: 0, timeouts: 0 })
  })

  test('the first write reads first, and is not sent', async () => {
    const { line, write, asked } = make(echoing)
    expect([await write(), line.disturbance?.kind]).toEqual(['contended', 'echo'])
    expect(await write()).toBe('contended')
    expect(asked()).toEqual([3])
  })

  test('none: the first write reads once, and the next not', async () => {
    const { write, asked } = make()
    expect([await write(), await write(), asked()]).toEqual(['answered', 'answered', [3, 6, 6]])
  })

  test('none: who was read may be written to at once; after another opening it is asked anew', async () => {
    const { read, write, asked, wire } = make()
    expect([await read(), await write()]).toEqual(['answered', 'answered'])
    wire.lose()
    expect(await write()).toBe('answered')
    expect(asked()).toEqual([3, 6, 3, 6])
  })

  test('a unit that says nothing shows that there is none', async () => {
    const { read, write } = make((asked) => (asked.unit === 9 ? [] : right(asked)))
    expect([await read(9), await write(1)]).toEqual(['no-answer', 'answered'])
  })

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['without its first byte', (bytes) => bytes.slice(1)],
    ['without its last two', (bytes) => bytes.slice(0, -2)],
    ['with a bit turned', (bytes) => bytes.map((byte, at) => (at === 4 ? byte ^ 8 : byte))],
    ['behind a stray byte', (bytes) => Uint8Array.of(0xff, ...bytes)],
  ])('damaged each time, %s, is one all the same', async (_, damage) => {
    const { line, read, write } = make((asked) => [{ afterMs: 1, bytes: damage(questionOf(asked)) }, ...right(asked)])
    expect(await write()).not.toBe('answered')
    expect([await read(), await read()]).toEqual(['answered', 'answered'])
    expect([line.disturbance?.kind, await write()]).toEqual(['echo', 'contended'])
    expect(line.counters.timeouts).toBe(0)
  })

  test('comes in pieces', async () => {
    const { line, read } = make((asked) => [
      ...[...questionOf(asked)].map((byte, at): Said => ({ afterMs: 1 + at / 4, bytes: Uint8Array.of(byte) })),
      ...right(asked),
    ])
    expect([await read(), line.disturbance?.kind, line.counters.garbled]).toEqual(['answered', 'echo', 0])
  })

  test('is over after three reads without', async () => {
    const { line, read, write, wire } = make(echoing)
    await read()
    wire.script = right
    for (const kind of ['echo', 'echo', undefined])
      expect([await read(), line.disturbance?.kind]).toEqual(['answered', kind])
    expect(await write()).toBe('answered')
  })

  test('an answer that is just like its question is one, where nothing echoes', async () => {
    const same: Script = (asked) =>
      asked.address === 0x0300 ? [{ afterMs: 10, bytes: questionOf(asked) }] : right(asked)
    const { clock, line, read } = make(same)
    await read()
    const coils = reading(1, 0x0300, 20, { function: 1 })
    expect(await soon(clock, line.read(coils, new Uint16Array(20), never))).toEqual({ state: 'answered' })
    expect(line.disturbance).toBeUndefined()
  })
})

describe('another master', () => {
  const theirs = { unit: 77, function: 3, address: 9, count: 4 }
  const question = questionOf(theirs)
  const reply = answer(rtuFrame, { ...theirs, transaction: 0, atMs: 0 })

  test('a question and its answer are enough; writes stop, reads go on', async () => {
    const { line, read, write, hear, asked } = make()
    await read()
    await hear(question, reply)
    expect(await write()).toBe('contended')
    expect([line.disturbance?.kind, await read()]).toEqual(['foreign-master', 'answered'])
    expect(asked()).toEqual([3, 3])
  })

  test('so are two questions, in whatever pieces, while we wait for an answer', async () => {
    const { line, read } = make((asked) => [
      { afterMs: 1, bytes: question.slice(0, 3) },
      { afterMs: 2, bytes: question.slice(3) },
      ...right(asked),
    ])
    expect([await read(), line.disturbance]).toEqual(['answered', undefined])
    expect([await read(2), line.disturbance?.kind]).toEqual(['answered', 'foreign-master'])
  })

  test('and four answers to what we never asked', async () => {
    const { line, read, hear } = make()
    await read()
    for (let turn = 1; turn <= 4; turn++) {
      expect(line.disturbance).toBeUndefined()
      await hear(reply)
      await read()
    }
    expect(line.disturbance?.kind).toBe('foreign-master')
  })

  test('one frame is not, nor three in an hour', async () => {
    const { clock, line, read, write, hear } = make()
    for (let turn = 0; turn < 3; turn++) {
      await hear(turn === 1 ? question : reply)
      expect(await read()).toBe('answered')
      await clock.advance(20 * 60_000)
    }
    expect([line.disturbance, await write()]).toEqual([undefined, 'answered'])
  })

  test('units with a wrong number, late answers and refusals are none', async () => {
    let late = true
    const { clock, line, read } = make((asked) => {
      if (asked.unit === 5) return [{ afterMs: 5, bytes: answer(rtuFrame, { ...asked, unit: 6 }) }, ...right(asked)]
      if (asked.unit === 7)
        return [{ afterMs: 5, bytes: exception(rtuFrame, { ...asked, unit: 6 }, 2) }, ...right(asked)]
      late = !late
      return late ? [{ afterMs: 150, bytes: answer(rtuFrame, asked) }] : right(asked)
    })
    for (let turn = 0; turn < 40; turn++) {
      await read(1 + (turn % 7))
      await clock.advance(300)
    }
    expect(line.counters.late).toBeGreaterThan(5)
    expect(line.counters.foreign).toBeGreaterThan(5)
    expect(line.disturbance).toBeUndefined()
  })

  test('is gone after a minute of silence; one that asks seldom, after three of its pauses', async () => {
    const { clock, line, read, write, hear } = make()
    await read()
    await hear(question, reply)
    await read()
    await clock.advance(50_000)
    expect([line.disturbance?.kind, await write()]).toEqual(['foreign-master', 'contended'])
    await clock.advance(11_000)
    expect([line.disturbance, await write()]).toEqual([undefined, 'answered'])
    await clock.advance(30_000)
    await hear(question, reply)
    await read()
    await clock.advance(200_000)
    expect(line.disturbance?.kind).toBe('foreign-master')
    await clock.advance(120_000)
    expect(line.disturbance).toBeUndefined()
  })

  test('its question to a unit that answers both of us makes no wrong value', async () => {
    const elsewhere = { unit: 1, function: 3, address: 900, count: 2 }
    const both: Script = (asked) => [
      { afterMs: 1, bytes: questionOf(elsewhere) },
      { afterMs: 6, bytes: answer(rtuFrame, { ...elsewhere, transaction: 0, atMs: 0 }) },
      { afterMs: 20, bytes: answer(rtuFrame, asked) },
    ]
    const { clock, read, wire } = make(both)
    expect(await read()).toBe('garbled')
    wire.script = right
    await clock.advance(600)
    expect(await read()).toBe('answered')
  })

  test('is given way to: nothing is asked between its question and its answer', async () => {
    const { clock, wire, read, hear } = make()
    await read()
    await hear(question)
    const before = clock.monotonicMs()
    wire.say({ afterMs: 100, bytes: reply })
    expect(await read()).toBe('answered')
    expect((wire.asked.at(-1)?.atMs ?? 0) - before).toBeGreaterThanOrEqual(100)
  })
})

test('noise is told when a fifth of the answers are damaged, until a tenth are', async () => {
  const { clock, line, read, write, wire } = make()
  let turn = 0
  wire.script = (asked) =>
    right(asked).map((said) => ({
      ...said,
      bytes: turn++ % 4 === 3 ? said.bytes.map((byte) => byte ^ 0x55) : said.bytes,
    }))
  for (let unit = 1; line.disturbance === undefined && unit < 100; unit++) await read(unit)
  expect([line.disturbance?.kind, turn]).toEqual(['noise', 40])
  wire.script = right
  await clock.advance(1_000)
  expect(await write(99)).toBe('answered')
  for (let unit = 100; line.disturbance !== undefined && unit < 200; unit++) await read(unit)
  expect(line.disturbance).toBeUndefined()
})
