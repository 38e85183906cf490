/** What the entries of a site file say against one another, and against the profiles that they name. */
import type { z } from 'zod'
import { instantiate } from '../drivers/instance.ts'
import type { Contradiction, Profile } from '../drivers/profile.ts'
import type { QuantityName } from '../drivers/quantities.ts'
import type { PointId } from '../drivers/reading.ts'
import { usuallyInstalled } from '../drivers/repeats.ts'
import { asRecord, serialFormatText } from '../drivers/schema.ts'
import type { FleetPolicy } from './disclosure/fleet-policy.ts'
import { overloadedLines, shortPatience } from './line-contradictions.ts'
import { inputsOf, periodsOf } from './periods.ts'
import { passThroughContradictions } from './pass-through/contradictions.ts'
import { peoplesLightOf } from './lit-by-people.ts'
import { pointsOfSegments } from './segment-points.ts'
import { releaseContradictions, type Offered } from './release-contradictions.ts'
import { segmentContradictions } from './segment-contradictions.ts'
import { siteSchema, type SiteLine } from './site.ts'

const shapes = siteSchema.shape

/** The profiles that a site may name. */
export interface Profiles {
  readonly ids: readonly string[]
  profile(id: string): Profile | undefined
}

/**
 * Looks at the raw document and takes those entries that are well formed by themselves, so that a mistake in one hides
 * none in another: every mistake at once.
 */
export function siteContradictions(document: unknown, profiles: Profiles, fleet?: FleetPolicy): Contradiction[] {
  const root = asRecord(document)
  const lineNames = Object.keys(asRecord(root['lines']))
  const lines = wellFormed(root['lines'], shapes.lines.valueType)
  const devices = Object.entries(asRecord(root['devices'])).map((entry) => looseDevice(entry, profiles))
  const releases = wellFormed(root['releases'], shapes.releases.valueType)
  const segments = wellFormed(root['segments'], shapes.segments.unwrap().valueType)
  const inputs = new Set(segments.flatMap(([, segment]) => inputsOf(segment)))
  const polling = shapes.polling.safeParse(root['polling']).data
  const periodsMs = polling && periodsOf(polling)
  return [
    ...sharedLines(lines),
    ...passThroughContradictions(lines, shapes.console.safeParse(root['console']).data),
    ...devices.flatMap((device) => missingLine(device, lineNames)),
    ...sharedUnits(devices),
    ...devices.flatMap((device) => missingProfile(device, profiles)),
    ...devices.flatMap((device) => unspokenFormat(device, lines)),
    ...devices.flatMap(({ path, patience, profile }) => shortPatience(path, patience, profile)),
    ...(periodsMs === undefined ? [] : overloadedLines(lines, devices, inputs, periodsMs)),
    ...devices.flatMap(unfitParameters),
    ...devices.flatMap(unfitKinds),
    ...segmentContradictions(root, devices),
    ...releaseContradictions(Object.keys(asRecord(root['releases'])), releases, {
      ...offeredTo(devices, asRecord(root['segments']), root['uplink']),
      fleet,
    }),
    ...unfitTls(asRecord(root['uplink'])),
  ]
}

type Entries<T> = readonly (readonly [name: string, entry: T])[]

/** Those entries of a section that are well formed. */
function wellFormed<S extends z.ZodType>(section: unknown, schema: S): Entries<z.output<S>> {
  return Object.entries(asRecord(section)).flatMap(([name, value]) => {
    const parsed = schema.safeParse(value)
    return parsed.success ? [[name, parsed.data] as const] : []
  })
}

/** A device whose malformed fields are left out. */
function looseDevice([name, value]: [string, unknown], profiles: Profiles) {
  const { shape } = shapes.devices.valueType
  const raw = asRecord(value)
  const profileId = shape.profile.safeParse(raw['profile']).data
  const profile = profileId === undefined ? undefined : profiles.profile(profileId)
  const has = wellFormed(raw['has'], shape.has.unwrap().valueType)
  return {
    name,
    path: ['devices', name],
    profileId,
    profile,
    has,
    instance: profile && instantiate(profile, {}, { ...usuallyInstalled(profile), ...Object.fromEntries(has) }),
    line: shape.line.safeParse(raw['line']).data,
    unit: shape.unit.safeParse(raw['unit']).data,
    feeds: shape.feeds.safeParse(raw['feeds']).data,
    parameters: shape.parameters.safeParse(raw['parameters']).data ?? {},
    patience: {
      timeout: shape.timeout.safeParse(raw['timeout']).data,
      worst_response: shape.worst_response.safeParse(raw['worst_response']).data,
    },
  }
}
type LooseDevice = ReturnType<typeof looseDevice>

/** An endpoint has one owner, and one lock: over two lines, two would talk at once. */
function sharedLines(lines: Entries<SiteLine>): Contradiction[] {
  const owners = new Map<string, string>()
  return lines.flatMap(([name, line]) => {
    const [key, endpoint] =
      line.protocol === 'modbus-rtu' ? ['device', line.device] : ['host', `${line.host.toLowerCase()}:${line.port}`]
    const owner = owners.get(endpoint)
    if (owner !== undefined) return [{ path: ['lines', name, key], code: 'line-twice', words: { line: owner } }]
    owners.set(endpoint, name)
    return []
  })
}

function missingLine({ path, line }: LooseDevice, lineNames: string[]): Contradiction[] {
  if (line === undefined || lineNames.includes(line)) return []
  return [{ path: [...path, 'line'], code: 'no-such-line', words: { line }, candidates: lineNames }]
}

function sharedUnits(devices: readonly LooseDevice[]): Contradiction[] {
  const owners = new Map<string, string>()
  return devices.flatMap(({ name, path, line, unit }) => {
    if (line === undefined || unit === undefined) return []
    const owner = owners.get(`${line}/${unit}`)
    owners.set(`${line}/${unit}`, name)
    if (owner === undefined) return []
    return [{ path: [...path, 'unit'], code: 'unit-taken', words: { unit: String(unit), line, device: owner } }]
  })
}

function missingProfile({ path, profileId, profile }: LooseDevice, { ids }: Profiles): Contradiction[] {
  if (profileId === undefined || profile !== undefined) return []
  const at = { path: [...path, 'profile'], words: { profile: profileId } }
  return ids.includes(profileId)
    ? [{ ...at, code: 'faulty-profile' }]
    : [{ ...at, code: 'no-such-profile', candidates: [...ids] }]
}

function unspokenFormat({ name, line, profile }: LooseDevice, lines: Entries<SiteLine>): Contradiction[] {
  const wire = lines.find(([name]) => name === line)?.[1]
  if (line === undefined || profile === undefined || wire === undefined) return []
  if (wire.protocol === 'modbus-tcp' || wire.serial === undefined) return []
  const format = serialFormatText(wire.serial)
  const spoken = profile.modbus.serial.map(serialFormatText)
  if (spoken.includes(format)) return []
  return [
    {
      path: ['lines', line, 'serial'],
      code: 'serial-format-not-of-profile',
      words: { format, profile: profile.id, device: name },
      candidates: spoken,
    },
  ]
}

function unfitParameters({ path, profile, parameters }: LooseDevice): Contradiction[] {
  if (profile === undefined) return []
  return Object.entries(parameters).flatMap(([key, value]): Contradiction[] => {
    const at = [...path, 'parameters', key]
    const parameter = Object.hasOwn(profile.parameters, key) ? profile.parameters[key] : undefined
    if (parameter === undefined) {
      const candidates = Object.keys(profile.parameters)
      const words = { parameter: key, profile: profile.id }
      return [{ path: at, code: 'no-such-parameter-of-profile', words, candidates }]
    }
    if ((parameter.type === 'ratio') !== (typeof value === 'number'))
      return [{ path: at, code: 'parameter-of-wrong-type', words: { parameter: key, type: parameter.type } }]
    if (parameter.type === 'flag') return []
    const [least, most] = parameter.range
    if (Number(value) >= least && Number(value) <= most) return []
    return [{ path: at, code: 'parameter-outside-range', words: { parameter: key, range: `${least} … ${most}` } }]
  })
}

function unfitKinds({ path, profile, has }: LooseDevice): Contradiction[] {
  if (profile === undefined) return []
  return has.flatMap(([kind, indices]): Contradiction[] => {
    const at = [...path, 'has', kind]
    const repeat = Object.hasOwn(profile.repeats, kind) ? profile.repeats[kind] : undefined
    if (repeat === undefined) {
      const candidates = Object.keys(profile.repeats)
      return [{ path: at, code: 'no-such-kind', words: { profile: profile.id }, candidates }]
    }
    const { from, to } = repeat
    const beyond = indices.filter((index) => index < from || index > to)
    if (beyond.length === 0) return []
    const words = { indices: beyond.join(', '), kind, from: String(from), to: String(to) }
    return [{ path: at, code: 'no-such-index', words }]
  })
}

/** What the site has to offer to its releases: points with their quantities, and whom they tell of. */
function offeredTo(devices: readonly LooseDevice[], segments: Record<string, unknown>, uplink: unknown): Offered {
  const points = devices.flatMap(({ name, instance }) =>
    [...(instance?.points ?? [])].map(([point, { quantity }]): [PointId, QuantityName] => [
      `${name}.${point}`,
      quantity,
    ]),
  )
  const quantityOf = new Map([...points, ...pointsOfSegments(Object.keys(segments))])
  return {
    points: quantityOf,
    obscure: devices.flatMap(({ name, profile }) => (profile === undefined ? [name] : [])),
    feeds: new Map(devices.flatMap(({ name, feeds }) => (feeds === undefined ? [] : [[name, feeds] as const]))),
    litByPeople: peoplesLightOf(segments, quantityOf),
    uplink,
  }
}

function unfitTls({ broker, tls }: Record<string, unknown>): Contradiction[] {
  const found: Contradiction[] = []
  if (typeof broker === 'string' && broker.startsWith('mqtt:') && tls !== undefined)
    found.push({ path: ['uplink', 'broker'], code: 'tls-without-mqtts', words: {} })
  const files = shapes.uplink.shape.tls.safeParse(tls).data
  if (files && (files.certificate === undefined) !== (files.key === undefined))
    found.push({ path: ['uplink', 'tls'], code: 'key-and-certificate-together', words: {} })
  return found
}
