/** A site file, checked and worked out: what is on which line, how often each point is read, what leaves. */
import { dirname, resolve } from 'node:path'
import { explain, type Mistake } from '../drivers/explain.ts'
import { instantiate, type Instance, type InstancePoint } from '../drivers/instance.ts'
import type { Profile } from '../drivers/profile.ts'
import type { PointId } from '../drivers/reading.ts'
import { usuallyInstalled } from '../drivers/repeats.ts'
import { siteContradictions, type Profiles } from './contradictions.ts'
import { rangeOf } from './control/levels.ts'
import type { Output, Segment } from './control/segment.ts'
import { leastOf } from './disclosure/fleet-policy.ts'
import type { Linted } from './disclosure/lint.ts'
import { guardedPoints, least, type Feeds } from './disclosure/rules/ground.ts'
import { compilePolicy, type Policy } from './disclosure/policy.ts'
import { outputOf, type ConfirmingPoint } from './outputs.ts'
import { fleetPolicyOf, noPolicy, type NamedPolicy } from './named-policy.ts'
import { readNamed, type NamedFile } from './named-file.ts'
import { lineBudget, type LineBudget } from './line-budget.ts'
import { peoplesLight } from './lit-by-people.ts'
import { halves, pointId } from './named-point.ts'
import { inputsOf, periodsOf, pointsRead, type Periods } from './periods.ts'
import { pointsOfSegments } from './segment-points.ts'
import { siteSchema, type Place, type Site, type SiteDevice, type SiteSegment } from './site.ts'

export interface PlannedDevice {
  readonly line: string
  readonly unit: number
  readonly instance: Instance
}

export interface Plan {
  readonly site: Site
  readonly devices: ReadonlyMap<string, PlannedDevice>
  readonly points: ReadonlyMap<PointId, InstancePoint>
  readonly periodsMs: Periods
  /** by line: what its devices want of it */
  readonly budgets: ReadonlyMap<string, LineBudget>
  readonly policy: Policy
  /** the fleet's, which the site's releases are within */
  readonly fleet?: NamedPolicy
  readonly segments: ReadonlyMap<string, Segment>
  /** contacts and photocells that segments act on: read in the fast class, whatever their profile says */
  readonly inputs: ReadonlySet<PointId>
}

/** Every mistake of a site file, and of the fleet's policy that it names, at once, or the plan. */
export function planSite(
  text: string,
  file: string,
  profiles: Profiles,
  read: (file: string) => NamedFile = readNamed,
): { ok: true; plan: Plan } | { ok: false; mistakes: Mistake[] } {
  let fleet = noPolicy
  const explained = explain(text, {
    file,
    schema: siteSchema,
    contradictions: (document) => {
      fleet = fleetPolicyOf(document, file, read)
      return [...fleet.contradictions, ...siteContradictions(document, profiles, fleet.named?.policy)]
    },
  })
  // Without its policy nobody knows what a site may let out: refused whole, whichever of the two is at fault.
  if (explained.ok && fleet.mistakes.length === 0)
    return { ok: true, plan: workOut(besideFile(explained.value, file), profiles, fleet.named) }
  return { ok: false, mistakes: [...(explained.ok ? [] : explained.mistakes), ...fleet.mistakes] }
}

/** What advice on the plan's releases is given by. */
export function lintedOf({ site, points, periodsMs, policy, fleet }: Plan, now: Temporal.Instant): Linted {
  return {
    releases: policy.releases,
    quantityOf: policy.quantityOf,
    feeds: feedsOf(site),
    litByPeople: policy.litByPeople,
    least: fleet === undefined ? least : leastOf(fleet.policy),
    periodMs: (point) => periodsMs[points.get(point)?.poll ?? 'normal'],
    today: now.toZonedDateTimeISO(site.place?.time_zone ?? 'UTC').toPlainDate(),
  }
}

function feedsOf({ devices }: Site): ReadonlyMap<string, Feeds> {
  return new Map(Object.entries(devices).flatMap(([name, { feeds }]) => (feeds === undefined ? [] : [[name, feeds]])))
}

/** Certificates and passwords are named from where the site file lies, wherever the gateway is started. */
function besideFile(site: Site, file: string): Site {
  const { tls, password_file } = site.uplink
  const own = site.console?.tls
  const beside = (path: string | undefined) => (path === undefined ? undefined : resolve(dirname(file), path))
  return {
    ...site,
    uplink: {
      ...site.uplink,
      password_file: beside(password_file),
      tls: tls && { ca: beside(tls.ca), certificate: beside(tls.certificate), key: beside(tls.key) },
    },
    console: site.console && {
      ...site.console,
      tls: own && { certificate: resolve(dirname(file), own.certificate), key: resolve(dirname(file), own.key) },
    },
  }
}

function workOut(site: Site, profiles: Profiles, fleet: NamedPolicy | undefined): Plan {
  const periodsMs = periodsOf(site.polling)
  const inputs = new Set(Object.values(site.segments).flatMap(inputsOf).map(pointId))
  const devices = new Map<string, PlannedDevice>()
  const points = new Map<PointId, InstancePoint>()
  for (const [name, device] of Object.entries(site.devices)) {
    const { profile: id, line, unit, parameters, has } = device
    const profile = profiles.profile(id)
    if (profile === undefined) throw new Error(`${id}: checked, and gone`) // contradictions have seen it a moment ago
    const instance = instantiate(asSited(profile, device), parameters, { ...usuallyInstalled(profile), ...has })
    const read = pointsRead(name, instance.points, inputs)
    devices.set(name, { line, unit, instance: { ...instance, points: read } })
    for (const [point, register] of read) points.set(`${name}.${point}`, register)
  }
  const quantities = new Map([...points].map(([point, { quantity }]) => [point, quantity]))
  for (const [point, quantity] of pointsOfSegments(Object.keys(site.segments))) quantities.set(point, quantity)
  const policy = compilePolicy(site.releases, quantities, site.place?.time_zone)
  const litByPeople = peoplesLight(Object.entries(site.segments), quantities)
  let budgets: Plan['budgets'] | undefined
  return {
    site,
    devices,
    points,
    periodsMs,
    // Worked out for whoever asks first: the start need not wait for it.
    get budgets() {
      return (budgets ??= budgetsOf(site, devices, periodsMs))
    },
    policy: { ...policy, litByPeople, guarded: guardedPoints({ ...policy, feeds: feedsOf(site), litByPeople }) },
    ...(fleet === undefined ? {} : { fleet }),
    segments: segmentsOf(site, devices, points),
    inputs,
  }
}

/** The profile, as far as the site does not know better how long to wait for this device. */
function asSited(profile: Profile, { timeout, worst_response }: SiteDevice): Profile {
  const { modbus } = profile
  return {
    ...profile,
    modbus: {
      ...modbus,
      timeout: timeout ?? modbus.timeout,
      worst_response: worst_response ?? modbus.worst_response,
    },
  }
}

function budgetsOf(site: Site, devices: Plan['devices'], periodsMs: Periods): Plan['budgets'] {
  return new Map(
    Object.entries(site.lines).map(([name, settings]) => {
      const there = [...devices].flatMap(([device, { line, instance }]) =>
        line === name ? [{ name: device, instance }] : [],
      )
      return [name, lineBudget(settings, there, periodsMs)]
    }),
  )
}

function segmentsOf(
  { segments, place }: Site,
  devices: Plan['devices'],
  points: Plan['points'],
): ReadonlyMap<string, Segment> {
  if (place === undefined) return new Map() // contradictions have seen that there are no segments then
  return new Map(
    Object.entries(segments).map(([name, declared]) => [name, segmentOf(name, declared, place, devices, points)]),
  )
}

function segmentOf(
  name: string,
  declared: SiteSegment,
  place: Place,
  devices: Plan['devices'],
  points: Plan['points'],
): Segment {
  const lit = new Set(declared.setpoints.map((id) => halves(id)[0]))
  /** What a device with lamps of the segment says is said of its own light; what another says (an input module), of all. */
  const confirmingOf = (device: string): ConfirmingPoint[] =>
    declared.confirm_by.flatMap((id) => {
      const point = pointId(id)
      const [where] = halves(id)
      const quantity = points.get(point)?.quantity
      return quantity === undefined || (where !== device && lit.has(where)) ? [] : [{ point, quantity }]
    })
  const outputs = declared.setpoints.flatMap((id): Output[] => {
    const [device, own] = halves(id)
    const setpoint = devices.get(device)?.instance.setpoints.get(own)
    const output = setpoint && outputOf(device, setpoint, { ...declared, confirming: confirmingOf(device) })
    return output ? [output] : []
  })
  const { from, to, off } = rangeOf(outputs)
  const [least, most] = declared.limits ?? [from, to]
  const range = { from: Math.max(from, least), to: Math.min(to, most), off }
  return { name, title: declared.title ?? name, setpoint: `${name}.level`, outputs, range, declared, place }
}
