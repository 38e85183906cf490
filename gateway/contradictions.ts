/** What the entries of a site file say against one another, and against the profiles that they name. */
import type { z } from 'zod'
import { instantiate } from '../drivers/instance.ts'
import type { Contradiction, Profile } from '../drivers/profile.ts'
import { milliseconds } from '../drivers/schema.ts'
import type { PointId } from '../drivers/reading.ts'
import { matches } from './disclosure/policy.ts'
import { siteSchema } from './site.ts'

/** A window shorter than this would write to flash as often as a durable release. */
const shortestBestEffortMs = 5_000

/** What leaves without being declared, and is counted under these names: that the gateway is there, and what it declares. */
const builtInReleases: readonly string[] = ['state', 'meta']

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
export function siteContradictions(document: unknown, profiles: Profiles): Contradiction[] {
  const lines = entries(document, 'lines', shapes.lines.valueType)
  const devices = Object.entries(section(document, 'devices')).map(
    ([name, device]) => [name, fieldsOf(device)] as const,
  )
  const releases = entries(document, 'releases', shapes.releases.valueType)
  const lineNames = Object.keys(section(document, 'lines'))
  const found: Contradiction[] = []

  const owners = new Map<string, string>()
  for (const [name, device] of devices) {
    const path = ['devices', name]
    if (device.line !== undefined) {
      if (!lineNames.includes(device.line))
        found.push({
          path: [...path, 'line'],
          code: 'no-such-line',
          words: { line: device.line },
          candidates: lineNames,
        })
      if (device.unit !== undefined) {
        const owner = owners.get(`${device.line}/${device.unit}`)
        if (owner !== undefined)
          found.push({
            path: [...path, 'unit'],
            code: 'unit-taken',
            words: { unit: String(device.unit), line: device.line, device: owner },
          })
        owners.set(`${device.line}/${device.unit}`, name)
      }
    }

    if (device.profile === undefined) continue
    const profile = profiles.profile(device.profile)
    if (profile === undefined) {
      const faulty = profiles.ids.includes(device.profile)
      found.push({
        path: [...path, 'profile'],
        code: faulty ? 'faulty-profile' : 'no-such-profile',
        words: { profile: device.profile },
        candidates: faulty ? [] : [...profiles.ids],
      })
      continue
    }
    const line = device.line === undefined ? undefined : lines.get(device.line)
    if (line?.protocol === 'modbus-rtu') {
      const spoken = profile.modbus.serial.map(formatText)
      if (!spoken.includes(formatText(line.serial)))
        found.push({
          path: ['lines', device.line ?? '', 'serial'],
          code: 'serial-format-not-of-profile',
          words: { format: formatText(line.serial), profile: device.profile, device: name },
          candidates: spoken,
        })
    }
    for (const [key, value] of Object.entries(device.parameters)) {
      const parameter = profile.parameters[key]
      const at = [...path, 'parameters', key]
      if (parameter === undefined)
        found.push({
          path: at,
          code: 'no-such-parameter-of-profile',
          words: { parameter: key, profile: device.profile },
          candidates: Object.keys(profile.parameters),
        })
      else if ((parameter.type === 'ratio') !== (typeof value === 'number'))
        found.push({ path: at, code: 'parameter-of-wrong-type', words: { parameter: key, type: parameter.type } })
      else if (parameter.type === 'ratio' && (Number(value) < parameter.range[0] || Number(value) > parameter.range[1]))
        found.push({
          path: at,
          code: 'parameter-outside-range',
          words: { parameter: key, range: parameter.range.join(' … ') },
        })
    }
  }

  const points = pointsOf(devices, profiles)
  /** a device whose profile is unknown may have any point: its own mistake is told above */
  const obscure = devices.flatMap(([name, { profile }]) =>
    profile === undefined || profiles.profile(profile) === undefined ? [`${name}.`] : [],
  )
  for (const [name, release] of releases) {
    release.points.forEach((pattern, index) => {
      if (!points.some((point) => matches(pattern, point)) && !obscure.some((device) => pattern.startsWith(device)))
        found.push({
          path: ['releases', name, 'points', index],
          code: 'pattern-matches-nothing',
          words: { pattern },
          candidates: points,
        })
    })
    for (const kind of ['aggregate', 'round'] as const) {
      const index = release.treatment.findLastIndex((step) => kind in step)
      if (release.treatment.findIndex((step) => kind in step) !== index)
        found.push({
          path: ['releases', name, 'treatment', index],
          code: 'treatment-twice',
          words: { treatment: kind },
        })
    }
    if (release.delivery !== 'durable' && milliseconds(release.delivery['best-effort']) < shortestBestEffortMs)
      found.push({
        path: ['releases', name, 'delivery', 'best-effort'],
        code: 'best-effort-window-too-short',
        words: { shortest: `${shortestBestEffortMs / 1_000}s` },
      })
  }

  for (const name of Object.keys(section(document, 'releases')))
    if (builtInReleases.includes(name))
      found.push({ path: ['releases', name], code: 'reserved-release-name', words: { release: name } })

  const broker = section(document, 'uplink')['broker']
  if (typeof broker === 'string' && broker.startsWith('mqtt:') && section(document, 'uplink')['tls'] !== undefined)
    found.push({ path: ['uplink', 'broker'], code: 'tls-without-mqtts', words: {} })
  const tls = shapes.uplink.shape.tls.safeParse(section(document, 'uplink')['tls'])
  if (tls.data && (tls.data.certificate === undefined) !== (tls.data.key === undefined))
    found.push({ path: ['uplink', 'tls'], code: 'key-and-certificate-together', words: {} })
  return found
}

function section(document: unknown, key: string): Record<string, unknown> {
  const root = typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {}
  const value = root[key]
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** Those entries of a section that are well formed. */
function entries<S extends z.ZodType>(document: unknown, key: string, schema: S): Map<string, z.output<S>> {
  return new Map(
    Object.entries(section(document, key)).flatMap(([name, value]) => {
      const parsed = schema.safeParse(value)
      return parsed.success ? [[name, parsed.data] as const] : []
    }),
  )
}

const deviceFields = shapes.devices.valueType.shape

/** What is well formed of a device, field by field. */
function fieldsOf(device: unknown) {
  const raw = section({ device }, 'device')
  return {
    profile: deviceFields.profile.safeParse(raw['profile']).data,
    line: deviceFields.line.safeParse(raw['line']).data,
    unit: deviceFields.unit.safeParse(raw['unit']).data,
    parameters: deviceFields.parameters.safeParse(raw['parameters']).data ?? {},
  }
}

function pointsOf(
  devices: readonly (readonly [string, { profile: string | undefined }])[],
  profiles: Profiles,
): PointId[] {
  return devices.flatMap(([device, { profile: id }]) => {
    const profile = id === undefined ? undefined : profiles.profile(id)
    return profile ? [...instantiate(profile).points.keys()].map((name): PointId => `${device}.${name}`) : []
  })
}

const parityLetters = { none: 'N', even: 'E', odd: 'O' } as const

function formatText(format: { baud: number; dataBits: number; parity: 'none' | 'even' | 'odd'; stopBits: number }) {
  return `${format.baud} ${format.dataBits}${parityLetters[format.parity]}${format.stopBits}`
}
