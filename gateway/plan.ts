/** A site file, checked and worked out: what is on which line, how often each point is read, what leaves. */
import { dirname, resolve } from 'node:path'
import { explain, type Mistake } from '../drivers/explain.ts'
import { instantiate, type Instance, type InstancePoint } from '../drivers/instance.ts'
import { pollClasses, type PollClass } from '../drivers/profile.ts'
import type { PointId } from '../drivers/reading.ts'
import { milliseconds } from '../drivers/schema.ts'
import { siteContradictions, type Profiles } from './contradictions.ts'
import { compilePolicy, type Policy } from './disclosure/policy.ts'
import { siteSchema, type Site } from './site.ts'

/** How long each class is, where the site does not say. */
export const defaultPeriodsMs: Readonly<Record<PollClass, number>> = { fast: 2_000, normal: 10_000, slow: 60_000 }

export interface PlannedDevice {
  readonly line: string
  readonly unit: number
  readonly instance: Instance
}

export interface Plan {
  readonly site: Site
  readonly devices: ReadonlyMap<string, PlannedDevice>
  readonly points: ReadonlyMap<PointId, InstancePoint>
  readonly periodsMs: Readonly<Record<PollClass, number>>
  readonly policy: Policy
}

/** Every mistake of a site file at once, or the plan. */
export function planSite(
  text: string,
  file: string,
  profiles: Profiles,
): { ok: true; plan: Plan } | { ok: false; mistakes: Mistake[] } {
  const explained = explain(text, {
    file,
    schema: siteSchema,
    contradictions: (document) => siteContradictions(document, profiles),
  })
  return explained.ok ? { ok: true, plan: workOut(besideFile(explained.value, file), profiles) } : explained
}

/** Certificates and passwords are named from where the site file lies, wherever the gateway is started. */
function besideFile(site: Site, file: string): Site {
  const { tls, password_file } = site.uplink
  const beside = (path: string | undefined) => (path === undefined ? undefined : resolve(dirname(file), path))
  return {
    ...site,
    uplink: {
      ...site.uplink,
      password_file: beside(password_file),
      tls: tls && { ca: beside(tls.ca), certificate: beside(tls.certificate), key: beside(tls.key) },
    },
  }
}

function workOut(site: Site, profiles: Profiles): Plan {
  const devices = new Map<string, PlannedDevice>()
  const points = new Map<PointId, InstancePoint>()
  for (const [name, { profile: id, line, unit, parameters }] of Object.entries(site.devices)) {
    const profile = profiles.profile(id)
    if (profile === undefined) throw new Error(`${id}: checked, and gone`) // contradictions have seen it a moment ago
    const instance = instantiate(profile, parameters)
    devices.set(name, { line, unit, instance })
    for (const [point, register] of instance.points) points.set(`${name}.${point}`, register)
  }
  const periodsMs = { ...defaultPeriodsMs }
  for (const poll of pollClasses) {
    const period = site.polling[poll]
    if (period !== undefined) periodsMs[poll] = milliseconds(period)
  }
  const quantities = new Map([...points].map(([point, { quantity }]) => [point, quantity]))
  return { site, devices, points, periodsMs, policy: compilePolicy(site.releases, quantities) }
}
