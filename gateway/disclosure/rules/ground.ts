/** What a rule is shown, and what it answers: releases compiled on a site's points, and refusals with their place. */
import { quantities, type Quantity, type QuantityName } from '../../../drivers/quantities.ts'
import type { PointId } from '../../../drivers/reading.ts'
import type { SiteDevice } from '../../site.ts'
import type { TreatmentName } from '../../releases.ts'
import { matches, type LitByPeople, type Release } from '../policy.ts'

export type Feeds = NonNullable<SiteDevice['feeds']>

export interface Ground {
  readonly releases: readonly Release[]
  readonly quantityOf: ReadonlyMap<PointId, QuantityName>
  /** by device: what hangs on it; absent: the town's own installation */
  readonly feeds: ReadonlyMap<string, Feeds>
  readonly least: Least
  readonly litByPeople: LitByPeople
}

/** How many there must be to hide in. The fleet's policy may ask for more, never for less. */
export interface Least {
  /** people or passages in a number that leaves */
  readonly counts: number
  /** delivery points in a sum that is published, or that stands for a dwelling's curve */
  readonly deliveryPoints: number
}

export const least: Least = { counts: 5, deliveryPoints: 10 }

export interface Refusal {
  readonly release: string
  /** below the release */
  readonly path: readonly (string | number)[]
  readonly code: RuleCode
  readonly words: Readonly<Record<string, string>>
}

export type Rule = (ground: Ground) => readonly Refusal[]

/** In the order of the manual. */
export const ruleCodes = [
  'dwelling-curve-without-consent',
  'dwelling-curve-too-fine',
  'presence-not-a-count',
  'presence-as-read',
  'presence-by-change',
  'presence-too-fine',
  'presence-without-group',
  'presence-group-too-small',
  'presence-running-total',
  'presence-sum',
  'light-of-people',
  'detail-of-people',
  'open-energy-few-points',
  'identifier-in-clear',
  'identifier-in-open-data',
  'passage-too-fine',
  'not-personal-of-people',
  'windows-undo',
  'releases-undo',
  'noise-undone',
  'groups-differ-by-few',
] as const
export type RuleCode = (typeof ruleCodes)[number]

/** Of whom a point tells. */
export type Subject =
  /** of nobody: a lamp, a network, the town's own installation */
  | 'nobody'
  /** how a household lives */
  | 'dwelling'
  /** how a firm works */
  | 'business'
  /** that people are there */
  | 'presence'
  /** who, or whose */
  | 'identity'

/** What tells of whom a point tells. */
type About = Pick<Ground, 'releases' | 'quantityOf' | 'feeds' | 'litByPeople'>

export function subjectOf({ releases, quantityOf, feeds, litByPeople }: About, point: PointId): Subject {
  if (litByPeople.detectors.has(point)) return 'presence'
  const quantity = quantityOf.get(point)
  if (quantity === undefined) return 'nobody'
  // A number by its profile, and passages by what a release says of it.
  const isCounted = ({ declared: { counts } }: Release) => counts !== undefined && Object.hasOwn(counts, point)
  if (quantity === 'count' && releases.some(isCounted)) return 'presence'
  const { sensitivity }: Quantity = quantities[quantity]
  switch (sensitivity) {
    case 'technical':
    case 'public':
      return 'nobody'
    case 'presence':
      return 'presence'
    case 'identifier':
      return 'identity'
    case 'usage': {
      const fed = feeds.get(deviceOf(point))
      // Where homes hang on it besides, their share cannot be told apart.
      if (fed === 'dwelling' || fed === 'mixed') return 'dwelling'
      return fed === 'business' ? 'business' : 'nobody'
    }
  }
}

/** Read when somebody goes by, or a household puts its bin out: the moment tells as much as the name. */
const passing: ReadonlySet<QuantityName | undefined> = new Set<QuantityName>(['number_plate', 'container_tag'])

export function isPassing({ quantityOf }: Pick<Ground, 'quantityOf'>, point: PointId): boolean {
  return passing.has(quantityOf.get(point))
}

/** Whose windows tell nothing where they are seen in part: the rules bound how fine a window is, and a stop does not. */
export function guardedPoints(ground: About): ReadonlySet<PointId> {
  return new Set(
    [...ground.quantityOf.keys()].filter(
      (point) =>
        isPassing(ground, point) ||
        ground.litByPeople.light.has(point) ||
        ['dwelling', 'presence'].includes(subjectOf(ground, point)),
    ),
  )
}

export function deviceOf(point: PointId): string {
  return point.slice(0, point.indexOf('.'))
}

export function pointsAbout(ground: Ground, release: Release, ...subjects: readonly Subject[]): PointId[] {
  return release.points.filter((point) => subjects.includes(subjectOf(ground, point)))
}

export function refuse(
  { name }: Release,
  path: Refusal['path'],
  code: RuleCode,
  words: Refusal['words'] = {},
): Refusal {
  return { release: name, path, code, words }
}

/** Where a treatment stands, or something within it. */
export function stepPath({ declared }: Release, kind: TreatmentName, ...within: (string | number)[]): Refusal['path'] {
  const index = declared.treatment.findLastIndex((step) => kind in step)
  return index < 0 ? ['treatment'] : ['treatment', index, kind, ...within]
}

/** Where the pattern stands that takes the first of the points in. */
export function patternPath({ declared }: Release, [point]: readonly PointId[]): Refusal['path'] {
  const index = point === undefined ? -1 : declared.points.findIndex((pattern) => matches(pattern, point))
  return index < 0 ? ['points'] : ['points', index]
}

const named = 3

/** So many points by name that a reader finds them. */
export function naming(points: readonly PointId[]): string {
  return points.slice(0, named).join(', ') + (points.length > named ? ' …' : '')
}
