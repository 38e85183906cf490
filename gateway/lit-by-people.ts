/**
 * Light that people order by passing: it tells of them what their detector would, and so does the contact itself, which a
 * profile knows as a contact only.
 */
import { quantities, type QuantityName } from '../drivers/quantities.ts'
import type { PointId } from '../drivers/reading.ts'
import type { LitByPeople } from './disclosure/policy.ts'
import { deviceOf } from './disclosure/rules/ground.ts'
import { halves, pointId } from './named-point.ts'
import { pointsOfSegments } from './segment-points.ts'
import { siteSchema, type SiteSegment } from './site.ts'

type Declared = Pick<SiteSegment, 'setpoints' | 'confirm_by' | 'local' | 'interlocks'>

type Input = Pick<NonNullable<Declared['local']>, 'point' | 'detector'>

/** What shows how bright a lamp is: of its device all, since what is written to a group shows in each of its lamps. */
const showing: ReadonlySet<QuantityName> = new Set<QuantityName>([
  'light_level',
  'dali_level',
  'relay',
  'device_state',
  'power_active',
  'power_apparent',
  'current',
])

export function peoplesLight(
  segments: Iterable<readonly [string, Declared]>,
  quantityOf: ReadonlyMap<PointId, QuantityName>,
): LitByPeople {
  const all = [...segments].map(([name, declared]) => {
    const { local, interlocks } = declared
    return { name, declared, inputs: [...(local === undefined ? [] : [local]), ...interlocks] }
  })
  const isDetecting = ({ point, detector }: Input) => detector || isPresence(quantityOf.get(pointId(point)))
  // Said once, it holds for every segment that the contact orders light in.
  const detectors = new Set(all.flatMap(({ inputs }) => inputs.filter(isDetecting).map(({ point }) => pointId(point))))
  const light = new Set<PointId>()
  for (const { name, declared, inputs } of all) {
    if (!inputs.some(({ point }) => detectors.has(pointId(point)))) continue
    for (const point of pointsOfSegments([name]).keys()) light.add(point)
    for (const point of declared.confirm_by) light.add(pointId(point))
    const devices = new Set(declared.setpoints.map((id) => halves(id)[0]))
    for (const [point, quantity] of quantityOf)
      if (devices.has(deviceOf(point)) && showing.has(quantity)) light.add(point)
  }
  return { detectors, light }
}

/** Of a site's raw document: segments that are wrong in themselves are left out, and refused elsewhere. */
export function peoplesLightOf(
  segments: Record<string, unknown>,
  quantityOf: ReadonlyMap<PointId, QuantityName>,
): LitByPeople {
  const { valueType } = siteSchema.shape.segments.unwrap()
  const sound = Object.entries(segments).flatMap(([name, raw]): [string, Declared][] => {
    const { data } = valueType.safeParse(raw)
    return data === undefined ? [] : [[name, data]]
  })
  return peoplesLight(sound, quantityOf)
}

function isPresence(quantity: QuantityName | undefined): boolean {
  return quantity !== undefined && quantities[quantity].sensitivity === 'presence'
}
