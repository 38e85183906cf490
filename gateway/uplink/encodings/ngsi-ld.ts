/**
 * Records as NGSI-LD entities (ETSI GS CIM 009), in the normalized form: one instance of an entity for each moment that its
 * attributes were observed at. What has no value is left out, whatever the reason: it is neither zero nor null.
 */
import { contextOf, datedAs, type Attribute, type EntityType } from '../../../drivers/models.ts'
import { parseBody, seriesOf, type Body, type BodySample } from './body.ts'
import { alarmEntity } from './ngsi-ld-alarms.ts'
import { dateTime, instant } from './ngsi-ld-time.ts'
import {
  urn,
  type EntityLayout,
  type NgsiLayout,
  type Place,
  type ReleaseLayout,
  type Target,
} from './ngsi-ld-layout.ts'

/** An entity as it is sent; every member but the first three is an attribute. */
export interface Entity {
  readonly id: string
  readonly type: EntityType
  readonly '@context': readonly string[]
  readonly [attribute: string]: unknown
}

/** The words of NGSI-LD itself; by the specification it comes last (4.4). */
const coreContext = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld'

/** A record of `release`, in the order of time; none for what is not declared, or says nothing. */
export function entitiesOf(release: string, body: string, layout: NgsiLayout): Entity[] {
  const record = parseBody(body)
  const declared = layout.releases.get(release)
  if (record === undefined || declared === undefined) return []
  const observed = new Map<string, Observed>()
  for (const [key, samples] of Object.entries(record.p)) {
    const { statistic } = seriesOf(key)
    // How many values there were is no value of the quantity.
    if (statistic === 'count') continue
    const target = targetOf(key, declared, layout)
    for (const sample of samples) note(observed, target, statistic, sample, record)
  }
  const inTime = [...observed.values()].sort((one, other) => one.atMs - other.atMs)
  repeatRequired(inTime)
  return [
    ...inTime.map((each) => entityOf(each, declared.place, record)),
    ...record.a.map(([offsetMs, code, of, state]) =>
      entity(alarmEntity({ atMs: record.t0 + offsetMs, code, of, state }, layout), declared.place),
    ),
  ]
}

/** What is known of an entity at one moment. */
interface Observed {
  readonly layout: EntityLayout
  readonly atMs: number
  /** of an aggregate: it speaks of the whole window */
  readonly isPeriod: boolean
  /** name and data set → what stands there */
  readonly told: Map<string, Told>
}

/** An attribute that is being put together, of one value or of one a phase. */
interface Told {
  readonly attribute: Attribute
  readonly dataset: string | undefined
  readonly statistic: string
  readonly value: unknown
  /** not good: which, and why */
  readonly doubt: string | undefined
}

function note(
  observed: Map<string, Observed>,
  target: Target,
  statistic: string,
  [offsetMs, raw, , doubt]: BodySample,
  { t0, t1 }: Body,
): void {
  const value = raw === null ? undefined : theirs(raw, target.attribute)
  if (value === undefined) return
  const isPeriod = statistic !== 'raw'
  const atMs = isPeriod ? t1 : t0 + offsetMs
  const { entity: layout, attribute, own } = target
  const key = `${atMs} ${String(isPeriod)} ${layout.id}`
  let there = observed.get(key)
  if (there === undefined) observed.set(key, (there = { layout, atMs, isPeriod, told: new Map() }))

  const dataset = own.has(statistic) ? undefined : statistic
  const place = `${attribute.name} ${dataset ?? ''}`
  const before = there.told.get(place)
  const whole =
    attribute.part === undefined ? value : { ...(before?.value as object | undefined), [attribute.part]: value }
  there.told.set(place, { attribute, dataset, statistic, value: whole, doubt: before?.doubt ?? doubt })
}

/** Ours in their unit and words; undefined: their schema has no way to say it. */
function theirs(value: number | boolean | string, attribute: Attribute): number | string | undefined {
  const { words, range, multiplier = 1, divisor = 1, whole } = attribute
  if (words !== undefined) {
    if ('flags' in words) {
      if (typeof value !== 'string') return undefined
      const set = value.split(' ')
      return Object.entries(words.flags).find(([flag]) => set.includes(flag))?.[1] ?? words.none
    }
    return typeof value === 'boolean' ? words[value ? 'true' : 'false'] : undefined
  }
  if (attribute.unitCode === undefined) return typeof value === 'number' ? value : String(value)
  // A counter beyond 2^53 comes as text, and JSON's readers would round the number.
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER)
    return undefined
  const converted = (number * multiplier) / divisor
  const told = whole === true ? Math.round(converted) : converted
  return range !== undefined && (told < range[0] || told > range[1]) ? undefined : told
}

/** Its attribute, or a measurement of its own: so a pseudonym, which no layout knows, and a group's sum. */
function targetOf(key: string, release: ReleaseLayout, layout: NgsiLayout): Target {
  const { device, name, statistic } = seriesOf(key)
  const known = release.targets.get(`${device}.${name}`)
  // What a present value is besides its mean is still a value of it; how many went by is nothing else.
  const fits = known?.own.has(statistic) === true || known?.own.has('raw') === true
  return known !== undefined && fits ? known : measurement(device, name, release, layout)
}

/** `DeviceMeasurement`, which any quantity can be told as. */
function measurement(device: string, name: string, { measured, own }: ReleaseLayout, layout: NgsiLayout): Target {
  const { quantity, unitCode } = measured.get(name) ?? { quantity: name, unitCode: undefined }
  return {
    entity: {
      id: urn('DeviceMeasurement', layout, `${device}:${name}`),
      type: 'DeviceMeasurement',
      fixed: {
        controlledProperty: { type: 'Property', value: quantity },
        ...(unitCode === undefined ? {} : { unit: { type: 'Property', value: unitCode } }),
        refDevice: { type: 'Relationship', object: urn('Device', layout, device) },
      },
      repeated: [],
    },
    attribute:
      unitCode === undefined ? { name: 'textValue', told: ['raw'] } : { name: 'numValue', unitCode, told: ['raw'] },
    own: new Set(['raw', own]),
  }
}

/**
 * What a type requires is told with each instance: as the record last said, or first says. One that says nothing of it is no
 * lie, but an update of an entity that the broker has.
 */
function repeatRequired(inTime: readonly Observed[]): void {
  const last = new Map<string, Told>()
  const repeat = (each: Observed) => {
    for (const name of each.layout.repeated) {
      const key = `${each.layout.id} ${name}`
      const told = each.told.get(`${name} `)
      const known = last.get(key)
      if (told !== undefined) last.set(key, told)
      else if (known !== undefined) each.told.set(`${name} `, known)
    }
  }
  inTime.forEach(repeat)
  inTime.toReversed().forEach(repeat)
}

function entityOf(observed: Observed, place: Place | undefined, record: Body): Entity {
  const { layout, atMs, isPeriod, told } = observed
  const attributes: Record<string, unknown> = { ...layout.fixed, ...dated(layout.type, atMs, isPeriod, record) }
  const byName = Map.groupBy(told.values(), ({ attribute }) => attribute.name)
  for (const [name, instances] of byName) {
    const normalized = instances.map((each) => property(each, atMs, record))
    attributes[name] = normalized.length === 1 ? normalized[0] : normalized
  }
  return entity({ id: layout.id, type: layout.type, attributes }, place)
}

function entity(
  { id, type, attributes }: { id: string; type: EntityType; attributes: Readonly<Record<string, unknown>> },
  place: Place | undefined,
): Entity {
  return {
    id,
    type,
    '@context': [contextOf(type), coreContext],
    ...(place === undefined
      ? {}
      : {
          location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [place.longitude, place.latitude] } },
        }),
    ...attributes,
  }
}

/** Several data sets of one attribute stand side by side (4.5.5); the one without a name is the attribute itself. */
function property({ attribute, dataset, statistic, value, doubt }: Told, atMs: number, { partial }: Body): object {
  return {
    type: 'Property',
    value,
    observedAt: instant(atMs),
    ...(attribute.unitCode === undefined ? {} : { unitCode: attribute.unitCode }),
    ...(dataset === undefined ? {} : { datasetId: `urn:ngsi-ld:Dataset:fanal:${dataset}` }),
    ...(statistic === 'raw' ? {} : { statistic: { type: 'Property', value: statistic } }),
    ...(doubt === undefined ? {} : { quality: { type: 'Property', value: doubt } }),
    ...(partial === undefined || statistic === 'raw' ? {} : { partial: { type: 'Property', value: true } }),
  }
}

function dated(type: EntityType, atMs: number, isPeriod: boolean, { t0, t1 }: Body): Record<string, unknown> {
  const period = isPeriod ? { dateObservedFrom: dateTime(t0), dateObservedTo: dateTime(t1) } : {}
  switch (datedAs(type)) {
    case 'nowhere':
      return {}
    case 'moment':
      return { dateObserved: dateTime(atMs) }
    case 'moment-and-period':
      return { dateObserved: dateTime(atMs), ...period }
    case 'period':
      return isPeriod
        ? { dateObserved: { type: 'Property', value: `${instant(t0)}/${instant(t1)}` }, ...period }
        : { dateObserved: dateTime(atMs) }
  }
}
