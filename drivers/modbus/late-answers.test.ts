/** A unit that answers late must never be believed to have answered the next question. */
import { expect, test } from 'vitest'
import { bench, never, reading, soon } from '../testing/line-suite.ts'
import { answer, exception, rtuFrame, telling, type Asked } from '../testing/scripted-wire.ts'
import { dice } from '../testing/dice.ts'
import { Debts } from './debts.ts'

const timeoutMs = 20
const worstResponseMs = 100

/** Registers from here on do not exist. */
const lastAddress = 900

/** What a unit answers to a write: address and value, or address and count, again. */
function echo(asked: Asked): Uint8Array {
  const { function: fn, address, count: second } = asked
  return rtuFrame(asked, fn, address >> 8, address & 0xff, second >> 8, second & 0xff)
}

interface Tally {
  late: number
  right: number
  wrong: number
  /** exceptions reported for registers that exist */
  wronglyRefused: number
  /** writes that were taken, and told so */
  written: number
  /** writes told to be taken or refused before the unit had said anything to them, or otherwise than it did */
  belied: number
}

/** Three units that answer in order, often late: within their declared worst response, or up to six times as late. */
async function run(debts: Debts, enough: number, seed: number, declaredMs = worstResponseMs): Promise<Tally> {
  const random = dice(seed)
  const pick = <T>(...choices: [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0]
  const { clock, wire, line } = bench('rtu', { charMs: 0, gapMs: 2 }, debts)
  const tally: Tally = { late: 0, right: 0, wrong: 0, wronglyRefused: 0, written: 0, belied: 0 }
  /** when the unit answers the latest write */
  let saidMs = Infinity
  const busyUntilMs = new Map<number, number>()

  wire.script = (asked: Asked) => {
    const lateness = pick(0.05, 0.05, 0.3, 0.8, 1, 1.2, 2, 6)
    const dueMs = Math.max(
      asked.atMs + lateness * worstResponseMs * (0.8 + 0.4 * random()),
      busyUntilMs.get(asked.unit) ?? 0,
    )
    busyUntilMs.set(asked.unit, dueMs + 1)
    const writes = asked.function > 4
    if (writes) saidMs = Infinity
    if (random() < 0.05) return []
    if (writes) saidMs = dueMs
    const afterMs = dueMs - asked.atMs
    if (afterMs > timeoutMs) tally.late++
    const exists = asked.address + (writes ? 1 : asked.count) <= lastAddress
    const told = writes ? echo(asked) : answer(rtuFrame, asked)
    return [{ afterMs, bytes: exists ? told : exception(rtuFrame, asked, 2) }]
  }

  const write = async () => {
    const address = pick(0, 40, lastAddress + 5)
    const values = Uint16Array.of(pick(0, 1, 1))
    const manners = { unit: pick(1, 2, 3), timeoutMs, worstResponseMs: declaredMs, pauseMs: 0 }
    let toldMs = Infinity
    const writing = line.write({ ...manners, function: pick(5, 6, 15, 16), address, values }, never).then((outcome) => {
      toldMs = clock.monotonicMs()
      return outcome
    })
    const { state } = await soon(clock, writing)
    if (state !== 'answered' && state !== 'exception') return
    if (toldMs < saidMs || (state === 'answered') !== address < lastAddress) tally.belied++
    else if (state === 'answered') tally.written++
  }

  while (tally.late < enough) {
    if (random() < 0.3) {
      await write()
      await clock.advance(pick(0, 0, 5, 60, 130))
      continue
    }
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

test(
  '10 000 late answers: no wrong value, no refusal and no acknowledgement that was another’s',
  { timeout: 60_000 },
  async () => {
    const tally = await run(new Debts(), 10_000, seed)
    expect(tally).toMatchObject({ wrong: 0, wronglyRefused: 0, belied: 0 })
    expect(tally.late).toBeGreaterThanOrEqual(10_000)
    expect(tally.right).toBeGreaterThan(1_000)
    expect(tally.written).toBeGreaterThan(200)
  },
)

test('of units that declare too little, neither resting nor remembering, late answers become values', async () => {
  expect((await run(new Debts(), 1_000, seed, 0)).wrong).toBeGreaterThan(0)
})

test('resting alone does not suffice where a unit is slower than it declares', async () => {
  class OnlyResting extends Debts {
    override couldBeMistaken = () => false
  }
  const { wrong, belied } = await run(new OnlyResting(), 1_000, seed)
  expect(wrong).toBeGreaterThan(0)
  expect(belied).toBeGreaterThan(0)
})
