/** A point as a site file names it, `device.point`, which its schema has seen to be one. */
import type { PointId } from '../drivers/reading.ts'

/** Device, and its own point or setpoint. */
export function halves(id: string): readonly [device: string, own: string] {
  const [device = '', own = ''] = id.split('.')
  return [device, own]
}

export function pointId(id: string): PointId {
  const [device, own] = halves(id)
  return `${device}.${own}`
}
