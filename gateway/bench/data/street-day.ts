/** A day of the demo's street, read each 10 s, and the messages that a release of ours makes of it. */
import type { QuantityName } from '../../../drivers/quantities.ts'
import { good, type PointId, type Reading } from '../../../drivers/reading.ts'
import { accrue, startingAt, type Energy } from '../../demo/energy.ts'
import { feeder, yard, type Load } from '../../demo/evening.ts'
import { readout } from '../../demo/readout.ts'
import { disclose, noWindows, type AlarmEvent } from '../../disclosure/disclose.ts'
import { compilePolicy } from '../../disclosure/policy.ts'
import { encodeBody } from '../../outbox/body.ts'
import { releaseSchema, type TreatmentStep } from '../../releases.ts'
import { encode } from '../../uplink/encodings/json.ts'

export const seed = 1837
export const everyMs = 10_000
export const dayMs = 86_400_000
const startMs = Date.UTC(2026, 11, 21, 12)

/** What the demo's releases let out, once each. */
const points: Readonly<Record<PointId, QuantityName>> = {
  'feeder.power_active': 'power_active',
  'feeder.energy_active_import': 'energy_active_import',
  'feeder.voltage_l1': 'voltage',
  'feeder.voltage_l2': 'voltage',
  'feeder.voltage_l3': 'voltage',
  'feeder.frequency': 'frequency',
  'yard.voltage_l1': 'voltage',
  'yard.voltage_l2': 'voltage',
  'yard.voltage_l3': 'voltage',
  'lamps.gear_0_level': 'light_level',
  'lamps.gear_6_level': 'light_level',
}
export const pointCount = Object.keys(points).length

/** When an alarm begins, and for how long: three in a day. */
const alarms: readonly AlarmEvent[] = [3.21, 9.84, 17.07].flatMap((hour, index): AlarmEvent[] => {
  const at = Temporal.Instant.fromEpochMilliseconds(startMs + Math.round(hour * 3_600_000))
  const alarm = { alarm: index === 1 ? 'line-noise' : 'device-dead', of: index === 1 ? 'yard' : 'feeder' }
  return [
    { ...alarm, state: 'raised', at },
    { ...alarm, state: 'cleared', at: at.add({ minutes: 7 }) },
  ]
})

export interface OurMessage {
  readonly payload: string
  /** values that the recipient gets */
  readonly values: number
}

/** Of one durable release of all points, with alarms; `batch`: how often what is read is told. */
export function ourDay(treatment: readonly TreatmentStep[] | readonly object[], batch?: string): OurMessage[] {
  const release = releaseSchema.parse({
    points: Object.keys(points),
    alarms: ['*'],
    purpose: 'energy_efficiency',
    basis: 'public-task',
    recipient: { name: 'Ville', role: 'controller' },
    treatment,
    delivery: 'durable',
    retention: '1y',
    ...(batch === undefined ? {} : { batch }),
  })
  const quantities = new Map(Object.entries(points) as [PointId, QuantityName][])
  const policy = compilePolicy({ day: release }, quantities)
  let state = noWindows()
  const messages: OurMessage[] = []
  const due = [...alarms]
  const see = (event: Parameters<typeof disclose>[1]) => {
    const step = disclose(policy, event, state)
    state = step.state
    for (const record of step.out) {
      const seq = messages.length + 1
      const body = encodeBody(record)
      messages.push({
        payload: encode({ kind: 'record', ticket: seq, release: 'day', seq, boot: 3, body }, '02152d0caafb8dc3'),
        values: record.series.reduce((sum, { samples }) => sum + samples.length, 0),
      })
    }
  }
  for (const readings of dayOfReadings()) {
    const [first] = readings
    for (
      ;
      first !== undefined && due[0] !== undefined && Temporal.Instant.compare(due[0].at, first.at) <= 0;
      due.shift()
    )
      see(due[0])
    readings.forEach(see)
    if (first !== undefined) see({ tick: first.at.add({ seconds: 1 }) })
  }
  see({ tick: Temporal.Instant.fromEpochMilliseconds(startMs + dayMs), last: true })
  return messages
}

/** As they are polled: each device some milliseconds after the whole ten seconds, each time a little later or sooner. */
function* dayOfReadings(): Generator<Reading[]> {
  const lit = feeder(seed)
  const shop = yard(seed)
  let energy: Energy = startingAt(48_213, 9_702)
  let before = Temporal.Instant.fromEpochMilliseconds(startMs)
  for (let ms = 0; ms < dayMs; ms += everyMs) {
    const now = Temporal.Instant.fromEpochMilliseconds(startMs + ms)
    energy = accrue(energy, lit, before, now)
    before = now
    const loads: Readonly<Record<string, Load>> = { feeder: lit(now), yard: shop(now) }
    yield Object.entries(points).map(([id, quantity]): Reading => {
      const [device = '', name = ''] = id.split('.')
      const load = loads[device]
      const value = load === undefined ? lightAt(ms / 3_600_000 + 12) : (readout({ name, quantity }, load, energy) ?? 0)
      const late = 3 + (device.length * 7 + (((ms / everyMs) * 13) % 11))
      // A meter says single floats: 230.10000610351562 is what its 230.1 reads as.
      return { point: id as PointId, at: now.add({ milliseconds: late }), quality: good, value: Math.fround(value) }
    })
  }
}

/** Full in the evening, half in the night, dark by day. */
function lightAt(hour: number): number {
  const time = hour % 24
  return time >= 17 && time < 23 ? 100 : time >= 23 || time < 5 ? 50 : time < 8 ? 100 : 0
}
