import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ngsiStreet, t0, t1 } from '../../testing/ngsi-street.ts'
import { batchesOf, mostBytes } from './batches.ts'
import { entitiesOf, type Entity } from './ngsi-ld.ts'

const layout = ngsiStreet()
const body = (p: Record<string, unknown[]>, more: object = {}) => JSON.stringify({ t0, t1, p, ...more })
const told = (release: string, p: Record<string, unknown[]>, of = layout) => entitiesOf(release, body(p), of)
const value = (entity: Entity | undefined, name: string) => (entity?.[name] as { value?: unknown } | undefined)?.value

test('a cabinet counts kilowatts and calls its phases R, S, T; a meter counts watts and says L1, L2, L3', () => {
  const [cabinet] = told('read', {
    'feeder.power_active': [[0, 10_094]],
    'feeder.power_active_l2': [[0, 3_021]],
    'feeder.voltage_l1': [[0, 230.1]],
  })
  expect(cabinet).toMatchObject({
    id: 'urn:ngsi-ld:StreetlightControlCabinet:fanal:ville:rue-haute:cabinet',
    type: 'StreetlightControlCabinet',
    totalActivePower: { type: 'Property', value: 10.094, unitCode: 'KWT', observedAt: '2026-12-21T17:00:00Z' },
    activePowerS: { value: 3.021, unitCode: 'KWT' },
    voltageR: { value: 230.1, unitCode: 'VLT' },
    workingMode: { value: 'automatic' },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [2.4137, 47.2184] } },
  })
  const [meter] = told('read', {
    'building.power_active': [[0, 10_094]],
    'building.voltage_l1': [[0, 230.1]],
    'building.voltage_l3': [[0, 231.2]],
  })
  expect(meter).toMatchObject({
    id: 'urn:ngsi-ld:ThreePhaseAcMeasurement:fanal:ville:rue-haute:building',
    totalActivePower: { value: 10_094, unitCode: 'WTT' },
    phaseVoltage: { value: { L1: 230.1, L3: 231.2 }, unitCode: 'VLT' },
  })
  expect(meter?.['phaseVoltage']).not.toHaveProperty('value.L2')
})

test('what the schema cannot say is told beside it, or not at all: never bent', () => {
  const entities = told('read', {
    'feeder.power_reactive': [[0, -310]],
    'feeder.energy_active_import_t1': [[0, 12.5]],
    'feeder.power_active': [[0, -5]],
    'fountain.water_volume': [[0, 191.0514]],
  })
  expect(entities.map(({ type }) => type)).toEqual([
    'ThreePhaseAcMeasurement',
    'DeviceMeasurement',
    'WaterConsumptionObserved',
  ])
  expect(value(entities[0], 'totalReactivePower')).toBe(-310)
  expect(entities[1]).toMatchObject({
    numValue: { value: 12.5, unitCode: 'KWH' },
    controlledProperty: { value: 'energy_active_import' },
  })
  expect(entities[2]).toMatchObject({ waterConsumption: { value: 191_051, unitCode: 'LTR' } })
})

test('a lamp is one only where its state is told, and is never said to be well by guess', () => {
  const lamp = told('read', {
    'lamps.gear_0_level': [
      [0, 40],
      [60_000, 70],
    ],
    'lamps.gear_0_status': [[30_000, 'lamp_failure lamp_on']],
    'lamps.gear_1_level': [[0, 40]],
  })
  const lights = lamp.filter(({ type }) => type === 'Streetlight')
  expect(lights.map((light) => [value(light, 'illuminanceLevel'), value(light, 'status')])).toEqual([
    [0.4, 'defectiveLamp'],
    [undefined, 'defectiveLamp'],
    [0.7, 'defectiveLamp'],
  ])
  expect(lamp.find(({ type }) => type === 'DeviceMeasurement')).toMatchObject({
    numValue: { value: 40, unitCode: 'P1' },
  })
  const [unsaid] = told('read', { 'lamps.gear_0_level': [[0, 40]] })
  expect(unsaid).not.toHaveProperty('status')
})

test('a segment is a group: its light is a share, and not what it was asked for', () => {
  const [group] = told('read', {
    'segment:north.light_level': [[0, 45]],
    'segment:north.light_level_asked': [[0, 50]],
  })
  expect(group).toMatchObject({
    id: 'urn:ngsi-ld:StreetlightGroup:fanal:ville:rue-haute:north',
    illuminanceLevel: { value: 0.45, unitCode: 'C62' },
    refStreetlightControlCabinet: { object: 'urn:ngsi-ld:StreetlightControlCabinet:fanal:ville:rue-haute:cabinet' },
  })
})

test('of the statistics one is the attribute, the others are data sets beside it', () => {
  const [cabinet] = told('counted', {
    'feeder.power_active.mean': [[0, 10_000]],
    'feeder.power_active.max': [[0, 12_000, 500, 'suspect']],
    'feeder.power_active.last': [[0, 11_000]],
  })
  expect(cabinet?.['totalActivePower']).toMatchObject([
    { value: 10, datasetId: 'urn:ngsi-ld:Dataset:fanal:mean', statistic: { value: 'mean' } },
    { value: 12, datasetId: 'urn:ngsi-ld:Dataset:fanal:max', quality: { value: 'suspect' } },
    { value: 11, observedAt: '2026-12-21T17:15:00Z', statistic: { value: 'last' } },
  ])
  expect((cabinet?.['totalActivePower'] as object[])[2]).not.toHaveProperty('datasetId')
})

test('how many went by is told of a window; a counter that was merely read is a measurement', () => {
  const [people, bicycles] = told('counted', {
    'path.people_in.increase': [[0, 41]],
    'path.bicycles.increase': [[0, 7]],
  })
  expect(people).toMatchObject({
    id: 'urn:ngsi-ld:CrowdFlowObserved:fanal:ville:rue-haute:path:people_in',
    peopleCount: { value: 41 },
    dateObserved: { value: '2026-12-21T17:00:00Z/2026-12-21T17:15:00Z' },
  })
  expect(bicycles).toMatchObject({
    type: 'TrafficFlowObserved',
    vehicleType: { value: 'bicycle' },
    intensity: { value: 7 },
  })
  expect(told('read', { 'path.people_in': [[0, 123_456]] })[0]?.type).toBe('DeviceMeasurement')
  expect(told('counted', { 'path.people_in.max': [[0, 123_456]] })[0]?.type).toBe('DeviceMeasurement')
})

test('whom a pseudonym hides no place and no kind of device shows', () => {
  const [entity] = told('hidden', { '9f3c2a.voltage_l1': [[0, 230]] })
  expect(entity).toMatchObject({
    id: 'urn:ngsi-ld:DeviceMeasurement:fanal:ville:rue-haute:9f3c2a:voltage_l1',
    controlledProperty: { value: 'voltage' },
    numValue: { value: 230, unitCode: 'VLT' },
  })
  expect(entity).not.toHaveProperty('location')
})

test('the place is told as coarsely as the release says', () => {
  const [cabinet] = told('read', { 'feeder.power_active': [[0, 1]] }, ngsiStreet({ coarse: 0.1 }))
  expect(cabinet).toHaveProperty('location.value.coordinates', [2.45, 47.25])
})

test('without a place there are no types that want one', () => {
  const types = told(
    'read',
    {
      'feeder.power_active': [[0, 1]],
      'building.power_active': [[0, 1]],
      'kiosk.power_active': [[0, 1]],
    },
    ngsiStreet({ place: false }),
  ).map(({ type }) => type)
  expect(types).toEqual(['DeviceMeasurement', 'ThreePhaseAcMeasurement', 'DeviceMeasurement'])
})

test('alarms: an alert where there is a word for it, else a fault that is under way or over', () => {
  const alarms = entitiesOf(
    'read',
    body(
      {},
      {
        a: [
          [1_000, 'device-dead', 'feeder', 'raised'],
          [2_000, 'line-foreign-master', 'line', 'cleared'],
          [3_000, 'time-unknown', '', 'cleared'],
        ],
      },
    ),
    layout,
  )
  expect(alarms).toMatchObject([
    {
      id: 'urn:ngsi-ld:DeviceOperation:fanal:ville:rue-haute:feeder:device-dead',
      operationType: { value: 'fault' },
      status: { value: 'ongoing', observedAt: '2026-12-21T17:00:01Z' },
      startedAt: { value: { '@value': '2026-12-21T17:00:01Z' } },
    },
    { type: 'Alert', category: { value: 'security' }, validTo: {} },
    { id: 'urn:ngsi-ld:DeviceOperation:fanal:ville:rue-haute:gateway:time-unknown', status: { value: 'finished' } },
  ])
})

test('nothing comes of what is not declared, or is no record of ours', () => {
  expect(entitiesOf('another', body({ 'feeder.power_active': [[0, 1]] }), layout)).toEqual([])
  for (const garbage of ['', '{}', '[]', '{"t0":0,"t1":1,"p":{"a.b":[[0]]}}'])
    expect(entitiesOf('read', garbage, layout)).toEqual([])
})

test('what has no value is never told as one, and never as zero', () => {
  const sample = fc.oneof(
    fc.tuple(
      fc.nat(900_000),
      fc.constant(null),
      fc.constant(0),
      fc.constantFrom('no-answer', 'too-few', 'budget-spent'),
    ),
    fc.tuple(fc.nat(900_000), fc.integer({ min: 1, max: 100 })),
  )
  const points = [
    'feeder.power_active',
    'building.voltage_l2',
    'lamps.gear_1_level',
    'segment:north.light_level',
    'bin.filling_level',
  ]
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...points), fc.array(sample, { maxLength: 8 })), (p) => {
      const text = JSON.stringify(told('read', p))
      expect(text).not.toMatch(/"value":(null|0[,}])/)
      const moments = Object.entries(p).flatMap(([point, samples]) => {
        const last = new Map(samples.map(([offset, value]) => [offset, value] as const))
        return [...last].flatMap(([offset, value]) => (value === null ? [] : [`${point} ${offset}`]))
      })
      const values = told('read', p)
        .flatMap((entity) => Object.values(entity))
        .filter((each) => typeof each === 'object' && each !== null && 'observedAt' in each)
      // one told value for each moment that a point had one
      expect(values.length).toBeLessThanOrEqual(
        Object.values(p)
          .flat()
          .filter(([, value]) => value !== null).length,
      )
      expect(values.length).toBeGreaterThanOrEqual(new Set(moments).size)
    }),
    { numRuns: 200 },
  )
})

test('batches: each entity once, its instances in order, all of them, within the bounds', () => {
  const entity = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), pad: fc.nat(60_000) })
  fc.assert(
    fc.property(fc.array(entity, { maxLength: 60 }), (entities) => {
      const made = entities.map(({ id, pad }, index): Entity => ({
        id,
        type: 'Alert',
        '@context': [],
        index,
        pad: 'x'.repeat(pad),
      }))
      const batches = batchesOf(made)
      for (const { entities: each, body: text } of batches) {
        expect(new Set(each.map(({ id }) => id)).size).toBe(each.length)
        expect(JSON.parse(text)).toEqual(each)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostBytes)
      }
      const order = (id: string, of: readonly Entity[]) =>
        of.filter((each) => each.id === id).map((each) => each['index'])
      for (const id of ['a', 'b', 'c', 'd'])
        expect(
          order(
            id,
            batches.flatMap((batch) => batch.entities),
          ),
        ).toEqual(order(id, made))
    }),
    { numRuns: 100 },
  )
})
