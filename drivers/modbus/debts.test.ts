import { expect, test } from 'vitest'
import { bench, never, reading, soon } from '../testing/line-suite.ts'
import { answer, exception, rtuFrame, telling } from '../testing/scripted-wire.ts'
import { Debts } from './debts.ts'

const gap = { charMs: 0, gapMs: 2 }

/** A unit that misses its first question, on a line of its own. */
async function afterSilence() {
  const made = bench('rtu', gap, new Debts())
  const { clock, line, wire } = made
  expect(await soon(clock, line.read(reading(1, 0, 10), new Uint16Array(10), never))).toEqual({ state: 'no-answer' })
  wire.script = (asked) => [{ afterMs: 5, bytes: answer(rtuFrame, asked) }]
  return made
}

test('a unit that missed its time rests for its worst response; others do not', async () => {
  const { clock, line, wire } = await afterSilence()
  expect(await line.read(reading(1, 0, 10), new Uint16Array(10), never)).toEqual({ state: 'resting' })
  expect(await soon(clock, line.read(reading(2, 0, 10), new Uint16Array(10), never))).toEqual({ state: 'answered' })
  expect(wire.asked.map(({ unit }) => unit)).toEqual([1, 2])
})

test('then it is asked something shorter before the same again', async () => {
  const { clock, line, wire } = await afterSilence()
  await clock.advance(500)
  const into = new Uint16Array(10)
  expect(await soon(clock, line.read(reading(1, 0, 10), into, never))).toEqual({ state: 'answered' })
  expect(into[9]).toBe(telling(1, 9))
  expect(wire.asked.map(({ count }) => count)).toEqual([10, 2, 10])
  await soon(clock, line.read(reading(1, 0, 10), into, never))
  expect(wire.asked).toHaveLength(4)
})

test('when that is refused, something is asked by another function: its answer can be no late one', async () => {
  const { clock, line, wire } = await afterSilence()
  wire.script = (asked) => {
    const refuses = asked.count === 2 || asked.function !== 3
    return [{ afterMs: 5, bytes: refuses ? exception(rtuFrame, asked, 2) : answer(rtuFrame, asked) }]
  }
  await clock.advance(500)
  expect(await soon(clock, line.read(reading(1, 0, 10), new Uint16Array(10), never))).toEqual({ state: 'answered' })
  expect(wire.asked.map(({ function: fn, count }) => [fn, count])).toEqual([
    [3, 10],
    [3, 2],
    [4, 2],
    [3, 10],
  ])
})

test('a late answer that is heard out of turn pays the debt, and ends the rest', async () => {
  const { clock, line, wire } = await afterSilence()
  wire.say({ afterMs: 50, bytes: answer(rtuFrame, wire.asked[0]!) })
  await clock.advance(100)
  await soon(clock, line.read(reading(2, 0, 2), new Uint16Array(2), never))
  expect(line.counters.late).toBe(1)
  expect(await soon(clock, line.read(reading(1, 0, 10), new Uint16Array(10), never))).toEqual({ state: 'answered' })
  expect(wire.asked.map(({ unit, count }) => [unit, count])).toEqual([
    [1, 10],
    [2, 2],
    [1, 10],
  ])
})

test('a late answer in the midst of another unit’s is passed over', async () => {
  const { clock, line, wire } = await afterSilence()
  wire.script = (asked) => [
    { afterMs: 5, bytes: answer(rtuFrame, wire.asked[0]!) },
    { afterMs: 20, bytes: answer(rtuFrame, asked) },
  ]
  const into = new Uint16Array(10)
  expect(await soon(clock, line.read(reading(2, 0, 10), into, never))).toEqual({ state: 'answered' })
  expect([into[0], line.counters.late]).toEqual([telling(2, 0), 1])
})

test('what came before the question is no answer to it', async () => {
  const { clock, line, wire } = bench('rtu', gap, new Debts())
  wire.script = (asked) => [{ afterMs: 5, bytes: answer(rtuFrame, asked) }]
  await soon(clock, line.read(reading(2, 0, 2), new Uint16Array(2), never))
  wire.script = () => []
  const unasked = { unit: 1, function: 3, address: 50, count: 2, transaction: 0, atMs: 0 }
  wire.say({ afterMs: 10, bytes: answer(rtuFrame, unasked) })
  await clock.advance(100)
  const outcome = await soon(clock, line.read(reading(1, 0, 2), new Uint16Array(2), never))
  expect([outcome.state, line.counters.foreign]).toEqual(['no-answer', 1])
})

test('a line that never falls silent is not asked, and says so', async () => {
  const { clock, line, wire } = await afterSilence()
  for (let ms = 0; ms < 3_000; ms++) wire.say({ afterMs: ms, bytes: Uint8Array.of(0x55) })
  expect(await soon(clock, line.read(reading(2, 0, 2), new Uint16Array(2), never))).toEqual({ state: 'garbled' })
  expect(wire.asked).toHaveLength(1)
})

test('after ten worst responses a debt is forgotten', () => {
  const debts = new Debts()
  debts.owe(reading(1, 0, 10), 0)
  expect([debts.inDebt(1, 4_999), debts.inDebt(1, 5_000)]).toEqual([true, false])
})

test('no probe looks like what is owed, or leaves the address space', () => {
  const debts = new Debts()
  for (let question = 0; question < 12; question++) {
    const probe = debts.probe(reading(1, 0xfff0, 2))!
    expect(debts.inDebt(1, 0)).toBe(question > 0)
    expect(probe.address + probe.count).toBeLessThanOrEqual(0x1_0000)
    debts.owe(probe, 0)
  }
  expect(debts.probe(reading(1, 0xfff0, 2), true)).toMatchObject({ function: 4 })
  expect(debts.probe(reading(1, 0xffff, 1))).toBeUndefined()
})
