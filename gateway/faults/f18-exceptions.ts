/** F18: units that refuse, with each exception of Modbus, for a while or now and then, or what of a request they cannot read. */
import type { Clock } from '../../drivers/clock.ts'
import { Refusals } from '../../drivers/modbus/refusals.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { faulty, wireFaults, type Befalls } from '../../drivers/testing/faults.ts'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { Control } from '../control/control.ts'
import { envelope } from '../control/envelope.ts'
import { applied, fakeDriver, familiar } from '../control/testing/fake-driver.ts'
import { relay, segmentOf } from '../control/testing/segments.ts'
import { unheard } from '../control/testing/unheard.ts'
import { addressOf, judged, openBus, reasonOf, registers, right } from './bus.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

const units = 4
const refusing = 1
const periodMs = 1_000
const whileMs = 60_000
/** What is known of a device that lacks registers is tried anew after ten minutes; a unit taken for dead after 30 s. */
const backWithinMs = 11 * 60_000
/** One that refused everything is asked for one point at each poll: when that is there, so is the rest. */
const allBackWithinMs = 2_500

/** A poll of this bus is one question; beyond that, in a minute: who it is, and once each register by itself. */
const polls = whileMs / periodMs
const mostQuestions = polls + registers + 6
/** A device that is busy is asked again within the same read, so often at most. */
const mostTries = 2
/** One register that cannot be read is found among ten by so many more: two halvings each, and a few. */
const mostToLearn = 2 * Math.ceil(Math.log2(registers)) + 4
/** Of reads that are refused for being busy every other time, so many have their values; asked once, half of them would. */
const leastBusy = 0.7

const busyMs = 10 * 60_000
/** What is written in vain is written again after 1, 2, 5 and 15 s, then each minute (control/dispatcher.ts). */
const slowestTryMs = 60_000
const mostWrites = 5 + busyMs / slowestTryMs

/** Exceptions by what the readings then say (Modbus Application Protocol V1.1b3, 7). */
const told: Readonly<Record<number, string>> = {
  1: 'refused',
  2: 'illegal-address',
  3: 'illegal-address',
  4: 'refused',
  5: 'refused',
  6: 'refused',
  7: 'refused',
  8: 'refused',
  9: 'refused',
  10: 'no-answer',
  11: 'no-answer',
}

/** How the unit that refuses is read. */
interface Reads {
  readonly seed: number
  readonly refusals: (clock: Clock) => Refusals
  readonly busyTries: number
  readonly hole?: number
}

/** What is taken out, to show that it is needed. */
type Guards = Pick<Reads, 'refusals' | 'busyTries'>

interface Tally {
  questions: number
  /** reads of the unit that refuses, and those that do not say what they should */
  reads: number
  untold: number
  /** what it still told in these reads */
  values: number
  wrong: number
  /** reads of the others that did not bring all their values */
  disturbed: number
  declaredDead: boolean
  backMs: number | undefined
}

/** A minute of refusals, and what comes after. `expected`: what reads of the refusing unit may then say; undefined: values. */
async function refusals(
  befalls: Befalls,
  expected: readonly (string | undefined)[],
  { seed, hole = 0, ...guards }: Reads,
): Promise<Tally> {
  const random = dice(seed)
  let refuses = false
  // A question that is on its way when the refusals begin still gets its answer.
  let asked = false
  let endedMs = Infinity
  const tally: Tally = {
    questions: 0,
    reads: 0,
    untold: 0,
    values: 0,
    wrong: 0,
    disturbed: 0,
    declaredDead: false,
    backMs: undefined,
  }
  const meets: Befalls = (question) => {
    if (!refuses || question.unit !== refusing) return undefined
    asked = true
    return befalls(question)
  }
  const script = faulty(right, meets, random)
  const bus = openBus(script, {
    units,
    periodMs,
    random,
    hole,
    ...guards,
    health: (unit, { state }) => {
      if (unit === refusing && state === 'dead') tally.declaredDead = true
    },
    readings: (unit, readings) => {
      const { values, wrong } = judged(unit, readings, hole)
      tally.wrong += wrong
      if (unit !== refusing) {
        if (values < registers) tally.disturbed++
        return
      }
      if (!refuses && endedMs < Infinity && values === registers) tally.backMs ??= bus.clock.monotonicMs() - endedMs
      if (!refuses || !asked) return
      tally.reads++
      tally.values += values
      if (!expected.includes(reasonOf(readings))) tally.untold++
    },
  })
  await bus.live(5_000)
  const before = bus.wire.asked.length
  refuses = true
  await bus.live(whileMs)
  tally.questions = bus.wire.asked.slice(before).filter(({ unit }) => unit === refusing).length
  refuses = false
  endedMs = bus.clock.monotonicMs()
  while (tally.backMs === undefined && bus.clock.monotonicMs() - endedMs < backWithinMs) await bus.live(periodMs)
  await bus.end()
  return tally
}

async function look({ seed, short }: FaultContext, guards: Guards): Promise<Found> {
  const random = dice(seed)
  const broken: string[] = []
  let [looked, wrongs, most, slowest] = [0, 0, 0, 0]
  const reads = { seed, ...guards }
  const hold = (name: string, tally: Tally, backMs: number, mayBeDead: boolean, mayAsk = mostQuestions) => {
    const fail = (what: string) => broken.push(`${name}: ${what}`)
    if (tally.wrong > 0) fail(`${tally.wrong} wrong values`)
    if (tally.untold > 0) fail(`${tally.untold} of ${tally.reads} reads do not tell it`)
    if (tally.disturbed > 0) fail(`${tally.disturbed} reads of the others were disturbed`)
    if (tally.questions > mayAsk) fail(`${tally.questions} questions in a minute, and ${mayAsk} are enough`)
    if (tally.declaredDead && !mayBeDead) fail('the unit was taken to be dead, and it spoke')
    if (tally.reads === 0) fail('nothing was read')
    if (tally.backMs === undefined || tally.backMs > backMs) fail(`back after ${tally.backMs ?? Infinity} ms`)
    looked += tally.reads
    wrongs += tally.wrong
    most = Math.max(most, tally.questions)
    slowest = Math.max(slowest, tally.backMs ?? Infinity)
  }

  for (const [code, reason] of Object.entries(told)) {
    const fault = wireFaults.exception(Number(code))
    const tally = await refusals(() => fault, [reason], reads)
    const missing = reason === 'illegal-address'
    const silent = reason === 'no-answer'
    const mayAsk = mostQuestions + (isBusy(Number(code)) ? mostTries * polls : 0)
    hold(`always ${code}`, tally, missing ? allBackWithinMs : silent ? 31_500 : 1_500, silent, mayAsk)
  }
  const busy = { values: 0, reads: 0 }
  for (const code of [5, 6])
    for (const share of short ? [0.5] : [0.1, 0.5, 0.9]) {
      const fault = wireFaults.exception(code)
      const befalls = () => (random() < share ? fault : undefined)
      const tally = await refusals(befalls, ['refused', undefined], reads)
      hold(`${code} to ${share * 100} %`, tally, 1_500, false, mostQuestions + mostTries * polls)
      if (share !== 0.5) continue
      busy.values += tally.values / registers
      busy.reads += tally.reads
    }
  if (busy.values < leastBusy * busy.reads)
    broken.push(`busy every other time: ${busy.values} of ${busy.reads} reads brought values`)

  // A poll is two questions then, before and behind what cannot be read.
  const mayAsk = 2 * polls + mostToLearn
  const lacks = wireFaults.exception(2)
  const without =
    (register: number): Befalls =>
    ({ address, count }) =>
      address <= register && register < address + count ? lacks : undefined
  const lacking = await refusals(without(5), [undefined], reads)
  if (lacking.values < lacking.reads * (registers - 1)) broken.push('one register missing: the others were not read')
  hold('one register missing', lacking, backWithinMs, false, mayAsk)

  const hole = 2
  const holed = await refusals(without(addressOf(registers / 2, hole) - 1), [undefined], { ...reads, hole })
  if (holed.values < holed.reads * registers) broken.push('a hole that is illegal: not all was read')
  hold('a hole that is illegal', holed, backWithinMs, false, mayAsk)

  const tooMany = wireFaults.exception(3)
  const most6: Befalls = ({ count }) => (count > 6 ? tooMany : undefined)
  const long = await refusals(most6, [undefined], reads)
  if (long.values < long.reads * registers) broken.push('a block that is too long: not all was read')
  hold('a block that is too long', long, backWithinMs, false, mayAsk)

  const { writes, appliedMs } = await busyWhenWritten()
  if (writes < 2 || writes > mostWrites) broken.push(`busy to writes: written ${writes} times in ten minutes`)
  if (appliedMs > slowestTryMs + 1_000) broken.push(`busy to writes: not written ${appliedMs} ms after it is ready`)

  return {
    broken,
    figures: {
      looked,
      'writes to a busy device in ten minutes': writes,
      'most questions in a minute': most,
      'slowest back': `${(slowest / 1_000).toFixed(0)} s`,
      'wrong value accepted': wrongs,
    },
  }
}

/** A device that is busy whenever it is written to: it is tried with patience, and again until it takes it. */
async function busyWhenWritten(): Promise<{ writes: number; appliedMs: number }> {
  const clock = fakeClock('2026-12-21T18:00:00Z')
  const driver = fakeDriver()
  driver.answers({ state: 'rejected', because: 'refused' })
  const segment = segmentOf({}, [relay])
  using control = new Control({
    segments: [segment],
    drivers: new Map([[relay.device, driver]]),
    acquaintance: familiar,
    points: new Set(),
    clock,
    envelope: envelope(),
    trust: () => 'synced',
    on: unheard,
  })
  const stop = new AbortController()
  const running = control.run(stop.signal)
  await clock.advance(busyMs)
  const writes = driver.writes.length
  driver.answers(applied)
  const before = clock.monotonicMs()
  while (driver.writes.length === writes && clock.monotonicMs() - before < 2 * slowestTryMs) await clock.advance(1_000)
  stop.abort()
  await running
  return { writes, appliedMs: clock.monotonicMs() - before }
}

function isBusy(code: number): boolean {
  return code === 5 || code === 6
}

/** Asks again and again for what is not there. */
class Forgetful extends Refusals {
  override note(): void {
    // forgotten
  }
}

const whole: Guards = { refusals: (clock) => new Refusals(clock), busyTries: mostTries }

export const fault: Fault = {
  id: 'F18',
  title:
    'exceptions 1 to 11, always or now and then, and a register that is missing, a hole that is illegal, a block that is too long',
  passes:
    'each exception is told by its reason and never a value, the others are undisturbed; 5 and 6 are asked again twice at most within a read, so that of reads that are busy every other time 7 of 10 bring values, and no other exception makes more questions than a poll has; a block with 2 or 3 is cut up by halves once, all but the bad point is read in that very poll, and what was learned is left alone; writes are tried again with patience',
  run: (context) => look(context, whole),
  control: {
    without: 'the memory of what a device refuses; and, in a second run, without asking the busy again',
    run: async (context) => {
      const forgetful = await look(context, { ...whole, refusals: (clock) => new Forgetful(clock) })
      const impatient = await look(context, { ...whole, busyTries: 0 })
      // Both must fail.
      const isNeeded = forgetful.broken.length > 0 && impatient.broken.length > 0
      return { ...impatient, broken: isNeeded ? [...forgetful.broken, ...impatient.broken] : [] }
    },
  },
}
