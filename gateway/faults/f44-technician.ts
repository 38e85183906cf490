/** F44: what a technician gets wrong in a cabinet at night: the unit, two of one unit, A and B, the speed, the profile. */
import type { Random } from '../../drivers/clock.ts'
import { causeOf, type Cause } from '../../drivers/hearing.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { randomBytes } from '../../drivers/testing/faults.ts'
import { answer, rtuFrame, type Asked, type Said } from '../../drivers/testing/scripted-wire.ts'
import { Ballast, cabinetOf } from '../testing/polled-lamp.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

type Wire = (asked: Asked) => readonly Said[]

interface Mistake {
  readonly name: string
  readonly cause: Cause
  /** another unit of the line answers as it should */
  readonly othersAnswer: boolean
  readonly wire: (random: Random) => Wire
}

const nightMs = { short: 5 * 60_000, whole: 60 * 60_000 }

/** Two answers at once: what one driver pulls and another does not is anybody's guess. */
function overlapping(first: Wire, second: Wire, random: Random): Wire {
  return (asked) => {
    const [one] = first(asked)
    const [other] = second(asked)
    if (one === undefined || other === undefined) return one === undefined ? [] : [one]
    const length = Math.max(one.bytes.length, other.bytes.length)
    const bytes = Uint8Array.from({ length }, (_, at) => {
      const [a = 0xff, b = 0xff] = [one.bytes[at], other.bytes[at]]
      return (a & b) ^ (a === b ? 0 : Math.floor(random() * 256) & (a ^ b))
    })
    // They never say the very same: each has a clock of its own, and some bytes of the first are lost in the second's.
    bytes[0] = (bytes[0] ?? 0) ^ 0x40
    return [{ afterMs: one.afterMs, bytes }]
  }
}

const babble =
  (most: number, random: Random): Wire =>
  () => [{ afterMs: 10, bytes: randomBytes(1 + Math.floor(random() * most), random) }]

const other = (change: (lamp: Ballast) => void): Wire => {
  const lamp = new Ballast()
  change(lamp)
  return lamp.script
}

const mistakes: readonly Mistake[] = [
  { name: 'a unit that nobody has', cause: 'device-absent', othersAnswer: true, wire: () => () => [] },
  {
    name: 'the unit of a meter',
    cause: 'device-doubt',
    othersAnswer: true,
    wire: () => (asked) => [{ afterMs: 20, bytes: answer(rtuFrame, asked) }],
  },
  {
    name: 'two devices of one unit',
    cause: 'device-overlaps',
    othersAnswer: true,
    wire: (random) =>
      overlapping(
        other(() => undefined),
        other((lamp) => lamp.registers.set(10, 35)),
        random,
      ),
  },
  { name: 'A and B swapped, nothing comes', cause: 'line-mute', othersAnswer: false, wire: () => () => [] },
  {
    name: 'A and B swapped, something comes',
    cause: 'line-gibberish',
    othersAnswer: false,
    wire: (random) => babble(6, random),
  },
  { name: 'the wrong speed', cause: 'line-gibberish', othersAnswer: false, wire: (random) => babble(20, random) },
  {
    name: 'the profile of a sister model, which says that it is another',
    cause: 'device-doubt',
    othersAnswer: true,
    wire: () => other((lamp) => lamp.registers.set(0, 8)),
  },
  {
    name: 'the profile of a sister model, which has other registers',
    cause: 'device-doubt',
    othersAnswer: true,
    wire: () => other((lamp) => lamp.registers.delete(0)),
  },
]

/** Unit 2 is another, and right. */
const withNeighbour =
  (wire: Wire): Wire =>
  (asked) =>
    asked.unit === 2 ? [{ afterMs: 20, bytes: answer(rtuFrame, asked) }] : wire(asked)

async function look({ seed, short }: FaultContext, isBlind: boolean): Promise<Found> {
  const random = dice(seed)
  const broken: string[] = []
  let outputs = 0
  let looked = 0
  for (const mistake of mistakes) {
    const wire = mistake.wire(random)
    const cabinet = cabinetOf(mistake.othersAnswer ? withNeighbour(wire) : wire, { isBlind })
    const { clock, line, poller } = cabinet
    const neighbour = new Uint16Array(1)
    const ask = {
      unit: 2,
      function: 3,
      address: 0,
      count: 1,
      timeoutMs: 300,
      worstResponseMs: 600,
      pauseMs: 0,
    } as const
    const asking = mistake.othersAnswer ? line.read(ask, neighbour, new AbortController().signal) : undefined
    await clock.advance(short ? nightMs.short : nightMs.whole)
    const othersAnswer = (await asking)?.state === 'answered'
    const cause = causeOf({
      line: line.counters,
      answers: poller.healthOf('lamp').state === 'alive',
      damaged: poller.isDamaged('lamp'),
      othersAnswer,
      recognition: poller.recognition('lamp'),
    })
    await cabinet.end()
    looked += cabinet.wire.asked.length
    outputs += cabinet.writes().length
    if (cause !== mistake.cause) broken.push(`${mistake.name}: it says ${cause ?? 'nothing'}, not ${mistake.cause}`)
    if (cabinet.writes().length > 0) broken.push(`${mistake.name}: ${cabinet.writes().length} writes`)
  }
  return { broken, figures: { looked, mistakes: mistakes.length, writes: outputs } }
}

export const fault: Fault = {
  id: 'F44',
  title: 'mistakes of a technician: wrong unit, two of one unit, A and B swapped, wrong speed, a sister’s profile',
  passes:
    'at night, with a program that asks for light, not one register is written, and the judgement of what was heard names the cause; a site file with two devices at one unit is refused by its check; not tried: the visit that sets things up',
  run: (context) => look(context, false),
  control: {
    without: 'the question who answers there',
    run: (context) => look(context, true),
  },
}
