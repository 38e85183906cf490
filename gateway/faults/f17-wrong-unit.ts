/** F17: another unit answers: two with one address switch, a device server that mixes up its clients. */
import type { Framing } from '../../drivers/modbus/frame.ts'
import { MbapFraming } from '../../drivers/modbus/mbap.ts'
import { RtuFraming } from '../../drivers/modbus/rtu.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { faulty, wireFaults } from '../../drivers/testing/faults.ts'
import { answer, mbapFrame, rtuFrame, type Asked, type Said } from '../../drivers/testing/scripted-wire.ts'
import { judged, openBus, reasonOf, registers } from './bus.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

const units = 6
const periodMs = 1_000
const share = 0.2

type Protocol = 'rtu' | 'mbap'

async function mixedUp(protocol: Protocol, framing: Framing, seed: number, polls: number) {
  const random = dice(seed)
  // At the end some answers are left alone, so that all that was said is heard.
  let ends = false
  const frame = protocol === 'rtu' ? rtuFrame : mbapFrame
  const tally = { asked: 0, another: 0, both: 0, values: 0, wrong: 0, untold: 0, disturbed: 0, counted: 0 }
  /** what befell the latest answer of a unit that nobody has read yet */
  const befell = new Map<number, 'another' | 'both' | 'nothing'>()
  const right = (asked: Asked): Said[] => [{ afterMs: 25, bytes: answer(frame, asked) }]
  const fromAnother = (unit: number) =>
    wireFaults['wrong-unit']((unit % units) + 1, (asked: Asked) => answer(frame, asked))
  const script = faulty(
    right,
    ({ unit, count }) => {
      tally.asked++
      const roll = random()
      const what = ends ? 'nothing' : roll < share / 2 ? 'another' : roll < share ? 'both' : 'nothing'
      if (count > 1) befell.set(unit, what)
      else befell.delete(unit) // asked who it is, which is no reading
      if (what === 'nothing') return undefined
      tally[what]++
      const another = fromAnother(unit)
      if (what === 'another') return another
      return (said, asked, chance) => [
        ...another(said, asked, chance),
        ...said.map(({ afterMs, bytes }) => ({ afterMs: afterMs + 10, bytes })),
      ]
    },
    random,
  )
  const bus = openBus(script, {
    units,
    periodMs,
    random,
    protocol,
    framing,
    readings: (unit, readings) => {
      const what = befell.get(unit)
      if (what === undefined) return // it was not asked: it is taken to be dead
      befell.delete(unit)
      const { values, wrong } = judged(unit, readings)
      tally.values += values
      tally.wrong += wrong
      // From a unit that owes one of the same form it is taken for a late answer; then this one gave none.
      if (what === 'another' && !['garbled', 'no-answer'].includes(reasonOf(readings) ?? '')) tally.untold++
      if (what !== 'another' && values < registers) tally.disturbed++
    },
  })
  await bus.live((polls / units) * periodMs)
  ends = true
  await bus.live(3 * periodMs)
  await bus.end()
  const { foreign, late } = bus.line.counters
  return { ...tally, counted: foreign + late }
}

async function look({ seed, short }: FaultContext, make: Record<Protocol, () => Framing>): Promise<Found> {
  const broken: string[] = []
  const figures: Record<string, number | string> = { looked: 0, 'wrong value accepted': 0 }
  for (const protocol of ['rtu', 'mbap'] as const) {
    const tally = await mixedUp(protocol, make[protocol](), seed, short ? 3_000 : 20_000)
    const { asked, another, both, values, wrong, untold, disturbed, counted } = tally
    const fail = (what: string) => broken.push(`${protocol}: ${what}`)
    if (wrong > 0) fail(`${wrong} wrong values`)
    if (untold > 0) fail(`${untold} answers of another unit are not told as missing`)
    if (disturbed > 0) fail(`${disturbed} right answers did not become values`)
    if (counted !== another + both) fail(`the line counts ${counted} of others, and ${another + both} were`)
    if (another === 0 || both === 0) fail('no other unit answered')
    figures['looked'] = Number(figures['looked']) + values
    figures['wrong value accepted'] = Number(figures['wrong value accepted']) + wrong
    figures[protocol] = `${another} of ${asked} answered by another, ${both} by both`
  }
  return { broken, figures }
}

export const fault: Fault = {
  id: 'F17',
  title: 'a fifth of the answers from another unit, alone or before the right one, over RTU and TCP',
  passes: 'no wrong value; the other’s answer is refused and counted, and the right one behind it is taken',
  run: (context) => look(context, { rtu: () => new RtuFraming(), mbap: () => new MbapFraming() }),
  control: {
    without: 'the comparison of the unit',
    run: (context) => look(context, { rtu: () => new RtuFraming('unit'), mbap: () => new MbapFraming('unit') }),
  },
}
