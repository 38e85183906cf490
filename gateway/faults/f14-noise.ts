/** F14: noise on an RS-485 pair, from a bad joint to a contactor's coil beside the cable. */
import { dice } from '../../drivers/testing/dice.ts'
import { faulty, randomBytes, wireFaults } from '../../drivers/testing/faults.ts'
import { RtuFraming } from '../../drivers/modbus/rtu.ts'
import { judged, openBus, reasonOf, registers, right } from './bus.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

const units = 8
const periodMs = 1_000

/** Where it is noisy, and the share of the answers that are damaged; as many come whole behind noise, or before it. */
const wires = [
  { name: '1 %', share: 0.01, noisy: () => true },
  { name: '5 %', share: 0.05, noisy: () => true },
  { name: '20 %', share: 0.2, noisy: () => true },
  { name: 'neighbour 20 %', share: 0.2, noisy: (unit: number) => unit === 1 },
] as const

/** `disturbed`: an answer that was sent whole, and did not become ten right values. */
interface Tally {
  asked: number
  damaged: number
  behindNoise: number
  idleNoise: number
  values: number
  wrong: number
  disturbed: number
  /** damaged answers whose readings do not say so */
  untold: number
  /** damaged or noisy questions, as the line counts them */
  counted: number
}

async function noise(
  { name, share, noisy }: (typeof wires)[number],
  seed: number,
  polls: number,
  framing: RtuFraming,
): Promise<Tally> {
  const random = dice(seed + name.length + share * 100)
  const tally: Tally = {
    asked: 0,
    damaged: 0,
    behindNoise: 0,
    idleNoise: 0,
    values: 0,
    wrong: 0,
    disturbed: 0,
    untold: 0,
    counted: 0,
  }
  /** what befell the latest answer of a unit that nobody has read yet */
  const befell = new Map<number, 'damaged' | 'noise' | 'nothing'>()
  const script = faulty(
    right,
    ({ unit, count }) => {
      tally.asked++
      const roll = noisy(unit) ? random() : 1
      const what = roll < share ? 'damaged' : roll < 2 * share ? 'noise' : 'nothing'
      if (count > 1) befell.set(unit, what)
      else befell.delete(unit) // asked who it is, which is no reading
      if (what === 'damaged') tally.damaged++
      if (what === 'noise') tally.behindNoise++
      if (noisy(unit) && random() < share) {
        tally.idleNoise++
        bus.wire.say({ afterMs: 40 + 20 * random(), bytes: randomBytes(1 + Math.floor(30 * random()), random) })
      }
      return what === 'damaged' ? wireFaults.crc() : what === 'noise' ? wireFaults.noise() : undefined
    },
    random,
  )
  const bus = openBus(script, {
    units,
    periodMs,
    random,
    framing,
    readings: (unit, readings) => {
      const what = befell.get(unit)
      if (what === undefined) return // it was not asked: it is taken to be dead
      befell.delete(unit)
      const { values, wrong } = judged(unit, readings)
      tally.values += values
      tally.wrong += wrong
      if (what === 'damaged' && reasonOf(readings) !== 'garbled') tally.untold++
      if (what !== 'damaged' && values < registers) tally.disturbed++
    },
  })
  await bus.live((polls / units) * periodMs)
  await bus.end()
  return { ...tally, counted: bus.line.counters.garbled }
}

async function look({ seed, short }: FaultContext, make: () => RtuFraming): Promise<Found> {
  const broken: string[] = []
  const figures: Record<string, number | string> = { looked: 0, 'wrong value accepted': 0 }
  for (const wire of wires) {
    const tally = await noise(wire, seed, short ? 4_000 : 20_000, make())
    const { asked, damaged, behindNoise, idleNoise, values, wrong, disturbed, untold, counted } = tally
    const fail = (what: string) => broken.push(`${wire.name}: ${what}`)
    if (wrong > 0) fail(`${wrong} wrong values`)
    if (disturbed > 0) fail(`${disturbed} sound answers did not become right values`)
    if (untold > 0) fail(`${untold} damaged answers are not told as garbled`)
    const hit = damaged + behindNoise
    if (counted < hit || counted > hit + idleNoise) fail(`the line counts ${counted} garbled, and ${hit} were`)
    if (hit === 0) fail('no answer was hit')
    figures['looked'] = Number(figures['looked']) + values
    figures['wrong value accepted'] = Number(figures['wrong value accepted']) + wrong
    figures[wire.name] =
      `${damaged} of ${asked} answers damaged, ${behindNoise} behind noise, ${disturbed} others disturbed`
  }
  return { broken, figures }
}

export const fault: Fault = {
  id: 'F14',
  title: 'RS-485 noise: CRC errors in 1 %, 5 % and 20 % of the answers, and one noisy unit beside seven sound ones',
  passes:
    'no wrong value; each answer that came whole becomes its values, behind noise and after it too; what was damaged is told as garbled, and counted',
  run: (context) => look(context, () => new RtuFraming()),
  control: { without: 'the CRC', run: (context) => look(context, () => new RtuFraming('crc')) },
}
