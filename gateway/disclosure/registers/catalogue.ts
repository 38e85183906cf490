/**
 * The open releases as a catalogue (DCAT-AP 3.0.1): those with a licence, one dataset each. None is claimed to be a high-value
 * dataset (Regulation (EU) 2023/138): its list has none that a street cabinet makes.
 */
import { said, type Text } from '../text.ts'
import { iri, xsd, type Graph, type Node, type Resource } from './graph.ts'
import { licenceUri } from './licences.ts'
import type { PublicTwin, ReleaseTwin } from './twin.ts'

const dcat = 'http://www.w3.org/ns/dcat#'
const dct = 'http://purl.org/dc/terms/'
const foaf = 'http://xmlns.com/foaf/0.1/'
const vcard = 'http://www.w3.org/2006/vcard/ns#'
const authority = 'http://publications.europa.eu/resource/authority'

const prefixes = {
  dcat,
  dct,
  foaf,
  vcard,
  xsd,
  geo: 'http://www.opengis.net/ont/geosparql#',
} as const

type Said = readonly [predicate: string, object: Node]

/** What all of a catalogue's resources have in common. */
interface Names {
  readonly base: string
  readonly title: string
  readonly access: string
  readonly publisher: string
  readonly contact: string
  readonly place: string | undefined
  /** since when the rules are in force, where they are */
  readonly changed: readonly Said[]
}

/**
 * `access`: where people get the data, since that is their recipient's to say and not the cabinet's. Undefined where nobody
 * publishes them: a catalogue names a publisher.
 */
export function catalogueOf(twin: PublicTwin, access: string): Graph | undefined {
  const { cabinet, responsible, enforced, releases } = twin
  if (responsible === undefined) return undefined
  const base = `urn:fanal:${cabinet.tenant}:${cabinet.id}`
  const names: Names = {
    base,
    title: cabinet.title,
    access,
    publisher: `${base}:publisher`,
    contact: `${base}:contact`,
    place: cabinet.place && `${base}:place`,
    changed: enforced === undefined ? [] : [[`${dct}modified`, { value: enforced.since, type: `${xsd}dateTime` }]],
  }
  const open = releases.filter(({ licence }) => licence !== undefined)
  const licences = new Set(open.flatMap(({ licence }) => licenceUri(licence?.id ?? '') ?? []))
  return {
    prefixes,
    resources: [
      catalogueResource(names, responsible, open),
      ...peopleResources(names, responsible),
      ...placeResources(cabinet),
      ...open.flatMap((release) => [datasetResource(names, release), distributionResource(names, release)]),
      ...[...licences].map((licence): Resource => ({ iri: licence, types: [`${dct}LicenseDocument`], says: [] })),
    ],
  }
}

type Responsible = NonNullable<PublicTwin['responsible']>

function catalogueResource(names: Names, { page }: Responsible, open: readonly ReleaseTwin[]): Resource {
  const { base, title, publisher, changed } = names
  return {
    iri: base,
    types: [`${dcat}Catalog`],
    says: [
      ...inBoth(`${dct}title`, filledIn(words.title, { title })),
      ...inBoth(`${dct}description`, filledIn(words.about, { title })),
      [`${dct}publisher`, iri(publisher)],
      ...['FRA', 'ENG'].map((code): Said => [`${dct}language`, iri(`${authority}/language/${code}`)]),
      ...changed,
      ...ifThere(`${foaf}homepage`, page && iri(page)),
      ...open.map((release): Said => [`${dcat}dataset`, iri(datasetIri(names, release))]),
    ],
  }
}

function peopleResources({ publisher, contact }: Names, responsible: Responsible): Resource[] {
  const name: Node = { text: responsible.name, language: 'fr' }
  return [
    { iri: publisher, types: [`${foaf}Agent`], says: [[`${foaf}name`, name]] },
    { iri: contact, types: [`${vcard}Kind`], says: [[`${vcard}fn`, name], ...reached(responsible.contact)] },
  ]
}

function placeResources({ id, tenant, place }: PublicTwin['cabinet']): Resource[] {
  if (place === undefined) return []
  const value = `POINT(${place.longitude} ${place.latitude})`
  return [
    {
      iri: `urn:fanal:${tenant}:${id}:place`,
      types: [`${dct}Location`],
      says: [[`${dcat}centroid`, { value, type: `${prefixes.geo}wktLiteral` }]],
    },
  ]
}

function datasetResource(names: Names, release: ReleaseTwin): Resource {
  const { base, title, publisher, contact, place, changed } = names
  const { name, period, fields } = release
  const identifier: Node = { value: `${base}:${name}`.slice('urn:fanal:'.length), type: `${xsd}string` }
  return {
    iri: datasetIri(names, release),
    types: [`${dcat}Dataset`],
    says: [
      ...inBoth(`${dct}title`, titleOf(release, title)),
      ...inBoth(`${dct}description`, descriptionOf(release)),
      [`${dct}identifier`, identifier],
      [`${dct}publisher`, iri(publisher)],
      [`${dcat}contactPoint`, iri(contact)],
      [`${dct}accessRights`, iri(`${authority}/access-right/PUBLIC`)],
      [`${dct}accrualPeriodicity`, iri(`${authority}/frequency/${frequencyOf(period)}`)],
      ...ifThere(`${dcat}temporalResolution`, period && { value: period, type: `${xsd}duration` }),
      ...themesOf(release).map((theme): Said => [`${dcat}theme`, iri(`${authority}/data-theme/${theme}`)]),
      ...ifThere(`${dct}spatial`, place && iri(place)),
      ...fields.flatMap(({ label }) => inBoth(`${dcat}keyword`, label)),
      ...changed,
      [`${dcat}distribution`, iri(distributionIri(names, release))],
    ],
  }
}

function distributionResource(names: Names, release: ReleaseTwin): Resource {
  const licence = licenceUri(release.licence?.id ?? '')
  return {
    iri: distributionIri(names, release),
    types: [`${dcat}Distribution`],
    says: [
      ...inBoth(`${dct}title`, titleOf(release, names.title)),
      [`${dcat}accessURL`, iri(names.access)],
      ...ifThere(`${dct}license`, licence && iri(licence)),
      ...formatOf(release),
    ],
  }
}

function datasetIri({ base }: Names, { name }: ReleaseTwin): string {
  return `${base}:release:${name}`
}

function distributionIri(names: Names, release: ReleaseTwin): string {
  return `${datasetIri(names, release)}:distribution`
}

/** Said once, or not at all. */
function ifThere(predicate: string, object: Node | '' | undefined): Said[] {
  return object === undefined || object === '' ? [] : [[predicate, object]]
}

const words = {
  title: { en: 'Open data of the cabinet {title}', fr: 'Données ouvertes de l’armoire {title}' },
  about: {
    en: 'What the street cabinet {title} releases as open data, made from the rules that its gateway enforces.',
    fr: 'Ce que l’armoire de rue {title} met en données ouvertes, fait des règles que sa passerelle applique.',
  },
  set: { en: '{what}, {title}', fr: '{what}, {title}' },
} as const satisfies Record<string, Text>

/** EU authority list “frequency”: the one that is exactly this, or the next rarer. */
const frequencies: readonly (readonly [minutes: number, code: string])[] = [
  [1, '1MIN'],
  [5, '5MIN'],
  [10, '10MIN'],
  [15, '15MIN'],
  [30, '30MIN'],
  [60, 'HOURLY'],
  [120, 'BIHOURLY'],
  [180, 'TRIHOURLY'],
  [720, '12HRS'],
  [1_440, 'DAILY'],
]

export function frequencyOf(period: string | undefined): string {
  if (period === undefined) return 'CONT'
  const minutes = Temporal.Duration.from(period).total({ unit: 'minutes', relativeTo: '2026-01-01' })
  return frequencies.find(([most]) => minutes <= most)?.[1] ?? 'DAILY'
}

/** EU authority list “data-theme”, by what it is released for. */
const themes: Readonly<Record<ReleaseTwin['purpose']['id'], readonly string[]>> = {
  accessibility: ['SOCI'],
  connectivity: ['TECH'],
  ecology: ['ENVI'],
  energy_efficiency: ['ENER'],
  health: ['HEAL'],
  inform: ['REGI'],
  logistics: ['TRAN'],
  mobility: ['TRAN'],
  planning_decision_making: ['REGI'],
  research_development: ['TECH'],
  safety_security: ['JUST'],
  waste_management: ['ENVI'],
  water_efficiency: ['ENVI'],
  maintenance: ['REGI'],
}

/** What is told of electricity is of energy besides, whatever for. */
function themesOf({ purpose, fields }: ReleaseTwin): string[] {
  const isEnergy = fields.some(({ quantity }) => /^(energy|power|voltage|current|frequency)/.test(quantity))
  return [...new Set([...themes[purpose.id], ...(isEnergy ? ['ENER'] : [])])]
}

function formatOf({ encodings }: ReleaseTwin): Said[] {
  const media = 'https://www.iana.org/assignments/media-types/application'
  if (encodings.includes('json'))
    return [
      [`${dct}format`, iri(`${authority}/file-type/JSON`)],
      [`${dcat}mediaType`, iri(`${media}/json`)],
    ]
  if (encodings.includes('ngsi-ld'))
    return [
      [`${dct}format`, iri(`${authority}/file-type/JSON_LD`)],
      [`${dcat}mediaType`, iri(`${media}/ld+json`)],
    ]
  return [] // Sparkplug's Protocol Buffers have no registered type
}

function titleOf({ fields, purpose }: ReleaseTwin, title: string): { en: string; fr: string } {
  const what = (language: 'en' | 'fr') =>
    fields.length === 0 ? purpose.label[language] : fields.map(({ label }) => label[language]).join(', ')
  return {
    en: said(words.set, 'en', { what: what('en'), title }),
    fr: said(words.set, 'fr', { what: what('fr'), title }),
  }
}

function descriptionOf({ purpose, granularity }: ReleaseTwin): { en: string; fr: string } {
  return {
    en: `${purpose.label.en}. ${granularity.en.join(' ')}`,
    fr: `${purpose.label.fr}. ${granularity.fr.join(' ')}`,
  }
}

function filledIn(text: Text, filled: Readonly<Record<string, string>>): { en: string; fr: string } {
  return { en: said(text, 'en', filled), fr: said(text, 'fr', filled) }
}

function inBoth(predicate: string, { en, fr }: Text): Said[] {
  return [
    [predicate, { text: fr, language: 'fr' }],
    [predicate, { text: en, language: 'en' }],
  ]
}

function reached(contact: string): Said[] {
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return [[`${vcard}hasEmail`, iri(`mailto:${contact}`)]]
  if (/^https?:\/\/\S+$/.test(contact)) return [[`${vcard}hasURL`, iri(contact)]]
  if (/^\+?[\d\s().-]{6,}$/.test(contact))
    return [[`${vcard}hasTelephone`, iri(`tel:${contact.replaceAll(/[^\d+]/g, '')}`)]]
  return []
}
