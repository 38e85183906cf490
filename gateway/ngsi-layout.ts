/**
 * The site's releases as NGSI-LD sees them: which point is which attribute of which entity. What two points would both be is
 * neither: the one whose name is plainly the quantity's has it, else each is told as a measurement of its own.
 */
import { attributeOf, ownModel, partOf, wantsPlace, type Attribute, type Model, type Part } from '../drivers/models.ts'
import type { InstancePoint } from '../drivers/instance.ts'
import { quantity, unitCode, type QuantityName } from '../drivers/quantities.ts'
import type { PointId } from '../drivers/reading.ts'
import type { Policy, Release } from './disclosure/policy.ts'
import { coarsePlace } from './disclosure/treatments/coarsen.ts'
import type { PlannedDevice } from './plan.ts'
import { segmentPoint } from './segment-points.ts'
import type { Site } from './site.ts'
import {
  urn,
  type EntityLayout,
  type Measured,
  type NgsiLayout,
  type Place,
  type ReleaseLayout,
  type Target,
} from './uplink/encodings/ngsi-ld-layout.ts'

interface Planned {
  readonly site: Site
  readonly policy: Policy
  readonly devices: ReadonlyMap<string, PlannedDevice>
}

/** Of the releases that speak NGSI-LD. */
export function ngsiLayout({ site, policy, devices }: Planned): NgsiLayout {
  const speaking = policy.releases.filter(({ encodings }) => encodings.includes('ngsi-ld'))
  const claims = speaking.length === 0 ? [] : claimsOf(site, devices)
  return {
    tenant: site.tenant,
    site: site.site,
    releases: new Map(speaking.map((release) => [release.name, releaseLayout(release, site, policy, claims)])),
  }
}

/** A point that is an attribute, as far as its device alone says. */
interface Claim {
  readonly point: PointId
  readonly quantity: QuantityName
  readonly model: Model
  /** what the entity is, behind the site: a device, a lamp of it, a segment */
  readonly what: string
  readonly attribute: Attribute
}

function releaseLayout(release: Release, site: Site, policy: Policy, claims: readonly Claim[]): ReleaseLayout {
  const { treatment, points } = release
  const hidden = treatment.pseudonym !== undefined
  const place = hidden ? undefined : placeOf(site, treatment.coarsen?.placeDegrees)
  const mine = claims.filter(({ point }) => points.includes(point))
  const entities = new Map(
    [...Map.groupBy(mine, ({ model, what }) => urn(model, site, what))].flatMap(([id, of]) => {
      const entity = entityLayout(id, of, site, place)
      return entity === undefined ? [] : [[id, entity] as const]
    }),
  )
  const targets = hidden
    ? []
    : mine.flatMap(({ point, model, what, attribute }): [PointId, Target][] => {
        const entity = entities.get(urn(model, site, what))
        return entity === undefined ? [] : [[point, { entity, attribute, own: ownOf(attribute, release) }]]
      })
  return {
    ...(place === undefined ? {} : { place }),
    targets: new Map(targets),
    measured: new Map(points.flatMap((point) => measured(point, policy))),
    own: plainly(release),
  }
}

/** Nothing where the type wants what is not known: then its points are measurements of their own. */
function entityLayout(
  id: string,
  of: readonly Claim[],
  site: Site,
  place: Place | undefined,
): EntityLayout | undefined {
  const type = of[0]?.model
  if (type === undefined || (wantsPlace(type) && place === undefined)) return undefined
  const tells = (name: string) => of.some(({ attribute }) => attribute.name === name)
  const device = of[0]?.what.split(':')[0] ?? ''
  const refDevice = { type: 'Relationship', object: [urn('Device', site, device)] }
  const cabinet = {
    refStreetlightControlCabinet: { type: 'Relationship', object: urn('StreetlightControlCabinet', site, 'cabinet') },
  }
  const plain = { id, type, fixed: {}, repeated: [] }
  switch (type) {
    case 'StreetlightControlCabinet': {
      const groups = Object.keys(site.segments).map((name) => urn('StreetlightGroup', site, name))
      // Its programs rule it by themselves, whoever may command it for a while.
      const workingMode = { type: 'Property', value: 'automatic' }
      return { ...plain, fixed: { refStreetlightGroup: { type: 'Relationship', object: groups }, workingMode } }
    }
    case 'StreetlightGroup':
      return { ...plain, fixed: cabinet }
    case 'Streetlight':
      // Nobody says that a lamp is well who does not know.
      return tells('status') ? { ...plain, fixed: { refDevice }, repeated: ['status'] } : undefined
    case 'ACMeasurement':
      return { ...plain, fixed: { phaseType: { type: 'Property', value: 'singlePhase' }, refDevice } }
    case 'TrafficFlowObserved':
      return of[0]?.quantity.startsWith('bicycle') === true
        ? { ...plain, fixed: { vehicleType: { type: 'Property', value: 'bicycle' } } }
        : plain
    case 'ThreePhaseAcMeasurement':
    case 'WasteContainer':
      return { ...plain, fixed: { refDevice } }
    case 'WaterConsumptionObserved':
    case 'CrowdFlowObserved':
      return plain
  }
}

/** Of the whole site, whatever is released: which point an attribute is must not hang on what leaves beside it. */
function claimsOf(site: Site, devices: Planned['devices']): Claim[] {
  const cabinets = Object.entries(site.devices).filter(([, { feeds }]) => feeds === 'public-lighting')
  const [cabinet] = cabinets.length === 1 && Object.keys(site.segments).length > 0 ? cabinets : []
  const all = [...devices].flatMap(([name, { instance }]) => {
    const { kind } = instance.profile
    const meter = [...instance.points.keys()].some((point) => partOf(point) === 'L2')
      ? 'ThreePhaseAcMeasurement'
      : 'ACMeasurement'
    return [...instance.points.values()].flatMap((point): Claim[] => {
      const id: PointId = `${name}.${point.name}`
      const own = ownModel(point.quantity)
      if (own !== undefined) return claim(id, own, passing(own) ? `${name}:${point.name}` : name, point.quantity)
      if (kind === 'energy_meter') {
        const part = partOf(point.name)
        const ofCabinet =
          cabinet?.[0] === name ? claim(id, 'StreetlightControlCabinet', 'cabinet', point.quantity, part) : []
        return ofCabinet.length > 0 ? ofCabinet : claim(id, meter, name, point.quantity, part)
      }
      const lamp = kind === 'lighting_controller' ? /^(gear_\d+)_/.exec(point.name)?.[1] : undefined
      return lamp === undefined || !isOfLamp(point) ? [] : claim(id, 'Streetlight', `${name}:${lamp}`, point.quantity)
    })
  })
  const segments = Object.keys(site.segments).flatMap((name) =>
    claim(segmentPoint(name, 'light_level'), 'StreetlightGroup', name, 'light_level'),
  )
  return [...unambiguous(all), ...segments]
}

const passing = (model: Model) => model === 'CrowdFlowObserved' || model === 'TrafficFlowObserved'

/** Flags that say nothing of the lamp are not its status. */
function isOfLamp({ quantity: name, flags }: InstancePoint): boolean {
  const words = attributeOf('Streetlight', name)?.words
  if (words === undefined || !('flags' in words)) return true
  return [...flags.values()].some((flag) => flag in words.flags)
}

function claim(point: PointId, model: Model, what: string, name: QuantityName, part?: Part): Claim[] {
  const attribute = attributeOf(model, name, part)
  return attribute === undefined ? [] : [{ point, quantity: name, model, what, attribute }]
}

function unambiguous(claims: readonly Claim[]): Claim[] {
  const rivals = Map.groupBy(claims, ({ model, what, attribute }) =>
    [model, what, attribute.name, attribute.part ?? ''].join(' '),
  )
  return [...rivals.values()].flatMap((of) => {
    if (of.length === 1) return of
    const plain = of.filter(isPlain)
    return plain.length === 1 ? plain : []
  })
}

/** `energy_active_import`, `voltage_l1`, `gear_0_level`; not `energy_active_import_t1`, `gear_0_power_on_level`. */
function isPlain({ point, quantity: name }: Claim): boolean {
  const own = nameOf(point)
    .replace(/^gear_\d+_/, '')
    .replace(/((_l\d)+|_n)$/, '')
  return name === own || name.endsWith(`_${own}`) || (name === 'device_state' && own === 'status')
}

/** The point's own name, behind its device's. */
function nameOf(point: PointId): string {
  return point.slice(point.indexOf('.') + 1)
}

/** As it is read, if it may be, and the best of the statistics that the release tells. */
function ownOf(attribute: Attribute, { treatment }: Release): ReadonlySet<string> {
  const of: readonly string[] = treatment.aggregate?.of ?? []
  const statistic = attribute.told.find((told) => told !== 'raw' && of.includes(told))
  return new Set([...(attribute.told.includes('raw') ? ['raw'] : []), ...(statistic === undefined ? [] : [statistic])])
}

function plainly({ treatment }: Release): string {
  const of = treatment.aggregate?.of ?? []
  return of.find((statistic) => statistic === 'last') ?? of.find((statistic) => statistic === 'mean') ?? of[0] ?? 'raw'
}

/** By the point's name, and by its quantity's: a group's sum is called so. */
function measured(point: PointId, { quantityOf }: Policy): [string, Measured][] {
  const name = quantityOf.get(point)
  if (name === undefined) return []
  const { kind, unit } = quantity(name)
  const said = { quantity: name, ...(kind === 'gauge' || kind === 'counter' ? { unitCode: unitCode(unit) } : {}) }
  return [
    [nameOf(point), said],
    [name, said],
  ]
}

function placeOf({ place }: Site, degrees: number | undefined): Place | undefined {
  if (place === undefined) return undefined
  const { latitude, longitude } = place
  return degrees === undefined ? { latitude, longitude } : coarsePlace({ latitude, longitude }, degrees)
}
