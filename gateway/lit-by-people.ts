/**
 * Light that people order by passing: it tells of them what their detector would, and so does the contact itself, which a
 * profile knows as a contact only.
 */
import { quantities, type QuantityName } from '../drivers/quantities.ts'
import type { PointId } from '../drivers/reading.ts'
import type { LitByPeople } from './disclosure/policy.ts'
import { halves, pointId } from './named-point.ts'
import { pointsOfSegments } from './segment-points.ts'
import { siteSchema, type SiteSegment } from './site.ts'

type Declared = Pick<SiteSegment, 'setpoints' | 'confirm_by' | 'local' | 'interlocks'>

interface Street {
  readonly quantityOf: ReadonlyMap<PointId, QuantityName>
  /** by which point of its own device a setpoint is read back, if by any */
  readonly confirmedBy: (device: string, setpoint: string) => string | undefined
}

export function peoplesLight(segments: Iterable<readonly [string, Declared]>, street: Street): LitByPeople {
  const detectors = new Set<PointId>()
  const light = new Set<PointId>()
  for (const [name, declared] of segments) {
    const { local, interlocks, setpoints, confirm_by: confirmations } = declared
    const inputs = [...(local === undefined ? [] : [local]), ...interlocks]
    const detecting = inputs.filter(
      ({ point, detector }) => detector || isPresence(street.quantityOf.get(pointId(point))),
    )
    if (detecting.length === 0) continue
    for (const { point } of detecting) detectors.add(pointId(point))
    for (const point of pointsOfSegments([name]).keys()) light.add(point)
    for (const point of confirmations) light.add(pointId(point))
    for (const id of setpoints) {
      const [device, own] = halves(id)
      const point = street.confirmedBy(device, own)
      if (point !== undefined) light.add(`${device}.${point}`)
    }
  }
  return { detectors, light }
}

/** Of a site's raw document: segments that are wrong in themselves are left out, and refused elsewhere. */
export function peoplesLightOf(segments: Record<string, unknown>, street: Street): LitByPeople {
  const { valueType } = siteSchema.shape.segments.unwrap()
  const sound = Object.entries(segments).flatMap(([name, raw]): [string, Declared][] => {
    const { data } = valueType.safeParse(raw)
    return data === undefined ? [] : [[name, data]]
  })
  return peoplesLight(sound, street)
}

function isPresence(quantity: QuantityName | undefined): boolean {
  return quantity !== undefined && quantities[quantity].sensitivity === 'presence'
}
