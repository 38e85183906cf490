import { expect, test } from 'vitest'
import { sentencesOf } from '../sentences.ts'
import { article30Of } from './article30.ts'
import { publicTwinOf } from './public-twin.ts'
import { factsWith, payload, policyOf, releases } from './testing/facts.ts'
import { publicTwin } from './twin.ts'

const twin = publicTwinOf(factsWith())

/** A reason that was given in one language. */
const inBoth = (text: string) => ({ en: text, fr: text })

test('it is as its schema says', () => {
  expect(publicTwin.parse(JSON.parse(JSON.stringify(twin)))).toEqual(twin)
})

test('a release is told with fields, purpose, ground, recipient, fineness, retention and its last message', () => {
  expect(twin.releases[0]).toMatchObject({
    name: 'energy',
    fields: [
      { quantity: 'energy_active_import', unit: 'kWh', sensitivity: 'usage', points: 1 },
      { quantity: 'power_active', unit: 'W', points: 1, names: ['feeder.power_active'] },
    ],
    alarms: ['device-dead'],
    purpose: { id: 'energy_efficiency', label: { en: 'Energy efficiency', fr: 'Efficacité énergétique' } },
    basis: { personal: true, id: 'public-task' },
    recipient: { name: 'Ville, éclairage public', role: 'controller' },
    period: 'PT15M',
    delivery: 'durable',
    retention: { id: '3y', label: { en: '3 years', fr: '3 ans' } },
    sample: { topic: 'fanal/ville/fontaine/r/energy', payload },
  })
  expect(twin.releases[0]?.granularity.en.at(-1)).toBe('Alarms leave at once.')
  expect(twin.releases[1]).toMatchObject({
    basis: { personal: false, because: inBoth('a voltage is the network’s, not a customer’s') },
    period: 'PT1H',
    place_degrees: 0.01,
    licence: { id: 'etalab-2.0', url: 'https://spdx.org/licenses/etalab-2.0.html' },
    expires: '2028-01-01',
    retention: { label: { en: '30 days', fr: '30 jours' } },
  })
  expect(twin.releases[2]?.granularity.fr).toEqual(sentencesOf({}, 'fr'))
})

test('what stays here is told by quantity, without its points’ names, and for how long', () => {
  expect(twin.stays.map(({ quantity, points, kept_days }) => [quantity, points, kept_days])).toEqual([
    ['contact', 1, 90],
    ['current', 1, 7],
    ['serial_number', 1, 0],
  ])
  const text = JSON.stringify(twin)
  for (const point of policyOf().home) expect(text).not.toContain(point)
})

test('it answers what of people is measured, and what leaves', () => {
  expect(twin.people.map(({ sensitivity, answer, releases: names }) => [sensitivity, answer, names])).toEqual([
    ['presence', 'not-measured', []],
    ['identifier', 'stays', []],
    ['usage', 'leaves', ['energy']],
  ])
})

test('a mere number that a release counts passages by tells that somebody walks by, and is no technical figure', () => {
  const release = {
    ...{ points: ['path.bikes'], purpose: 'mobility', basis: { 'not-personal': 'counts, none below five' } },
    ...{ recipient: { name: 'Ville', role: 'controller' }, delivery: 'durable', retention: '1y' },
    treatment: [{ aggregate: { every: '15m', of: ['mean'] } }, { minimum_group: { least: 5, of: 'counts' } }],
  }
  const counted = { ...release, counts: { 'path.bikes': { practice: 'BIKE', interval: '5m' } } }
  const told = (bikes: object) =>
    publicTwinOf(
      factsWith({
        policy: policyOf({ bikes }, [
          ['path.bikes', 'count'],
          ['path.starts', 'count'],
        ]),
      }),
    )
  const { people, chain, releases: left, stays } = told(counted)
  expect(people[0]).toEqual({ sensitivity: 'presence', answer: 'leaves', releases: ['bikes'] })
  expect(chain.find(({ category }) => category === 'tech')?.elements.map(({ id }) => id)).toEqual([
    'person_detection',
    'contact',
  ])
  expect(left[0]?.fields).toMatchObject([{ quantity: 'count', sensitivity: 'presence' }])
  // The other number of the same device counts nobody.
  expect(stays).toMatchObject([{ quantity: 'count', sensitivity: 'technical', kept_days: 90 }])
  expect(told(release).people[0]?.answer).toBe('not-measured')
})

test('a meter that feeds street lamps tells of no premises; one that feeds something else, or of which nothing is said, may', () => {
  const told = (feeds?: 'public-lighting' | 'public-building') =>
    publicTwinOf(
      factsWith({ site: { ...factsWith().site, devices: { feeder: feeds === undefined ? {} : { feeds } } } }),
    )
  const usage = (of: typeof twin) => of.people.find(({ sensitivity }) => sensitivity === 'usage')?.answer
  expect([told(), told('public-building'), told('public-lighting')].map(usage)).toEqual([
    'leaves',
    'leaves',
    'not-measured',
  ])
  const lamps = told('public-lighting')
  expect(lamps.releases[0]?.fields.map(({ sensitivity }) => sensitivity)).toEqual(['technical', 'technical'])
  // It is kept no longer for that.
  expect(lamps.stays.map(({ quantity, kept_days }) => [quantity, kept_days])).toContainEqual(['current', 7])
  expect(article30Of(lamps).activities[0]?.subjects[0]?.en).toBe('people whom the installation serves')
})

test('all eight categories of DTPR are there, with what holds of this cabinet', () => {
  const ids = Object.fromEntries(twin.chain.map(({ category, elements }) => [category, elements.map(({ id }) => id)]))
  expect(ids).toEqual({
    accountable: ['institution'],
    purpose: ['energy_efficiency', 'planning_decision_making', 'inform'],
    tech: ['electricity_meter', 'lighting_controller', 'contact'],
    data: ['values_time', 'boolean', 'personal', 'not_personal'],
    process: ['raw_data', 'aggregated', 'rounded', 'transport_layer_security'],
    access: ['available_to_the_accountable_organization', 'available_to_3rd_parties', 'available_to_download'],
    storage: ['stored_here', 'stored_there'],
    retention: ['3y', '30d', '1y'],
  })
})

test('the place is no finer than the coarsest release tells it, and never finer than a hundred metres', () => {
  expect(twin.cabinet.place).toEqual({ latitude: 47.215, longitude: 2.435, degrees: 0.01 })
  const { energy, light } = releases
  expect(publicTwinOf(factsWith({ policy: policyOf({ energy, light }) })).cabinet.place).toEqual({
    latitude: 47.2125,
    longitude: 2.4325,
    degrees: 0.001,
  })
})

test('a cabinet of which nothing leaves says so, and nobody answers for it before somebody is named', () => {
  const bare = factsWith()
  const none = publicTwinOf({
    policy: policyOf({}),
    site: { site: 'bare', tenant: 'ville', uplink: { broker: 'mqtt://localhost' } },
    at: bare.at,
  })
  expect(publicTwin.parse(none)).toMatchObject({ releases: [], transport: 'plain', cabinet: { title: 'bare' } })
  expect(none.responsible).toBeUndefined()
  expect(none.enforced).toBeUndefined()
})

test('behind pseudonyms points have no names', () => {
  const hidden = { energy: { ...releases.energy, treatment: [{ pseudonym: { rotates: '30d' } }] } }
  const told = publicTwinOf(factsWith({ policy: policyOf(hidden), samples: new Map() }))
  expect(told.releases[0]?.fields.map(({ points, names }) => [points, names])).toEqual([
    [1, undefined],
    [1, undefined],
  ])
  expect(JSON.stringify(told)).not.toContain('feeder')
})
