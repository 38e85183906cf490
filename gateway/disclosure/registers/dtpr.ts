/**
 * The eight categories of DTPR (Digital Trust for Places & Routines) for devices, with the elements that a cabinet can show.
 * Ids and names are DTPR's (CC BY 4.0), some of them shortened; those of meters and lamps are ours, since it has none.
 */
import type { QuantityName } from '../../../drivers/quantities.ts'
import type { Release } from '../policy.ts'
import { sensitivityOf } from '../sensitivity.ts'
import { inBoth, retentionSaid, said, type Text } from '../text.ts'
import { purposeWords } from '../words.ts'
import type { Facts } from './facts.ts'

export const categories = [
  'accountable',
  'purpose',
  'tech',
  'data',
  'process',
  'access',
  'storage',
  'retention',
] as const
export type Category = (typeof categories)[number]

export const categoryWords = {
  accountable: { en: 'Accountable', fr: 'Responsable' },
  purpose: { en: 'Purpose', fr: 'But' },
  tech: { en: 'Technology', fr: 'Technologie' },
  data: { en: 'Data Type', fr: 'Type de données' },
  process: { en: 'Processing', fr: 'Traitement' },
  access: { en: 'Access', fr: 'Accès' },
  storage: { en: 'Storage', fr: 'Stockage' },
  retention: { en: 'Retention', fr: 'Rétention' },
} as const satisfies Record<Category, Text>

export const taxonomy = {
  name: 'Digital Trust for Places & Routines (DTPR), Helpful Places',
  url: 'https://dtpr.io',
  licence: 'CC-BY-4.0',
  changed: 'Fanal: own icons; meters and lamps added; names shortened',
} as const

interface Element {
  readonly id: string
  readonly label: { en: string; fr: string }
}

const technologies = {
  electricity_meter: { en: 'Electricity meter', fr: 'Compteur d’électricité' },
  lighting_controller: { en: 'Lighting controller', fr: 'Contrôleur d’éclairage' },
  light_sensor: { en: 'Light sensor', fr: 'Capteur de lumière' },
  water_meter: { en: 'Water meter', fr: 'Compteur d’eau' },
  person_detection: { en: 'Counter of passages', fr: 'Compteur de passages' },
  ultrasonic_level_sensor: { en: 'Level sensor', fr: 'Capteur de niveau' },
  identifiable: { en: 'Reader of identifiers', fr: 'Lecteur d’identifiants' },
  contact: { en: 'Contacts and states', fr: 'Contacts et états' },
} as const satisfies Record<string, Text>

/** By what a quantity is called: the first that fits. */
const measuredBy: readonly (readonly [RegExp, keyof typeof technologies])[] = [
  [/^(voltage|current|power|energy|frequency)/, 'electricity_meter'],
  [/^(light_level|dali_level|relay)/, 'lighting_controller'],
  [/^illuminance/, 'light_sensor'],
  [/^water/, 'water_meter'],
  [/passages|counted|present|occupancy/, 'person_detection'],
  [/^filling/, 'ultrasonic_level_sensor'],
  [/delivery_point|plate|tag/, 'identifiable'],
]

const data = {
  values_time: { en: 'Values / Time', fr: 'Valeurs / Temps' },
  boolean: { en: 'Alarms', fr: 'Alarmes' },
  personal: { en: 'Personal', fr: 'Personnel' },
  not_personal: { en: 'Not personal', fr: 'Non personnel' },
} as const satisfies Record<string, Text>

const processes = {
  raw_data: { en: 'Raw data', fr: 'Données brutes' },
  aggregated: { en: 'Aggregated', fr: 'Agrégé' },
  k_anonymity: { en: 'K-anonymity', fr: 'K-Anonymat' },
  differential_privacy: { en: 'Differential privacy', fr: 'Confidentialité différentielle' },
  de_identified: { en: 'De-identified', fr: 'Désidentifié' },
  rounded: { en: 'Made coarser', fr: 'Rendu plus grossier' },
  transport_layer_security: { en: 'Encrypted on its way (TLS)', fr: 'Chiffré en chemin (TLS)' },
} as const satisfies Record<string, Text>

const accesses = {
  available_to_the_accountable_organization: {
    en: 'Available to the accountable organization',
    fr: 'À la disposition de l’organisation responsable',
  },
  available_to_vendor: { en: 'Available to its processor', fr: 'Disponible pour son sous-traitant' },
  available_to_3rd_parties: { en: 'Available to third parties', fr: 'À la disposition de tiers' },
  available_to_download: { en: 'Available to download', fr: 'Disponible pour le téléchargement' },
} as const satisfies Record<string, Text>

const storages = {
  stored_here: { en: 'On this cabinet, for a while', fr: 'Dans cette armoire, un temps' },
  stored_there: { en: 'With each recipient', fr: 'Chez chaque destinataire' },
} as const satisfies Record<string, Text>

const retained: Text = { en: 'Retained {duration}', fr: 'Retenu {duration}' }
const nobody: Text = { en: 'Not declared', fr: 'Non déclaré' }

/** Each category with what holds of this cabinet; empty where nothing leaves. */
export function elementsOf({ policy, site }: Facts): Record<Category, Element[]> {
  const { releases } = policy
  const measured = [...policy.quantityOf].map(([point, quantity]) =>
    sensitivityOf(policy, point) === 'presence' ? 'person_detection' : technologyOf(quantity),
  )
  return {
    accountable: [{ id: 'institution', label: inBoth((language) => site.responsible?.name ?? said(nobody, language)) }],
    purpose: unique(
      releases.map(({ declared: { purpose } }) => ({
        id: purpose,
        label: inBoth((l) => capital(said(purposeWords[purpose], l))),
      })),
    ),
    tech: named(technologies, measured),
    data: named(data, releases.flatMap(dataOf)),
    process: named(processes, [
      ...releases.flatMap(processesOf),
      ...(site.uplink.broker.startsWith('mqtts:') && releases.length > 0
        ? (['transport_layer_security'] as const)
        : []),
    ]),
    access: named(accesses, releases.flatMap(accessesOf)),
    storage: named(storages, ['stored_here', ...(releases.length > 0 ? (['stored_there'] as const) : [])]),
    retention: unique(
      releases.map(({ declared: { retention } }) => ({
        id: retention,
        label: inBoth((l) => said(retained, l, { duration: retentionSaid(retention)[l] })),
      })),
    ),
  }
}

function technologyOf(quantity: QuantityName): keyof typeof technologies {
  return measuredBy.find(([pattern]) => pattern.test(quantity))?.[1] ?? 'contact'
}

function dataOf({ points, alarms, declared }: Release): (keyof typeof data)[] {
  return [
    ...(points.length > 0 ? (['values_time'] as const) : []),
    ...(alarms.length > 0 ? (['boolean'] as const) : []),
    typeof declared.basis === 'string' ? 'personal' : 'not_personal',
  ]
}

function processesOf({ points, treatment }: Release): (keyof typeof processes)[] {
  const { aggregate, minimumGroup, noise, pseudonym, detail, step, bucket, coarsen, changeOnly } = treatment
  const isRaw = aggregate === undefined || detail !== undefined
  return [
    ...(isRaw && points.length > 0 ? (['raw_data'] as const) : []),
    ...(aggregate === undefined ? [] : (['aggregated'] as const)),
    ...(minimumGroup === undefined ? [] : (['k_anonymity'] as const)),
    ...(noise === undefined ? [] : (['differential_privacy'] as const)),
    ...(pseudonym === undefined ? [] : (['de_identified'] as const)),
    ...([step, bucket, coarsen, changeOnly].every((one) => one === undefined) ? [] : (['rounded'] as const)),
  ]
}

function accessesOf({ declared: { recipient, licence } }: Release): (keyof typeof accesses)[] {
  const { role } = recipient
  return [
    role === 'third-party'
      ? 'available_to_3rd_parties'
      : role === 'processor'
        ? 'available_to_vendor'
        : 'available_to_the_accountable_organization',
    ...(licence === undefined ? [] : (['available_to_download'] as const)),
  ]
}

/** In the order of the list, each once. */
function named<Id extends string>(list: Readonly<Record<Id, Text>>, ids: readonly Id[]): Element[] {
  const wanted = new Set<string>(ids)
  return Object.entries<Text>(list).flatMap(([id, text]) =>
    wanted.has(id) ? [{ id, label: inBoth((language) => said(text, language)) }] : [],
  )
}

function unique(elements: readonly Element[]): Element[] {
  return [...new Map(elements.map((element) => [element.id, element])).values()]
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
