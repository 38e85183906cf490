/** The public page's content, read off the policy that is enforced. */
import { coarsePlace } from '../treatments/coarsen.ts'
import { quantity } from '../../../drivers/quantities.ts'
import { retention as keptHere } from '../../history/series.ts'
import type { Policy, Release } from '../policy.ts'
import { byQuantity, sensitivityOf, type Known } from '../sensitivity.ts'
import { sentencesOf } from '../sentences.ts'
import { reasonInBoth } from '../../releases.ts'
import { inBoth, retentionSaid, said, type Language } from '../text.ts'
import { basisWords, purposeWords, recipientRoles } from '../words.ts'
import { capital, categories, categoryWords, elementsOf, taxonomy } from './dtpr.ts'
import type { Facts } from './facts.ts'
import { licencePage } from './licences.ts'
import { shownSample } from './sample.ts'
import type { PublicTwin, ReleaseTwin } from './twin.ts'

const dayMs = 86_400_000
/** Some hundred metres: of a cabinet that stands in the street no more need be told. */
const ordinaryDegrees = 0.001

const atOnce = { en: 'Alarms leave at once.', fr: 'Les alarmes sortent aussitôt.' }

export function publicTwinOf(facts: Facts): PublicTwin {
  const { policy, site, at, enforced, samples } = facts
  const { responsible } = site
  const elements = elementsOf(facts)
  const known: Known = { ...policy, feeds: feedsOf(site) }
  return {
    v: 1,
    made: localMoment(at.round('second'), site),
    cabinet: { id: site.site, tenant: site.tenant, title: site.title ?? site.site, ...placeOf(facts) },
    ...(responsible === undefined ? {} : { responsible: defined(responsible) }),
    ...(enforced === undefined
      ? {}
      : { enforced: { policy: enforced.hash, since: localMoment(enforced.since, site) } }),
    transport: site.uplink.broker.startsWith('mqtts:') ? 'tls' : 'plain',
    people: (['presence', 'identifier', 'usage'] as const).map((sensitivity) => peopleOf(known, sensitivity)),
    chain: categories.map((category) => ({
      category,
      label: inBoth((language) => said(categoryWords[category], language)),
      elements: elements[category],
    })),
    releases: policy.releases.map((release) => {
      const sample = samples?.get(release.name)
      const shown = sample && shownSample(release, sample)
      return { ...releaseTwin(release, known), ...(shown === undefined ? {} : { sample: shown }) }
    }),
    stays: staysOf(policy, known),
    taxonomy,
  }
}

/** With the street's offset, so that its date is the street's day. */
function localMoment(moment: Temporal.Instant, { place }: Facts['site']): string {
  return place === undefined ? moment.toString() : moment.toString({ timeZone: place.time_zone })
}

function releaseTwin(release: Release, known: Known): ReleaseTwin {
  const { name, points, alarms, treatment, delivery, encodings, declared } = release
  const { purpose, basis, recipient, retention, licence, expires } = declared
  const url = licence === undefined ? undefined : licencePage(licence)
  const placeDegrees = treatment.coarsen?.placeDegrees
  const periodMs = treatment.aggregate?.everyMs ?? treatment.changeOnly?.heartbeatMs
  return {
    name,
    fields: fieldsOf(points, known, { named: treatment.pseudonym === undefined }),
    alarms: [...alarms],
    purpose: { id: purpose, label: inBoth((l) => capital(said(purposeWords[purpose], l))) },
    basis:
      typeof basis === 'string'
        ? { personal: true, id: basis, label: inBoth((l) => said(basisWords[basis], l)) }
        : { personal: false, because: reasonInBoth(basis['not-personal']) },
    recipient: {
      name: recipient.name,
      role: recipient.role,
      label: inBoth((l) => said(recipientRoles[recipient.role], l)),
    },
    granularity: granularityOf(release),
    ...(periodMs === undefined ? {} : { period: isoDuration(periodMs) }),
    ...(placeDegrees === undefined ? {} : { place_degrees: placeDegrees }),
    delivery: delivery.kind,
    retention: { id: retention, label: retentionSaid(retention) },
    ...(licence === undefined ? {} : { licence: { id: licence, ...(url === undefined ? {} : { url }) } }),
    ...(expires === undefined ? {} : { expires: expires.toString() }),
    encodings: [...encodings],
  }
}

function granularityOf({ points, alarms, treatment }: Release): ReleaseTwin['granularity'] {
  const sentences = (language: Language) => [
    ...(points.length === 0 ? [] : sentencesOf(treatment, language)),
    ...(alarms.length === 0 ? [] : [said(atOnce, language)]),
  ]
  return { en: sentences('en'), fr: sentences('fr') }
}

type Field = ReleaseTwin['fields'][number]

function fieldsOf(points: Release['points'], known: Known, { named }: { readonly named: boolean }): Field[] {
  return byQuantity(points, known).map(({ name, sensitivity, points: own }) => {
    const { label, unit, kind } = quantity(name)
    const hasUnit = unit !== '1' && (kind === 'gauge' || kind === 'counter')
    return {
      quantity: name,
      label: inBoth((language) => said(label, language)),
      ...(hasUnit ? { unit } : {}),
      sensitivity,
      points: own.length,
      ...(named ? { names: [...own] } : {}),
    }
  })
}

function staysOf({ home }: Policy, known: Known): PublicTwin['stays'] {
  return byQuantity(home, known).map(({ name, sensitivity, points }) => {
    const { label, sensitivity: own } = quantity(name)
    return {
      quantity: name,
      label: inBoth((language) => said(label, language)),
      sensitivity,
      points: points.length,
      // Presence is kept only as fine as its release: what has none is not kept at all. Whatever a meter feeds is kept alike.
      kept_days: sensitivity === 'presence' ? 0 : keptHere[own] / dayMs,
    }
  })
}

function peopleOf(known: Known, sensitivity: 'presence' | 'identifier' | 'usage'): PublicTwin['people'][number] {
  const isSuch = (point: Release['points'][number]) => sensitivityOf(known, point) === sensitivity
  const releases = known.releases.filter(({ points }) => points.some(isSuch)).map(({ name }) => name)
  const isMeasured = [...known.quantityOf.keys()].some(isSuch)
  return { sensitivity, answer: releases.length > 0 ? 'leaves' : isMeasured ? 'stays' : 'not-measured', releases }
}

function feedsOf({ devices = {} }: Facts['site']): NonNullable<Known['feeds']> {
  return new Map(Object.entries(devices).flatMap(([name, { feeds }]) => (feeds === undefined ? [] : [[name, feeds]])))
}

/** As coarse as the coarsest release tells it. */
function placeOf({ site, policy }: Facts): Pick<PublicTwin['cabinet'], 'place'> {
  if (site.place === undefined) return {}
  const degrees = Math.max(
    ordinaryDegrees,
    ...policy.releases.map(({ treatment }) => treatment.coarsen?.placeDegrees ?? 0),
  )
  return { place: { ...coarsePlace(site.place, degrees), degrees } }
}

function isoDuration(ms: number): string {
  return Temporal.Duration.from({ milliseconds: ms })
    .round({ largestUnit: ms % dayMs === 0 ? 'days' : 'hours' })
    .toString()
}

/** Without the keys that the site file leaves out. */
function defined(responsible: NonNullable<Facts['site']['responsible']>): NonNullable<PublicTwin['responsible']> {
  const { name, address, contact, dpo, page } = responsible
  return {
    name,
    ...(address === undefined ? {} : { address }),
    contact,
    ...(dpo === undefined ? {} : { dpo }),
    ...(page === undefined ? {} : { page }),
  }
}
