/** Every entity type that is sent, against its model's JSON Schema and its domain's JSON-LD context (`../shared/vendor`). */
import type { AnySchema } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import jsonld from 'jsonld'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { models } from '../../../drivers/models.ts'
import { ngsiStreet, t0, t1 } from '../../testing/ngsi-street.ts'
import { entitiesOf, type Entity } from './ngsi-ld.ts'

/** Data of others lies beside the project, or where FANAL_SHARED says. */
const shared = process.env['FANAL_SHARED'] ?? join(import.meta.dirname, '../../../../shared')
const vendor = join(shared, 'vendor/smart-data-models')
const textOf = (file: string) => readFileSync(join(vendor, file), 'utf8')
const read = (file: string): unknown => JSON.parse(textOf(file))

/** The smaller schemas that the models refer to, under their published names; the weather's is not among them. */
const published: Readonly<Record<string, AnySchema>> = {
  'https://smart-data-models.github.io/data-models/common-schema.json': read('common-schema.json') as AnySchema,
  'https://smart-data-models.github.io/dataModel.Alert/alert-schema.json': read('alert-schema.json') as AnySchema,
  'https://smart-data-models.github.io/dataModel.Device/device-schema.json': read('device-schema.json') as AnySchema,
  'https://smart-data-models.github.io/dataModel.Weather/weather-schema.json': {
    definitions: { WeatherAlertCategories: false },
  },
}

/** No schema of it is published beside the others: its attributes and their words, as its model lists them. */
const deviceOperation = {
  type: 'object',
  required: ['id', 'type'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', format: 'uri' },
    type: { const: 'DeviceOperation' },
    operationType: { enum: ['event', 'fault', 'installation', 'maintenance', 'other', 'upgrade'] },
    status: { enum: ['cancelled', 'finished', 'ongoing', 'planned', 'scheduled'] },
    startedAt: { type: 'string', format: 'date-time' },
    endedAt: { type: 'string', format: 'date-time' },
    reportedAt: { type: 'string', format: 'date-time' },
    device: { type: 'string', format: 'uri' },
    description: { type: 'string' },
    location: { type: 'object' },
  },
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
for (const [name, schema] of Object.entries(published)) ajv.addSchema({ ...(schema as object), $id: name })

const judges = new Map<string, ReturnType<typeof ajv.compile>>()

function judge(type: string): ReturnType<typeof ajv.compile> {
  const file = `${type}.schema.json`
  const known = judges.get(type)
  const valid = known ?? ajv.compile(existsSync(join(vendor, file)) ? (read(file) as AnySchema) : deviceOperation)
  judges.set(type, valid)
  return valid
}

/** Keys and bare values, as the schemas describe them: of several data sets the one without a name. */
function simplified(entity: Entity): Record<string, unknown> {
  const plain = (attribute: unknown): unknown => {
    const own = Array.isArray(attribute) ? attribute.find((each: object) => !('datasetId' in each)) : attribute
    if (own === undefined || own === null || typeof own !== 'object') return undefined
    const node = own as { value?: unknown; object?: unknown; datasetId?: unknown }
    if (node.datasetId !== undefined) return undefined
    if (node.object !== undefined) return node.object
    const { value } = node
    return value !== null && typeof value === 'object' && '@value' in value ? value['@value'] : value
  }
  const { id, type, '@context': words, ...attributes } = entity
  expect(words).toHaveLength(2)
  const told = Object.entries(attributes).flatMap(([name, attribute]) => {
    const value = plain(attribute)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { id, type, ...Object.fromEntries(told) }
}

/** One record in which everything speaks. */
function everything(): Entity[] {
  const layout = ngsiStreet()
  const good = (value: number | boolean | string) => [[0, value]]
  const values: Readonly<Record<string, number | boolean | string>> = {
    'feeder.power_active': 10_094,
    'feeder.power_active_l1': 5_000,
    'feeder.power_active_l2': 5_094,
    'feeder.power_reactive': -310,
    'feeder.voltage_l1': 230.1,
    'feeder.current_l1': 22.1,
    'feeder.power_factor': 0.98,
    'feeder.frequency': 50.01,
    'feeder.energy_active_import': 48_213.52,
    'feeder.energy_active_import_t1': 1,
    'building.power_active': -400,
    'building.voltage_l1': 230.1,
    'building.voltage_l2': 231,
    'building.energy_active_export': 12.25,
    'kiosk.voltage': 229,
    'kiosk.current': 1.5,
    'kiosk.power_active': 340,
    'lamps.gear_0_level': 45,
    'lamps.gear_0_status': 'lamp_on',
    'lamps.gear_1_level': 0,
    'lamps.bus_status': 3,
    'relays.k1': true,
    'fountain.water_volume': 191.051,
    'fountain.water_flow': 0.4,
    'bin.filling_level': 62,
    'path.there': false,
    'segment:north.light_level': 45,
  }
  const aggregated = Object.entries(values).flatMap(([point, value]) =>
    typeof value === 'number'
      ? [
          [`${point}.mean`, good(value)] as const,
          [`${point}.max`, good(value)] as const,
          [`${point}.last`, good(value)] as const,
        ]
      : [[`${point}.last`, good(value)] as const],
  )
  const flows = {
    'path.people_in.increase': good(41),
    'path.bicycles.increase': good(7),
    'path.vehicles.increase': good(3),
  }
  const record = (p: object, a: unknown[] = []) => JSON.stringify({ t0, t1, p, a })
  const alarms = ['device-dead', 'line-foreign-master'].flatMap((code) => [
    [0, code, 'feeder', 'raised'],
    [900, code, '', 'cleared'],
  ])
  return [
    ...entitiesOf(
      'read',
      record(Object.fromEntries(Object.entries(values).map(([point, value]) => [point, good(value)]))),
      layout,
    ),
    ...entitiesOf('counted', record({ ...Object.fromEntries(aggregated), ...flows }), layout),
    ...entitiesOf('hidden', record({ '9f3c2a.voltage_l1': good(230), 'all.power_active.sum': good(1_000) }), layout),
    ...entitiesOf('read', record({}, alarms), layout),
  ]
}

test('every type that is sent is one that its schema takes', () => {
  const entities = everything()
  const types = new Set(entities.map(({ type }) => type))
  expect([...types].sort()).toEqual([...models, 'DeviceMeasurement', 'DeviceOperation', 'Alert'].sort())
  const refused = entities.flatMap((entity) => {
    const valid = judge(entity.type)
    return valid(simplified(entity))
      ? []
      : [
          [
            entity.type,
            simplified(entity),
            valid.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`),
          ],
        ]
  })
  expect(refused).toEqual([])
  expect(entities.length).toBeGreaterThan(35)
})

test('each schema knows every attribute that is sent', () => {
  const unknown = everything().flatMap((entity) => {
    const file = `${entity.type}.schema.json`
    const text = existsSync(join(vendor, file))
      ? readFileSync(join(vendor, file), 'utf8')
      : JSON.stringify(deviceOperation)
    const known = text + readFileSync(join(vendor, 'alert-schema.json'), 'utf8')
    return Object.keys(simplified(entity)).filter(
      (name) => !['location', 'description', 'id'].includes(name) && !known.includes(`"${name}":`),
    )
  })
  expect(unknown).toEqual([])
})

test('a schema is a judge: it refuses what the traps would have sent', () => {
  const cabinet = everything().find(({ type }) => type === 'StreetlightControlCabinet')!
  const refuses = (type: string, entity: object) => expect(judge(type)(entity), JSON.stringify(entity)).toBe(false)
  const without = Object.fromEntries(Object.entries(simplified(cabinet)).filter(([name]) => name !== 'workingMode'))
  refuses('StreetlightControlCabinet', without)
  refuses('StreetlightControlCabinet', { ...simplified(cabinet), totalActivePower: -1 })
  refuses('StreetlightGroup', { ...simplified(cabinet), type: 'StreetlightGroup', powerState: true })
  refuses('WaterConsumptionObserved', { id: 'urn:a:b', type: 'WaterConsumptionObserved', waterConsumption: 191.051 })
})

/** What the core context of NGSI-LD 1.8 defines, and no more: no default vocabulary, so that a word nobody knows is dropped. */
const core = {
  ngsi: 'https://uri.etsi.org/ngsi-ld/',
  id: '@id',
  type: '@type',
  Property: 'ngsi:Property',
  Relationship: 'ngsi:Relationship',
  GeoProperty: 'ngsi:GeoProperty',
  value: 'ngsi:hasValue',
  object: { '@id': 'ngsi:hasObject', '@type': '@id' },
  observedAt: { '@id': 'ngsi:observedAt', '@type': 'ngsi:DateTime' },
  unitCode: 'ngsi:unitCode',
  datasetId: { '@id': 'ngsi:datasetId', '@type': '@id' },
  location: 'ngsi:location',
  description: 'http://purl.org/dc/terms/description',
  DateTime: 'ngsi:DateTime',
}
/** Ours; a broker keeps them in NGSI-LD's default vocabulary. */
const ours = ['statistic', 'quality', 'partial']

test('each domain’s context knows every attribute that is sent', async () => {
  const loaded: string[] = []
  const documentLoader: NonNullable<jsonld.Options.Expand['documentLoader']> = (url) => {
    loaded.push(url)
    const domain = /dataModel\.(\w+)\/master\/context\.jsonld$/.exec(url)?.[1]
    const text = domain === undefined ? JSON.stringify({ '@context': core }) : textOf(`context.${domain}.jsonld`)
    return Promise.resolve({ document: JSON.parse(text), documentUrl: url })
  }
  const dropped: string[] = []
  const bogus: Entity = { ...everything()[0]!, totalActivePowers: { type: 'Property', value: 1 } }
  for (const entity of [...everything(), bogus]) {
    const plain: jsonld.NodeObject = JSON.parse(JSON.stringify(entity))
    const [expanded = {}] = await jsonld.expand(plain, { documentLoader })
    const { id, type, '@context': words, ...attributes } = entity
    expect(words).toHaveLength(2)
    expect(expanded).toMatchObject({
      '@id': id,
      '@type': [expect.stringMatching(new RegExp(`^https?://.*[/#]${type}$`))],
    })
    const names = Object.keys(attributes)
    const known = Object.keys(expanded).filter((iri) => !iri.startsWith('@'))
    if (known.length !== names.length)
      dropped.push(
        ...names
          .filter((name) => !known.some((iri) => iri.endsWith(`/${name}`) || iri.endsWith(`#${name}`)))
          .map((name) => `${type}.${name}`),
      )
    for (const [iri, nodes] of Object.entries(expanded))
      if (iri.startsWith('https://smartdatamodels.org')) expect(JSON.stringify(nodes), iri).toMatch(/has(Value|Object)/)
  }
  expect([...new Set(dropped)]).toEqual([`${bogus.type}.totalActivePowers`])
  expect(new Set(loaded).size).toBeGreaterThan(6)
  expect(ours.every((word) => !(word in core))).toBe(true)
})

test('the schemas are there', () => {
  expect(readdirSync(vendor).filter((file) => file.endsWith('.schema.json')).length).toBeGreaterThan(10)
})
