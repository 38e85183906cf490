/** F15: one dead slave of 32 on a busy bus: a cable cut, a meter without supply. */
import { dice } from '../../drivers/testing/dice.ts'
import { faulty, wireFaults } from '../../drivers/testing/faults.ts'
import { defaultBackOff, type BackOff } from '../acquisition/health.ts'
import { judged, openBus, registers, right, timeoutMs } from './bus.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

const units = 32
const dead = 17
/** Shorter than 32 units take: the bus is never idle, and each unit's turn comes when the others have had theirs. */
const periodMs = 1_000
const minuteMs = 60_000

const mostLonger = 0.1
/** A dead unit is asked again at least so often (reference/faults.md: recovered within 30 s). */
const backWithinMs = 30_000 + periodMs + timeoutMs

async function look({ seed, short }: FaultContext, backOff: BackOff): Promise<Found> {
  const random = dice(seed)
  const deadMinutes = short ? 5 : 30
  let isDead = false
  let returnedMs = Infinity
  /** reads of the dead unit since it came back, until one brought its values */
  let probes = 0
  let wasAsked = false
  let backMs: number | undefined
  let wrong = 0
  const askedMs = new Map<number, number>()
  let cycles: number[] = []
  const script = faulty(
    right,
    ({ unit, atMs, count }) => {
      if (unit === dead) {
        wasAsked = true
        return isDead ? wireFaults.drop() : undefined
      }
      if (count === registers) {
        const before = askedMs.get(unit)
        if (before !== undefined) cycles.push(atMs - before)
        askedMs.set(unit, atMs)
      }
      return undefined
    },
    random,
  )
  const bus = openBus(script, {
    units,
    periodMs,
    random,
    backOff,
    readings: (unit, readings) => {
      const { values, wrong: some } = judged(unit, readings)
      wrong += some
      if (unit !== dead) return
      if (bus.clock.monotonicMs() >= returnedMs && backMs === undefined && wasAsked) probes++
      if (bus.clock.monotonicMs() >= returnedMs && values === registers) backMs ??= bus.clock.monotonicMs()
      wasAsked = false
    },
  })
  const mean = async (ms: number) => {
    cycles = []
    await bus.live(ms)
    return { cycleMs: cycles.reduce((sum, one) => sum + one, 0) / cycles.length, worstMs: Math.max(...cycles) }
  }

  await bus.live(10_000) // the first polls come at once, and each device is asked who it is
  const alive = await mean(2 * minuteMs)
  isDead = true
  const first = await mean(minuteMs)
  const later = await mean((deadMinutes - 1) * minuteMs)
  const whileDead = (first.cycleMs + (deadMinutes - 1) * later.cycleMs) / deadMinutes
  const asked = bus.wire.asked.filter(({ unit }) => unit === dead).length
  isDead = false
  returnedMs = bus.clock.monotonicMs()
  for (let second = 0; second < 400 && backMs === undefined; second++) await bus.live(1_000)
  await bus.end()

  const broken: string[] = []
  const longer = (cycleMs: number) => cycleMs / alive.cycleMs - 1
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  if (wrong > 0) broken.push(`${wrong} wrong values`)
  if (longer(whileDead) > mostLonger) broken.push(`the others’ cycle is ${percent(longer(whileDead))} longer`)
  if (longer(later.cycleMs) > mostLonger) broken.push(`and stays ${percent(longer(later.cycleMs))} longer`)
  if (backMs === undefined) broken.push('the unit that came back is not read')
  else {
    if (probes !== 1) broken.push(`the unit that came back was read ${probes} times before its values were there`)
    if (backMs - returnedMs > backWithinMs)
      broken.push(`it was read ${Math.round((backMs - returnedMs) / 1_000)} s after its return`)
  }
  return {
    broken,
    figures: {
      looked: cycles.length,
      'cycle of 32': `${alive.cycleMs.toFixed(0)} ms`,
      'longer while one is dead': percent(longer(whileDead)),
      'in the first minute': percent(longer(first.cycleMs)),
      'longest cycle': `${Math.max(first.worstMs, later.worstMs).toFixed(0)} ms, ${alive.worstMs.toFixed(0)} ms before`,
      'questions to the dead': asked,
      'back after': backMs === undefined ? 'never' : `${((backMs - returnedMs) / 1_000).toFixed(1)} s`,
      'wrong value accepted': wrong,
    },
  }
}

export const fault: Fault = {
  id: 'F15',
  title: 'one dead slave of 32 on a bus that is never idle',
  passes:
    'the others’ cycle is at most 10 % longer from the first silence on; the first probe after its return reads it, within 30 s',
  run: (context) => look(context, defaultBackOff),
  control: {
    without: 'the poller’s back-off',
    run: (context) => look(context, { firstMs: 0, capMs: 0 }),
  },
}
