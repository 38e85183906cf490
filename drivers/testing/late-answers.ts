/** Units that answer late, and a count of what was believed of them. */
import { Debts } from '../modbus/debts.ts'
import { bench, never, reading, soon } from './bench.ts'
import { dice } from './dice.ts'
import { answer, exception, rtuFrame, telling, type Asked } from './scripted-wire.ts'

const timeoutMs = 20
const worstResponseMs = 100

/** Registers from here on do not exist. */
const lastAddress = 900

export interface LateTally {
  /** requests on the wire */
  asked: number
  late: number
  right: number
  wrong: number
  /** exceptions that were told of the question that they were said to */
  refused: number
  /** exceptions told of a question that was answered otherwise, or not yet */
  wronglyRefused: number
  /** writes that were taken, and told so */
  written: number
  /** writes told to be taken or refused before the unit had said anything to them, or otherwise than it did */
  belied: number
}

export interface Lateness {
  readonly debts: Debts
  /** until so many answers were late */
  readonly enough: number
  readonly seed: number
  /** the worst response that the units declare; absent: what they mostly keep to */
  readonly declaredMs?: number
  /** the share of questions that a unit refuses, with any of the exceptions 1 to 11, though it has the registers */
  readonly refusing?: number
}

/** What a unit said to a question, and when. */
interface Said {
  readonly dueMs: number
  /** undefined: no exception */
  readonly code: number | undefined
}

const nothing: Said = { dueMs: Infinity, code: undefined }

/** Debts that are never looked at: a unit only rests. */
export class OnlyResting extends Debts {
  override couldBeMistaken = () => false
}

/** Three units that answer in order, often late: within their declared worst response, or up to six times as late. */
export async function answerLate({
  debts,
  enough,
  seed,
  declaredMs = worstResponseMs,
  refusing = 0,
}: Lateness): Promise<LateTally> {
  const random = dice(seed)
  const pick = <T>(...choices: [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0]
  const { clock, wire, line } = bench('rtu', { charMs: 0, gapMs: 2 }, debts)
  const tally: LateTally = {
    asked: 0,
    late: 0,
    right: 0,
    wrong: 0,
    refused: 0,
    wronglyRefused: 0,
    written: 0,
    belied: 0,
  }
  /** to the latest write, and to the latest read of each kind */
  let saidToWrite = nothing
  const saidToRead = new Map<string, Said>()
  const keyOf = ({ unit, function: fn, address, count }: Pick<Asked, 'unit' | 'function' | 'address' | 'count'>) =>
    `${unit}/${fn}/${address}+${count}`
  const busyUntilMs = new Map<number, number>()

  wire.script = (asked: Asked) => {
    tally.asked++
    const lateness = pick(0.05, 0.05, 0.3, 0.8, 1, 1.2, 2, 6)
    const dueMs = Math.max(
      asked.atMs + lateness * worstResponseMs * (0.8 + 0.4 * random()),
      busyUntilMs.get(asked.unit) ?? 0,
    )
    busyUntilMs.set(asked.unit, dueMs + 1)
    const writes = asked.function > 4
    const exists = asked.address + (writes ? 1 : asked.count) <= lastAddress
    const refuses = refusing > 0 && random() < refusing
    const code = !exists ? 2 : refuses ? 1 + Math.floor(11 * random()) : undefined
    const isLost = random() < 0.05
    const said = isLost ? nothing : { dueMs, code }
    if (writes) saidToWrite = said
    else saidToRead.set(keyOf(asked), said)
    if (isLost) return []
    const afterMs = dueMs - asked.atMs
    if (afterMs > timeoutMs) tally.late++
    return [{ afterMs, bytes: code === undefined ? answer(rtuFrame, asked) : exception(rtuFrame, asked, code) }]
  }

  const write = async () => {
    const address = pick(0, 40, lastAddress + 5)
    const values = Uint16Array.of(pick(0, 1, 1))
    const manners = { unit: pick(1, 2, 3), timeoutMs, worstResponseMs: declaredMs, pauseMs: 0 }
    let toldMs = Infinity
    saidToWrite = nothing
    const writing = line.write({ ...manners, function: pick(5, 6, 15, 16), address, values }, never).then((outcome) => {
      toldMs = clock.monotonicMs()
      return outcome
    })
    const outcome = await soon(clock, writing)
    if (outcome.state !== 'answered' && outcome.state !== 'exception') return
    const code = outcome.state === 'exception' ? outcome.exception : undefined
    if (toldMs < saidToWrite.dueMs || code !== saidToWrite.code) tally.belied++
    else if (code === undefined) tally.written++
    else tally.refused++
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
    let toldMs = Infinity
    const asking = line.read(request, into, never).then((outcome) => {
      toldMs = clock.monotonicMs()
      return outcome
    })
    const outcome = await soon(clock, asking)
    const said = saidToRead.get(keyOf(request)) ?? nothing
    if (outcome.state === 'answered') {
      const isTrue = into.every((value, index) => value === telling(request.unit, address + index))
      if (isTrue && (said.code === undefined || refusing === 0)) tally.right++
      else tally.wrong++
    } else if (outcome.state === 'exception') {
      if (outcome.exception === said.code && toldMs >= said.dueMs) tally.refused++
      else tally.wronglyRefused++
    }
    await clock.advance(pick(0, 0, 5, 60, 130))
  }
  await line[Symbol.asyncDispose]()
  return tally
}
