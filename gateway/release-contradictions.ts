/** What a site's releases say against its points, alarms and uplink, against themselves, and against the rules. */
import type { QuantityName } from '../drivers/quantities.ts'
import type { Contradiction } from '../drivers/profile.ts'
import type { PointId } from '../drivers/reading.ts'
import { asRecord } from '../drivers/schema.ts'
import { compilePolicy, matches, type LitByPeople, type Release } from './disclosure/policy.ts'
import { leastOf, type FleetPolicy } from './disclosure/fleet-policy.ts'
import { widenings } from './disclosure/narrowing.ts'
import { least, type Feeds } from './disclosure/rules/ground.ts'
import { refusals } from './disclosure/rules/rules.ts'
import { alarmCodes } from './observe/alarms.ts'
import { treatmentNames, type SiteRelease } from './releases.ts'
import { treatmentContradictions } from './treatment-contradictions.ts'

/** What the rest of the site file offers to its releases. */
export interface Offered {
  /** of the devices whose profile is known */
  readonly points: ReadonlyMap<PointId, QuantityName>
  /** devices whose profile is not: they may have any point, and their own mistake is told elsewhere */
  readonly obscure: readonly string[]
  readonly feeds: ReadonlyMap<string, Feeds>
  readonly litByPeople: LitByPeople
  readonly uplink: unknown
  readonly fleet?: FleetPolicy | undefined
}

type Entries = readonly (readonly [name: string, release: SiteRelease])[]

/** What leaves without being declared, and is counted under these names: that the gateway is there, what it declares, its answers. */
const builtInReleases: readonly string[] = ['state', 'meta', 'answer', 'sparkplug']

/** `declared`: those of `names` that are well formed by themselves. */
export function releaseContradictions(names: readonly string[], declared: Entries, offered: Offered): Contradiction[] {
  const { releases } = compilePolicy(Object.fromEntries(declared), offered.points)
  return [
    ...unmatchedPatterns(declared, offered),
    ...reservedNames(names),
    ...releases.flatMap((release) => [
      ...ofNothing(release),
      ...drops(release, offered),
      ...unknownAlarms(release),
      ...repeatedTreatment(release),
      ...encodings(release, offered.uplink),
      ...treatmentContradictions(release, offered.points),
    ]),
    ...againstRules(releases, offered),
    ...(offered.fleet === undefined ? [] : widenings(offered.fleet, releases, [...offered.points.keys()])),
  ]
}

function againstRules(releases: readonly Release[], { points, feeds, litByPeople, fleet }: Offered): Contradiction[] {
  const asked = fleet === undefined ? least : leastOf(fleet)
  return refusals({ releases, quantityOf: points, feeds, litByPeople, least: asked }).map(
    ({ release, path, code, words }) => ({ path: ['releases', release, ...path], code, words: { ...words } }),
  )
}

function unmatchedPatterns(releases: Entries, { points, obscure }: Offered): Contradiction[] {
  const candidates = [...points.keys()]
  const fits = (pattern: string) =>
    candidates.some((point) => matches(pattern, point)) || obscure.some((device) => pattern.startsWith(`${device}.`))
  return releases.flatMap(([name, { points: patterns }]) =>
    patterns.flatMap((pattern, index) => {
      const path = ['releases', name, 'points', index]
      return fits(pattern) ? [] : [{ path, code: 'pattern-matches-nothing', words: { pattern }, candidates }]
    }),
  )
}

function reservedNames(names: readonly string[]): Contradiction[] {
  return names
    .filter((name) => builtInReleases.includes(name))
    .map((name) => ({ path: ['releases', name], code: 'reserved-release-name', words: { release: name } }))
}

function ofNothing({ name, declared: { points, alarms } }: Release): Contradiction[] {
  if (points.length > 0 || alarms.length > 0) return []
  return [{ path: ['releases', name], code: 'release-of-nothing', words: {} }]
}

function drops({ name, declared, points }: Release, { points: all, obscure }: Offered): Contradiction[] {
  const candidates = [...all.keys()].filter((point) => declared.points.some((pattern) => matches(pattern, point)))
  // Where a device's points are not known, nobody can tell what its patterns leave.
  if (candidates.length === 0 || obscure.length > 0) return []
  return declared.treatment.flatMap((step, index): Contradiction[] => {
    if (!('drop' in step)) return []
    const path = ['releases', name, 'treatment', index, 'drop']
    if (points.length === 0) return [{ path, code: 'all-dropped', words: { release: name } }]
    return step.drop.flatMap((pattern, nth) =>
      candidates.some((point) => matches(pattern, point))
        ? []
        : [{ path: [...path, nth], code: 'drops-nothing', words: {}, candidates }],
    )
  })
}

function unknownAlarms({ name, declared }: Release): Contradiction[] {
  const at = (path: (string | number)[], patterns: readonly string[]) =>
    patterns.flatMap((pattern, index): Contradiction[] =>
      alarmCodes.some((code) => matches(pattern, code))
        ? []
        : [
            {
              path: ['releases', name, ...path, index],
              code: 'no-such-alarm',
              words: {},
              candidates: [...alarmCodes],
            },
          ],
    )
  const inDetail = declared.treatment.flatMap((step, index) =>
    'detail' in step ? at(['treatment', index, 'detail', 'while'], step.detail.while) : [],
  )
  return [...at(['alarms'], declared.alarms), ...inDetail]
}

function repeatedTreatment({ name, declared: { treatment } }: Release): Contradiction[] {
  return treatmentNames.flatMap((kind) => {
    const index = treatment.findLastIndex((step) => kind in step)
    if (treatment.findIndex((step) => kind in step) === index) return []
    return [{ path: ['releases', name, 'treatment', index], code: 'treatment-twice', words: { treatment: kind } }]
  })
}

function encodings({ name, declared }: Release, uplink: unknown): Contradiction[] {
  return declared.encodings.flatMap((encoding, index): Contradiction[] => {
    const found = { path: ['releases', name, 'encodings', index], words: { encoding } }
    if (declared.encodings.indexOf(encoding) < index) return [{ ...found, code: 'encoding-twice' }]
    return encoding === 'sparkplug' && asRecord(uplink)['sparkplug'] === undefined
      ? [{ ...found, code: 'encoding-without-settings' }]
      : []
  })
}
