/** A site's releases held against the fleet's policy: where one is wider than it may be, with the place and the widest. */
import type { PointId } from '../../drivers/reading.ts'
import { durationText, milliseconds } from '../../drivers/schema.ts'
import type { TreatmentName, TreatmentStep } from '../releases.ts'
import { basisName, type FleetPolicy, type Widest } from './fleet-policy.ts'
import { excesses, type Bounds, type Excess } from './narrower.ts'
import { compilePolicy, matches, type Release } from './policy.ts'
import { naming, patternPath, stepPath } from './rules/ground.ts'

export interface Widening {
  readonly path: (string | number)[]
  readonly code: string
  readonly words: Record<string, string>
  readonly candidates?: string[]
}

/** `points`: all that there are on the site. */
export function widenings(policy: FleetPolicy, releases: readonly Release[], points: readonly PointId[]): Widening[] {
  return releases.flatMap((release): Widening[] => {
    const widest = Object.hasOwn(policy.releases, release.name) ? policy.releases[release.name] : undefined
    const words = { policy: policy.policy, release: release.name }
    if (widest !== undefined)
      return excesses(boundsOf(release), widestBounds(release.name, widest, points)).map((excess) => {
        const { path, ...said } = told(release, widest, excess)
        return { ...said, path: ['releases', release.name, ...path], words: { ...words, ...said.words } }
      })
    if (policy.others === 'allow') return []
    const candidates = Object.keys(policy.releases)
    return [{ path: ['releases', release.name], code: 'release-not-in-policy', words, candidates }]
  })
}

function boundsOf({ points, treatment, declared }: Release): Bounds {
  const { alarms, purpose, recipient, retention, expires, licence, encodings } = declared
  return {
    ...{ points, alarms, treatment, retention, expires, encodings },
    ...{ purposes: [purpose], bases: [basisName(declared)], recipients: [recipient] },
    licences: licence === undefined ? [] : [licence],
  }
}

function widestBounds(name: string, widest: Widest, points: readonly PointId[]): Bounds {
  const { purposes, recipients, treatment } = widest
  const [purpose, recipient] = [purposes[0], recipients[0]]
  if (purpose === undefined || recipient === undefined) throw new Error(`${name}: the schema wants one at least`)
  // Compiled as a site's release would be, for its treatment.
  const { releases } = compilePolicy(
    {
      [name]: {
        ...{ ...widest, purpose, recipient, treatment, points: [] },
        ...{ basis: 'consent', delivery: 'durable', priority: 'normal' },
      },
    },
    new Map(),
  )
  const dropped = treatment.flatMap((step) => ('drop' in step ? step.drop : []))
  const fits = (patterns: readonly string[], point: PointId) => patterns.some((pattern) => matches(pattern, point))
  return {
    ...widest,
    points: points.filter((point) => fits(widest.points, point) && !fits(dropped, point)),
    treatment: releases[0]?.treatment ?? {},
  }
}

function told(
  release: Release,
  widest: Widest,
  excess: Excess,
): Pick<Widening, 'code' | 'words'> & { path: Release['points'] | readonly (string | number)[] } {
  switch (excess.of) {
    case 'points': {
      const words = { points: naming(excess.points), widest: listed(widest.points) }
      return { path: patternPath(release, excess.points), code: 'wider-points', words }
    }
    case 'alarms': {
      const words = { alarms: excess.pattern, widest: listed(widest.alarms) }
      return { path: ['alarms', excess.index], code: 'wider-alarms', words }
    }
    case 'purpose':
      return { path: ['purpose'], code: 'another-purpose', words: { widest: listed(widest.purposes) } }
    case 'basis':
      return { path: ['basis'], code: 'another-basis', words: { widest: listed(widest.bases ?? []) } }
    case 'recipient': {
      const known = widest.recipients.map(({ name, role }) => `${name} (${role})`)
      return { path: ['recipient'], code: 'another-recipient', words: { widest: listed(known) } }
    }
    case 'retention':
      return { path: ['retention'], code: 'longer-retention', words: { widest: widest.retention } }
    case 'expires':
      return { path: ['expires'], code: 'later-expiry', words: { widest: String(widest.expires) } }
    case 'licence':
      return { path: ['licence'], code: 'licence-not-in-policy', words: { widest: listed(widest.licences) } }
    case 'encodings':
      return {
        path: ['encodings', excess.index],
        code: 'encoding-not-in-policy',
        words: { widest: listed(widest.encodings) },
      }
    case 'treatment': {
      const { step } = excess
      const words = { treatment: step, widest: stepText(widest.treatment, step) }
      const code = step === 'detail' ? 'detail-not-in-policy' : 'finer-treatment'
      return { path: stepPath(release, step), code, words }
    }
  }
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '—' : names.join(', ')
}

function stepText(steps: readonly TreatmentStep[], name: TreatmentName): string {
  const step = steps.findLast((each) => name in each)
  return step === undefined ? '—' : stepWritten(step)
}

/** A step as a file writes it: `aggregate: { every: 15m, of: [mean, max] }`. */
export function stepWritten(step: TreatmentStep): string {
  return Object.entries(step)
    .map(([key, value]) => `${key}: ${written(value)}`)
    .join(', ')
}

function written(value: unknown): string {
  if (value instanceof Temporal.Duration) return durationText(milliseconds(value))
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{ ${entries.map(([key, each]) => `${key}: ${written(each)}`).join(', ')} }`
}
