/**
 * What the look costs a reading: `node --expose-gc gateway/acquisition/plausibility/testing/cost.ts`. Five three-phase meters
 * of the catalogue, each read whole each 5 s; counters grow, gauges sway, nothing is wrong. Prints JSON; the second figures
 * are those of the same loop without the look.
 */
import { instantiate } from '../../../../drivers/instance.ts'
import { quantities } from '../../../../drivers/quantities.ts'
import { good, type PointId, type Reading } from '../../../../drivers/reading.ts'
import { loadRegistry } from '../../../../drivers/registry.ts'
import { systemClock } from '../../../clock.ts'
import { Plausibility } from '../plausibility.ts'

const meters = 5
const batches = 40_000
const everyMs = 5_000
const profile = loadRegistry([]).profile('eastron-sdm630')
if (profile === undefined) throw new Error('the catalogue has lost the meter that this measures with')
const points = [...instantiate(profile).points.values()].filter(
  ({ quantity }) => quantities[quantity].kind === 'gauge' || quantities[quantity].kind === 'counter',
)
const devices = Array.from({ length: meters }, (_, index) => `meter-${index}`)

let nowMs = 0
const at = Temporal.Instant.fromEpochMilliseconds(0)
const clock = { ...systemClock, monotonicMs: () => nowMs }
let news = 0
const plausibility = new Plausibility({
  devices: new Map(devices.map((device) => [device, points])),
  clock,
  news: () => news++,
})

/** As many batches as are passed on: their values change in place, so that only the look makes garbage. */
type Writable = {
  -readonly [Key in keyof Extract<Reading, { value: unknown }>]: Extract<Reading, { value: unknown }>[Key]
}
const reads = devices.map((device) =>
  points.map((point): Writable => {
    const id: PointId = `${device}.${point.name}`
    return { point: id, at, quality: good, value: (point.range[0] + point.range[1]) / 2 + 50 }
  }),
)
const isCounter = points.map(({ quantity }) => quantities[quantity].kind === 'counter')

function run(look: (readings: readonly Reading[]) => readonly Reading[]): { ns: number; bytes: number } {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const cpu = process.cpuUsage()
  for (let batch = 0; batch < batches; batch++) {
    nowMs += everyMs / meters
    const readings = reads[batch % meters] ?? []
    for (let index = 0; index < readings.length; index++) {
      const reading = readings[index]
      if (reading !== undefined && typeof reading.value === 'number')
        reading.value += isCounter[index] === true ? 0.01 : batch % 2 === 0 ? 0.5 : -0.5
    }
    if (look(readings).length !== points.length) throw new Error('readings were lost')
  }
  const { user, system } = process.cpuUsage(cpu)
  const readings = batches * points.length
  return { ns: ((user + system) * 1_000) / readings, bytes: (process.memoryUsage().heapUsed - before) / readings }
}

for (let round = 0; round < 3; round++) {
  const looked = run((readings) => plausibility.pass(readings))
  const bare = run((readings) => readings)
  const figure = (value: number) => Number(value.toPrecision(3))
  console.log(
    JSON.stringify({
      points: meters * points.length,
      readings: batches * points.length,
      'ns a reading': figure(looked.ns - bare.ns),
      'bytes a reading': figure(looked.bytes - bare.bytes),
      'without: ns': figure(bare.ns),
      'share of a core at 200000/s': figure((looked.ns - bare.ns) * 2e-4),
      news,
    }),
  )
}
