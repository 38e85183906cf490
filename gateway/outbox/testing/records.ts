/** Records for tests, made by the one who may make them. */
import { good, type PointId, type Reading } from '../../../drivers/reading.ts'
import { disclose, noWindows } from '../../disclosure/disclose.ts'
import type { Disclosed } from '../../disclosure/disclosed.ts'
import { compilePolicy } from '../../disclosure/policy.ts'
import { siteSchema } from '../../site.ts'

const point: PointId = 'feeder.power_active'
const start = Temporal.Instant.from('2026-12-21T16:00:00Z')

/** What a release without treatment says of these readings of a feeder's power, and of a window of one second. */
export function disclosed(release: string, readings: readonly Reading[]): Disclosed {
  const declared = {
    points: [point],
    purpose: 'energy_efficiency',
    basis: 'public-task',
    recipient: { name: 'Ville', role: 'controller' },
    delivery: 'durable',
    retention: '3y',
  }
  const releases = siteSchema.shape.releases.parse({ [release]: declared })
  const policy = compilePolicy(releases, new Map([[point, 'power_active']]))
  const opened = disclose(policy, { tick: start }, noWindows())
  const read = readings.reduce((state, reading) => disclose(policy, reading, state).state, opened.state)
  const [record] = disclose(policy, { tick: start.add({ seconds: 1 }) }, read).out
  if (record === undefined) throw new Error('no reading, no record')
  return record
}

export function powerReading(value: number, afterMs = 0): Reading {
  return { point, at: start.add({ milliseconds: afterMs }), quality: good, value }
}

/** A record that says one number; `{"p":{"feeder.power_active":[[0,<value>]]}}`. */
export function record(release: string, value: number): Disclosed {
  return disclosed(release, [powerReading(value)])
}

/** Of a record of `record(release, value)`. */
export function valueOf(body: string): number | undefined {
  const { p } = JSON.parse(body) as { p: Record<string, [number, number, number][]> }
  return p['feeder.power_active']?.[0]?.[1]
}
