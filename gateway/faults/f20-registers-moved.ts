/** F20: a firmware update of a device moves its registers: what was its level is something else now. */
import type { Random } from '../../drivers/clock.ts'
import { hasValue, type Reading } from '../../drivers/reading.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { Ballast, cabinetOf } from '../testing/polled-lamp.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

/** How an update is seen from the line. */
const ways = ['restarts', 'line opened anew', 'at once'] as const
type Way = (typeof ways)[number]

/** A restart is no longer; a lamp that is away for more than a minute is lit blindly (control/README.md). */
const mostRestartMs = 45_000
/** It is put right so long after: the maker's next firmware. */
const staysMs = 90_000
const backWithinMs = 65_000

/** Values that no other register has: 10 is what it was last told. */
function isRight({ registers }: Ballast, reading: Reading): boolean {
  if (!hasValue(reading)) return true
  const name = reading.point.slice('lamp.'.length)
  const address = name === 'kind' ? 0 : name === 'level' ? 10 : 40 + Number(name.slice('measured_'.length))
  return reading.value === registers.get(address)
}

interface Tally {
  reads: number
  good: number
  wrong: number
  outputs: number
  unnoticed: number
  notBack: number
}

async function update(way: Way, random: Random, tally: Tally, isBlind: boolean): Promise<void> {
  const lamp = new Ballast()
  let isMoved = false
  let seen = 0
  let goodSinceBack = 0
  const cabinet = cabinetOf(
    (asked) => {
      if (lamp.movedBy !== 0 && !lamp.isSilent && asked.function > 4) tally.outputs++
      return lamp.script(asked)
    },
    {
      isBlind,
      readings: (readings) => {
        tally.reads += readings.length
        for (const reading of readings) {
          if (hasValue(reading)) seen++
          if (!isRight(lamp, reading)) tally.wrong++
          if (hasValue(reading) && !isMoved) goodSinceBack++
        }
      },
    },
  )
  const { clock, wire, control } = cabinet
  let levels = 0
  const order = () =>
    control.take({
      setpoint: 'north.level',
      act: { kind: 'set', value: 20 + 10 * (levels++ % 8), leaseMs: 3_600_000 },
      reason: 'a fault',
      who: 'a fault',
    })
  /** Somebody always wants something of it. */
  const live = async (ms: number) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 500) {
      if (random() < 0.3) order()
      await clock.advance(Math.min(500, leftMs))
    }
  }
  const move = async (by: number) => {
    if (way === 'restarts') {
      lamp.isSilent = true
      // Long enough that a poll of each second falls into it.
      await live(1_500 + random() * (mostRestartMs - 1_500))
    } else {
      // Nothing is on the wire: an answer that is under way would be the old firmware's.
      while (wire.asked.some(({ atMs }) => clock.monotonicMs() - atMs < 50)) await clock.advance(1)
      if (way === 'line opened anew') wire.lose()
    }
    lamp.movedBy = by
    lamp.isSilent = false
    // Until the next poll nobody can know.
    if (way === 'at once') await clock.advance(1_100)
  }

  await live(20_000)
  isMoved = true
  // A few further, much of what is measured is still something that is measured.
  await move(way === 'at once' ? 3 + Math.floor(random() * 5) : 1 + Math.floor(random() * 12))
  await live(staysMs)
  if (!cabinet.news.includes('differs')) tally.unnoticed++
  isMoved = false
  goodSinceBack = 0
  await move(0)
  await live(backWithinMs)
  if (goodSinceBack === 0) tally.notBack++
  tally.good += seen
  await cabinet.end()
}

async function look({ seed, short }: FaultContext, isBlind: boolean): Promise<Found> {
  const random = dice(seed)
  const tally: Tally = { reads: 0, good: 0, wrong: 0, outputs: 0, unnoticed: 0, notBack: 0 }
  const updates = short ? 8 : 100
  for (const way of ways) for (let n = 0; n < updates; n++) await update(way, random, tally, isBlind)
  const broken: string[] = []
  if (tally.wrong > 0) broken.push(`${tally.wrong} values of moved registers were accepted`)
  if (tally.outputs > 0) broken.push(`${tally.outputs} writes went to moved registers`)
  if (tally.unnoticed > 0) broken.push(`${tally.unnoticed} updates of ${ways.length * updates} were not told`)
  if (tally.notBack > 0) broken.push(`${tally.notBack} devices that were put right were not believed again`)
  return {
    broken,
    figures: {
      looked: tally.good,
      updates: ways.length * updates,
      'writes to moved registers': tally.outputs,
      'wrong value accepted': tally.wrong,
    },
  }
}

export const fault: Fault = {
  id: 'F20',
  title: 'registers moved after a device’s firmware update: after a restart, behind a line opened anew, or at once',
  passes:
    'no value of a moved register is accepted and none is written, each update is told, and a device put right is believed again; not tried: an update between two polls without a silence, which nobody can know before the next poll, and, where that stays plausible, before the telling point is next read',
  run: (context) => look(context, false),
  control: {
    without: 'the question who answers there',
    run: (context) => look(context, true),
  },
}
