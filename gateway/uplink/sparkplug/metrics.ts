/**
 * The metrics of this edge node: those that the policy lets one foresee, and those that come besides (pseudonyms, groups,
 * alarms). One Sparkplug device for each device or segment; what is of none belongs to the node.
 */
import { quantities, quantityNames, type QuantityName } from '../../../drivers/quantities.ts'
import { bad, type PointId } from '../../../drivers/reading.ts'
import type { Series } from '../../disclosure/disclosed.ts'
import type { Policy, Release } from '../../disclosure/policy.ts'
import type { Statistic } from '../../releases.ts'
import type { Datatype, Metric, Property } from './payload.ts'
import { marks, typed, type Said } from './value.ts'

export interface Known {
  /** unique in the edge node, as long as it runs */
  readonly alias: number
  /** absent: of the node itself */
  readonly device?: string
  readonly name: string
  readonly release: Release
  /** unit, release, purpose: in births only */
  readonly about: readonly Property[]
  /** of a window; else as it was read */
  readonly statistic?: Statistic
  type: Datatype
  last?: Said
  /** what its host heard last, in this session; absent: it is in no birth yet */
  heard?: Said
  /** `last` is not what its host has heard */
  changed: boolean
}

/** Pseudonyms change, and what was named after the old ones never speaks again. */
const mostUnforeseen = 2_000

export class Metrics {
  /** those whose releases are told in this encoding */
  readonly #releases: ReadonlyMap<string, Release>
  readonly #policy: Policy
  readonly #known = new Map<string, Known>()
  /** device, `undefined` for the node → name → metric */
  readonly #of = new Map<string | undefined, Map<string, Known>>()
  /** keys, those that were told last at the end */
  readonly #unforeseen = new Set<string>()
  #aliases = 0

  constructor(policy: Policy) {
    this.#policy = policy
    this.#releases = new Map(
      policy.releases.filter(({ encodings }) => encodings.includes('sparkplug')).map((each) => [each.name, each]),
    )
    for (const release of this.#releases.values()) {
      for (const { point, statistic } of foreseen(release, policy)) this.#add(release, point, statistic)
      if (release.alarms.length > 0 && !this.#known.has(lastAlarm)) this.#addNodes(release, lastAlarm, 'String')
    }
  }

  releaseOf(name: string): Release | undefined {
    return this.#releases.get(name)
  }

  /** The metric of a series, which may be a new one. */
  ofSeries(release: Release, { point, statistic }: Series): Known {
    const key = keyOf(release, point, statistic)
    return this.#touched(key) ?? this.#unforeseenOne(key, () => this.#add(release, point, statistic))
  }

  /** That it stands or not. */
  ofAlarm(release: Release, code: string, of: string): Known {
    const name = `Alarms/${code}/${of === '' ? 'gateway' : of}`
    return this.#known.get(name) ?? this.#addNodes(release, name, 'Boolean')
  }

  /** The last alarm as a text: it is in every birth, so that a new kind of alarm need not wait for the next. */
  get alarmText(): Known | undefined {
    return this.#known.get(lastAlarm)
  }

  /** Of a device, or of the node itself: what may be told at this time, again in births too. */
  living(device: string | undefined, wallMs: number): Known[] {
    return [...(this.#of.get(device)?.values() ?? [])].filter((known) => lives(known, wallMs))
  }

  get devices(): string[] {
    return [...this.#of.keys()].flatMap((device) => (device === undefined ? [] : [device]))
  }

  /** The session is over: what its host has heard, it may have forgotten. */
  forgetHeard(): void {
    for (const known of this.#known.values()) delete known.heard
  }

  #touched(key: string): Known | undefined {
    const known = this.#known.get(key)
    if (known !== undefined && this.#unforeseen.delete(key)) this.#unforeseen.add(key)
    return known
  }

  #unforeseenOne(key: string, add: () => Known): Known {
    if (this.#unforeseen.size >= mostUnforeseen) {
      const [oldest = ''] = this.#unforeseen
      this.#unforeseen.delete(oldest)
      const gone = this.#known.get(oldest)
      this.#known.delete(oldest)
      const beside = this.#of.get(gone?.device)
      if (gone !== undefined) beside?.delete(gone.name)
      if (beside?.size === 0) this.#of.delete(gone?.device)
    }
    this.#unforeseen.add(key)
    return add()
  }

  #add(release: Release, point: PointId, statistic: Statistic | undefined): Known {
    const [device, own] = halves(point)
    const quantity = quantityOf(this.#policy, release, point)
    const plain = statistic === undefined ? own : `${own}-${statistic}`
    // Two releases may tell the same of the same point, each treated otherwise.
    const name = this.#of.get(device)?.has(plain) === true ? `${release.name}/${plain}` : plain
    return this.#keep(keyOf(release, point, statistic), {
      ...{ device, name, release, about: about(release, quantity, statistic), type: firstType(quantity, statistic) },
      ...(statistic === undefined ? {} : { statistic }),
    })
  }

  #addNodes(release: Release, name: string, type: Datatype): Known {
    return this.#keep(name, { name, release, about: about(release, undefined, undefined), type })
  }

  #keep(key: string, known: Omit<Known, 'alias' | 'changed'>): Known {
    const kept = { ...known, alias: ++this.#aliases, changed: false }
    this.#known.set(key, kept)
    const beside = this.#of.get(known.device) ?? new Map<string, Known>()
    this.#of.set(known.device, beside.set(known.name, kept))
    return kept
  }
}

const lastAlarm = 'Alarms/Last'

/** What has expired is told no more, nor what is named after a pseudonym of the past: nobody speaks under it again. */
function lives({ release, last }: Known, wallMs: number): boolean {
  const { expiresMs, treatment } = release
  if (expiresMs !== undefined && wallMs >= expiresMs) return false
  const silentMs = treatment.pseudonym === undefined || last === undefined ? 0 : wallMs - last.atMs
  return silentMs <= (treatment.pseudonym?.rotatesMs ?? 0) + (treatment.delayMs ?? 0)
}

/** As it stands in a birth, where everything is said (Sparkplug B 3.0, 6.4.5). */
export function born(known: Known, wallMs: number): Metric {
  const { alias, name, about, type, last } = known
  const now = last ?? { atMs: wallMs, value: null, quality: bad('not-read'), partial: false }
  known.heard = now
  known.changed = false
  return {
    ...{ name, alias, atMs: now.atMs, withDatatype: true, properties: [...about, ...marks(now, undefined, true)] },
    typed: typed(type, now.value) ?? { type: 'String', value: null },
  }
}

/** As it is told after its birth: by its alias alone. */
export function told(known: Known, now: Said, historical: boolean): Metric {
  const { alias, type, heard } = known
  const properties = marks(now, historical ? undefined : heard, false)
  if (!historical) {
    known.heard = now
    known.changed = false
  }
  return {
    ...{ alias, atMs: now.atMs, typed: typed(type, now.value) ?? { type: 'String', value: null } },
    ...(historical ? { historical } : {}),
    ...(properties.length === 0 ? {} : { properties }),
  }
}

/** Where names are not the points' own, nothing is foreseen: a birth must not tell what the treatment hides. */
function foreseen({ points, treatment }: Release, { quantityOf }: Policy): { point: PointId; statistic?: Statistic }[] {
  if (treatment.pseudonym !== undefined || treatment.minimumGroup?.of === 'points') return []
  if (treatment.aggregate === undefined) return points.map((point) => ({ point }))
  const { of } = treatment.aggregate
  return points.flatMap((point) => {
    const name = quantityOf.get(point)
    const kind = name && quantities[name].kind
    const statistics = kind === 'gauge' || kind === 'counter' ? of : (['last'] as const)
    return statistics.map((statistic) => ({ point, statistic }))
  })
}

/** Of a pseudonym, whose device is hidden, that of the same point of any device; of a group, the one it is named after. */
function quantityOf(policy: Policy, release: Release, point: PointId): QuantityName | undefined {
  const known = policy.quantityOf.get(point)
  if (known !== undefined) return known
  const [, own] = halves(point)
  const like = release.points.find((each) => halves(each)[1] === own)
  return like === undefined ? quantityNames.find((name) => name === own) : policy.quantityOf.get(like)
}

function about({ name, declared }: Release, quantity: QuantityName | undefined, statistic?: Statistic): Property[] {
  const unit = quantity === undefined || statistic === 'count' ? '1' : quantities[quantity].unit
  return [
    { key: 'release', type: 'String', value: name },
    { key: 'purpose', type: 'String', value: declared.purpose },
    ...(unit === '1' ? [] : [{ key: 'engUnit', type: 'String', value: unit } as const]),
  ]
}

function firstType(quantity: QuantityName | undefined, statistic: Statistic | undefined): Datatype {
  if (statistic === 'count') return 'Int64'
  const kind = quantity === undefined ? 'gauge' : quantities[quantity].kind
  if (kind === 'switch') return 'Boolean'
  return kind === 'gauge' || kind === 'counter' ? 'Double' : 'String'
}

/** `segment:north.level` is of the segment. */
function halves(point: PointId): [device: string, own: string] {
  const at = point.indexOf('.')
  return [point.slice(0, at), point.slice(at + 1)]
}

function keyOf({ name }: Release, point: PointId, statistic: Statistic | undefined): string {
  return `${name} ${point} ${statistic ?? ''}`
}
