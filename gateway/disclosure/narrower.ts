/**
 * Which of two bounds on what leaves is the narrower: a partial order, made of one for each thing that a release says.
 * `excesses(a, b)` is empty where `a` lets out no more than `b`. A step that `b` asks for must be in `a` as well, as strong
 * or stronger: one kind of treatment never stands in for another, so that no one has to weigh a mean against a noise.
 */
import type { PointId } from '../../drivers/reading.ts'
import type { EncodingName, SiteRelease, TreatmentName } from '../releases.ts'
import type { BasisName } from './fleet-policy.ts'
import { matches, type Treatment } from './policy.ts'

export interface Bounds {
  /** named one by one: two patterns are compared by what they take in on this site */
  readonly points: readonly PointId[]
  readonly alarms: readonly string[]
  readonly purposes: readonly SiteRelease['purpose'][]
  /** absent: any */
  readonly bases?: readonly BasisName[] | undefined
  readonly recipients: readonly SiteRelease['recipient'][]
  readonly treatment: Treatment
  /** `3y` */
  readonly retention: string
  /** absent: without end */
  readonly expires?: Temporal.PlainDate | undefined
  readonly licences: readonly string[]
  readonly encodings: readonly EncodingName[]
}

export type Excess =
  | { readonly of: 'points'; readonly points: readonly PointId[] }
  | { readonly of: 'alarms'; readonly pattern: string; readonly index: number }
  | { readonly of: 'encodings'; readonly encoding: EncodingName; readonly index: number }
  | { readonly of: 'purpose' | 'basis' | 'recipient' | 'retention' | 'expires' | 'licence' }
  | { readonly of: 'treatment'; readonly step: TreatmentName }

export function excesses(a: Bounds, b: Bounds): Excess[] {
  const found: Excess[] = []
  const beyond = a.points.filter((point) => !b.points.includes(point))
  if (beyond.length > 0) found.push({ of: 'points', points: beyond })
  a.alarms.forEach((pattern, index) => {
    if (!isWithin(pattern, b.alarms)) found.push({ of: 'alarms', pattern, index })
  })
  if (!a.purposes.every((purpose) => b.purposes.includes(purpose))) found.push({ of: 'purpose' })
  if (b.bases !== undefined && !(a.bases?.every((basis) => b.bases?.includes(basis)) ?? false))
    found.push({ of: 'basis' })
  const isKnown = ({ name, role }: SiteRelease['recipient']) =>
    b.recipients.some((known) => known.name === name && known.role === role)
  if (!a.recipients.every(isKnown)) found.push({ of: 'recipient' })
  for (const [step, isAsCoarse] of Object.entries(coarseness) as [TreatmentName, AsCoarse][])
    if (!isAsCoarse(a.treatment, b.treatment)) found.push({ of: 'treatment', step })
  if (days(a.retention) > days(b.retention)) found.push({ of: 'retention' })
  if (b.expires !== undefined && (a.expires === undefined || Temporal.PlainDate.compare(a.expires, b.expires) > 0))
    found.push({ of: 'expires' })
  if (!a.licences.every((licence) => b.licences.includes(licence))) found.push({ of: 'licence' })
  a.encodings.forEach((encoding, index) => {
    if (!b.encodings.includes(encoding)) found.push({ of: 'encodings', encoding, index })
  })
  return found
}

/** Whether one of the patterns takes in whatever this one does: as text its `*` is matched by a `*` only. */
function isWithin(pattern: string, patterns: readonly string[]): boolean {
  return patterns.some((wider) => matches(wider, pattern))
}

type AsCoarse = (a: Treatment, b: Treatment) => boolean

/** By step: where the second asks for it, whether the first has it as strong. What is dropped is not among the points. */
const coarseness: Readonly<Partial<Record<TreatmentName, AsCoarse>>> = {
  change_only: asked(
    (treatment) => treatment.changeOnly,
    (a, b) => a.deadBand >= b.deadBand && a.heartbeatMs >= b.heartbeatMs,
  ),
  // longer windows of the same numbers, or fewer: their edges are edges of the shorter ones
  aggregate: asked(
    (treatment) => treatment.aggregate,
    (a, b) => a.everyMs % b.everyMs === 0 && a.of.every((statistic) => b.of.includes(statistic)),
  ),
  // the only step that tells more: where it is not allowed it must not be
  detail: ({ detail: a }, { detail: b }) =>
    a === undefined ||
    (b !== undefined && a.afterMs <= b.afterMs && a.while.every((pattern) => isWithin(pattern, b.while))),
  minimum_group: asked(
    (treatment) => treatment.minimumGroup,
    (a, b) => a.of === b.of && a.least >= b.least,
  ),
  noise: asked(
    (treatment) => treatment.noise,
    (a, b) => a.epsilon <= b.epsilon && a.perDay <= b.perDay && a.sensitivity >= b.sensitivity,
  ),
  clamp: asked(
    (treatment) => treatment.clamp,
    ([least, most], [leastB, mostB]) => least >= leastB && most <= mostB,
  ),
  bucket: asked(
    (treatment) => treatment.bucket,
    (a, b) => a.every((bound) => b.includes(bound)),
  ),
  round: asked((treatment) => treatment.step, isMultiple),
  pseudonym: asked(
    (treatment) => treatment.pseudonym,
    (a, b) => a.rotatesMs <= b.rotatesMs,
  ),
  coarsen: asked(
    (treatment) => treatment.coarsen,
    (a, b) =>
      (b.timeMs === undefined || (a.timeMs !== undefined && a.timeMs % b.timeMs === 0)) &&
      (b.placeDegrees === undefined || (a.placeDegrees !== undefined && isMultiple(a.placeDegrees, b.placeDegrees))),
  ),
  delay: asked(
    (treatment) => treatment.delayMs,
    (a, b) => a >= b,
  ),
}

function asked<T>(of: (treatment: Treatment) => T | undefined, isAsStrong: (a: T, b: T) => boolean): AsCoarse {
  return (a, b) => {
    const [own, wanted] = [of(a), of(b)]
    return wanted === undefined || (own !== undefined && isAsStrong(own, wanted))
  }
}

/** As they are written: 0.3 is a multiple of 0.1, which its binary form denies. */
export function isMultiple(a: number, b: number): boolean {
  const [one, other] = [decimal(a), decimal(b)]
  const digits = Math.max(one.digits, other.digits)
  const scaled = ({ coefficient, digits: own }: Decimal) => coefficient * 10n ** BigInt(digits - own)
  return scaled(other) !== 0n && scaled(one) % scaled(other) === 0n
}

interface Decimal {
  readonly coefficient: bigint
  /** after the point; below zero: zeros before it */
  readonly digits: number
}

function decimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { coefficient: BigInt(whole + fraction), digits: fraction.length - Number(exponent) }
}

const daysIn: Readonly<Record<string, number>> = { d: 1, m: 365.25 / 12, y: 365.25 }

/** Of a retention such as `3y`; twelve months are a year. */
export function days(retention: string): number {
  return Number(retention.slice(0, -1)) * (daysIn[retention.slice(-1)] ?? 0)
}
