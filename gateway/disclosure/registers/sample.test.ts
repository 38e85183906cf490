import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shownSample } from './sample.ts'
import { payload, policyOf, releases } from './testing/facts.ts'

const [energy] = policyOf().releases
if (energy === undefined) throw new Error('there is a release')
const topic = 'fanal/ville/fontaine/r/energy'

test('the message is shown as it was sent', () => {
  expect(shownSample(energy, { topic, payload })).toEqual({ topic, payload })
})

test.each([
  ['another point', '{"p":{"feeder.current_l1":[[0,1]]}}'],
  ['another point besides', '{"p":{"feeder.power_active.mean":[],"door.open":[]}}'],
  ['a statistic of another point', '{"p":{"feeder.current_l1.mean":[[0,1]]}}'],
  ['no JSON', 'NBIRTH'],
  ['a list', '[{"id":"urn:ngsi-ld:x"}]'],
  ['something nested', '{"p":{},"more":{"feeder.current_l1":1}}'],
  ['series that are none', '{"p":7}'],
])('not with %s', (_, text) => {
  expect(shownSample(energy, { topic, payload: text })).toBeUndefined()
})

test('alarms only where the release has alarms', () => {
  const alarm = '{"t0":0,"t1":0,"a":[[0,"device-dead","feeder","raised"]],"p":{}}'
  expect(shownSample(energy, { topic, payload: alarm })).toBeDefined()
  const [, voltage] = policyOf().releases
  expect(voltage && shownSample(voltage, { topic, payload: alarm })).toBeUndefined()
})

test('under a pseudonym or as a group, by what was measured', () => {
  const [hidden, grouped] = policyOf({
    hidden: { ...releases.energy, treatment: [{ pseudonym: { rotates: '30d' } }] },
    grouped: { ...releases.energy, treatment: [{ minimum_group: { least: 5, of: 'points' } }] },
  }).releases
  if (hidden === undefined || grouped === undefined) throw new Error('there are two')
  expect(shownSample(hidden, { topic, payload: '{"p":{"k3f9.power_active":[]}}' })).toBeDefined()
  expect(shownSample(hidden, { topic, payload: '{"p":{"k3f9.current_l1":[]}}' })).toBeUndefined()
  expect(shownSample(grouped, { topic, payload: '{"p":{"all.power_active.mean":[]}}' })).toBeDefined()
})

test('a long one is cut and says so', () => {
  const long = payload.replace('"p":{', `"x":"${'y'.repeat(9_000)}","p":{`)
  expect(shownSample(energy, { topic, payload: long })).toMatchObject({ cut: true })
})

test('whatever names a point that is not the release’s is never shown', () => {
  const name = fc.constantFrom('feeder.current_l1', 'door.open', 'feeder.serial_number')
  const own = fc.constantFrom('feeder.power_active', 'feeder.power_active.mean', 'feeder.energy_active_import.last')
  fc.assert(
    fc.property(fc.uniqueArray(own), name, fc.nat(), (mine, foreign, at) => {
      const keys = [...mine].map(String).toSpliced(at % (mine.length + 1), 0, foreign)
      const text = JSON.stringify({ t0: 0, t1: 1, p: Object.fromEntries(keys.map((key) => [key, [[0, 1]]])) })
      expect(shownSample(energy, { topic, payload: text })).toBeUndefined()
    }),
  )
})
