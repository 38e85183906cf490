/** A unit that answers late must never be believed to have answered the next question. */
import { expect, test } from 'vitest'
import { bench, never, reading, soon } from '../testing/line-suite.ts'
import { answer, exception, rtuFrame, telling, type Asked } from '../testing/scripted-wire.ts'
import { Debts } from './debts.ts'

const timeoutMs = 20
const worstResponseMs = 100

/** Registers from here on do not exist. */
const lastAddress = 900

/** A small generator of our own, so that a seed printed by a failure makes the same night again (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Tally {
  late: number
  right: number
  wrong: number
  /** exceptions reported for registers that exist */
  wronglyRefused: number
}

/** Three units that answer in order, often late: within their declared worst response, or up to six times as late. */
async function run(debts: Debts, enough: number, seed: number, declaredMs = worstResponseMs): Promise<Tally> {
  const random = chance(seed)
  const pick = <T>(...choices: [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0]
  const { clock, wire, line } = bench('rtu', { charMs: 0, gapMs: 2 }, debts)
  const tally: Tally = { late: 0, right: 0, wrong: 0, wronglyRefused: 0 }
  const busyUntilMs = new Map<number, number>()

  wire.script = (asked: Asked) => {
    const lateness = pick(0.05, 0.05, 0.3, 0.8, 1, 1.2, 2, 6)
    const dueMs = Math.max(
      asked.atMs + lateness * worstResponseMs * (0.8 + 0.4 * random()),
      busyUntilMs.get(asked.unit) ?? 0,
    )
    busyUntilMs.set(asked.unit, dueMs + 1)
    if (random() < 0.05) return []
    const afterMs = dueMs - asked.atMs
    if (afterMs > timeoutMs) tally.late++
    const exists = asked.address + asked.count <= lastAddress
    return [{ afterMs, bytes: exists ? answer(rtuFrame, asked) : exception(rtuFrame, asked, 2) }]
  }

  while (tally.late < enough) {
    const count = pick(1, 2, 2, 2, 4, 10)
    const address = pick(0, 40, 100, 300, lastAddress - 2)
    const request = reading(pick(1, 2, 3), address, count, {
      function: pick(3, 4),
      timeoutMs,
      worstResponseMs: declaredMs,
    })
    const into = new Uint16Array(count)
    const outcome = await soon(clock, line.read(request, into, never))
    if (outcome.state === 'answered') {
      if (into.every((value, index) => value === telling(request.unit, address + index))) tally.right++
      else tally.wrong++
    } else if (outcome.state === 'exception' && address + count <= lastAddress) tally.wronglyRefused++
    await clock.advance(pick(0, 0, 5, 60, 130))
  }
  await line[Symbol.asyncDispose]()
  return tally
}

const seed = 20_261_122

test('10 000 late answers: no wrong value, and no refusal that was another’s', { timeout: 60_000 }, async () => {
  const tally = await run(new Debts(), 10_000, seed)
  expect(tally).toMatchObject({ wrong: 0, wronglyRefused: 0 })
  expect(tally.late).toBeGreaterThanOrEqual(10_000)
  expect(tally.right).toBeGreaterThan(1_000)
})

test('of units that declare too little, neither resting nor remembering, late answers become values', async () => {
  expect((await run(new Debts(), 1_000, seed, 0)).wrong).toBeGreaterThan(0)
})

test('resting alone does not suffice where a unit is slower than it declares', async () => {
  class OnlyResting extends Debts {
    override inDebt = () => false
  }
  expect((await run(new OnlyResting(), 1_000, seed)).wrong).toBeGreaterThan(0)
})
