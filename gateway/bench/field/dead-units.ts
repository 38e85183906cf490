/** The bar of dead units: how often the living are read while a quarter of a busy bus is silent, on a simulated clock. */
import { dice } from '../../../drivers/testing/dice.ts'
import { faulty, wireFaults } from '../../../drivers/testing/faults.ts'
import { charMs, serialTiming } from '../../../drivers/modbus/timing.ts'
import { defaultBackOff, type BackOff } from '../../acquisition/health.ts'
import { judged, openBus, registers, right, serial, timeoutMs } from '../../faults/bus.ts'
import { bar } from '../bars.ts'
import { measured, unmeasured, type Result } from '../result.ts'

const seed = 20_261_126
const units = 32
const dead = 8
const living = units - dead
const minuteMs = 60_000
/** Until the back-off of every dead unit has reached its cap. */
const settlingMs = 5 * minuteMs
const backOff: BackOff = { firstMs: 500, capMs: 60_000 }

/** How long the line is taken by one read of a living unit, as `right` answers: question, thought, answer, silence. */
function readMs(): number {
  const answered = right({ unit: 1, function: 3, address: 0, count: registers, transaction: 0, atMs: 0 })
  return Math.max(...answered.map(({ afterMs }) => afterMs)) + serialTiming(serial).gapMs
}

/** The living take 80 % of the line. */
const periodMs = (living * readMs()) / 0.8

export async function* deadUnits({ short }: { short: boolean }): AsyncGenerator<Result> {
  const minutes = short ? 5 : 60
  const seen = await live(backOff, minutes)
  const usual = await live(defaultBackOff, short ? 5 : 20)
  const without = await live({ firstMs: 0, capMs: 0 }, 5)
  const id = bar('field.dead-units-rate')
  const method = `${units} units of ${registers} registers at 19200 8E1, ${dead} of them dead for ${settlingMs / minuteMs} min, live load 80 % of the line, timeout ${timeoutMs} ms, back-off cap 60 s: over ${minutes} simulated minutes the least of the living’s reads over its periods; poller, line and driver as they are`
  if (without.least >= 0.97) {
    yield unmeasured(id, `without any back-off it is ${without.least.toFixed(3)}, too: the run proves nothing`)
    return
  }
  yield measured(id, seen.least, method, {
    seed,
    'period ms': periodMs.toFixed(0),
    'live load without the dead': seen.load.toFixed(3),
    'characters a s': (1_000 / charMs(serial)).toFixed(0),
    'reads of the living': seen.reads,
    'questions to the dead': seen.deadAsked,
    'wrong values': seen.wrong,
    'with the back-off that ships, cap 30 s': usual.least.toFixed(4),
    'without back-off': without.least.toFixed(4),
  })
}

interface Lived {
  /** of the living: reads with values over the periods of the time */
  readonly least: number
  readonly load: number
  readonly reads: number
  readonly deadAsked: number
  readonly wrong: number
}

async function live(backOff: BackOff, minutes: number): Promise<Lived> {
  const random = dice(seed)
  let areDead = false
  let wrong = 0
  let reads = new Map<number, number>()
  const isDead = (unit: number) => unit % (units / dead) === 0
  const script = faulty(right, ({ unit }) => (areDead && isDead(unit) ? wireFaults.drop() : undefined), random)
  const bus = openBus(script, {
    units,
    periodMs,
    random,
    backOff,
    readings: (unit, readings) => {
      const { values, wrong: some } = judged(unit, readings)
      wrong += some
      if (values === registers) reads.set(unit, (reads.get(unit) ?? 0) + 1)
    },
  })
  await bus.live(minuteMs)
  areDead = true
  await bus.live(settlingMs)
  reads = new Map()
  const askedBefore = bus.wire.asked.length
  const spanMs = minutes * minuteMs
  await bus.live(spanMs)
  await bus.end()
  const alive = Array.from({ length: units }, (_, index) => index + 1).filter((unit) => !isDead(unit))
  const shares = alive.map((unit) => (reads.get(unit) ?? 0) / (spanMs / periodMs))
  return {
    least: Math.min(...shares),
    load: (living * readMs()) / periodMs,
    reads: [...reads.values()].reduce((sum, one) => sum + one, 0),
    deadAsked: bus.wire.asked.slice(askedBefore).filter(({ unit }) => isDead(unit)).length,
    wrong,
  }
}
