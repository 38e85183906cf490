import { expect, test } from 'vitest'
import { catalogueOf, frequencyOf } from './catalogue.ts'
import type { Graph } from './graph.ts'
import { licenceUri } from './licences.ts'
import { publicTwinOf } from './public-twin.ts'
import { factsWith } from './testing/facts.ts'

const access = 'https://donnees.ville.example/fontaine'
const graph = catalogueOf(publicTwinOf(factsWith()), access)
if (graph === undefined) throw new Error('somebody answers for it')

function saidOf({ resources }: Graph, iri: string, predicate: string): string[] {
  const resource = resources.find((one) => one.iri === iri)
  return (resource?.says ?? []).flatMap(([name, object]) =>
    name.endsWith(predicate) ? ['iri' in object ? object.iri : 'text' in object ? object.text : object.value] : [],
  )
}

const voltage = 'urn:fanal:ville:fontaine:release:voltage'

test('only what has a licence is in it', () => {
  expect(saidOf(graph, 'urn:fanal:ville:fontaine', '#dataset')).toEqual([
    voltage,
    'urn:fanal:ville:fontaine:release:light',
  ])
  expect(JSON.stringify(graph)).not.toContain('power')
})

test('a dataset tells its licence, how often, where and how fine', () => {
  expect(saidOf(graph, voltage, '/accrualPeriodicity')).toEqual([
    'http://publications.europa.eu/resource/authority/frequency/HOURLY',
  ])
  expect(saidOf(graph, voltage, '#temporalResolution')).toEqual(['PT1H'])
  expect(saidOf(graph, voltage, '#theme')).toEqual([
    'http://publications.europa.eu/resource/authority/data-theme/REGI',
    'http://publications.europa.eu/resource/authority/data-theme/ENER',
  ])
  expect(saidOf(graph, `${voltage}:distribution`, '/license')).toEqual(['http://spdx.org/licenses/etalab-2.0'])
  expect(saidOf(graph, `${voltage}:distribution`, '#accessURL')).toEqual([access])
  expect(saidOf(graph, 'urn:fanal:ville:fontaine:place', '#centroid')).toEqual(['POINT(2.435 47.215)'])
})

test('it claims no high-value dataset, and does not tell where the broker is', () => {
  const text = JSON.stringify(graph)
  expect(text).not.toMatch(/hvd|high-value|applicableLegislation/i)
  expect(text).not.toContain('broker.ville.example')
})

test('without a publisher there is no catalogue', () => {
  const site = { ...factsWith().site, responsible: undefined }
  expect(catalogueOf(publicTwinOf(factsWith({ site })), access)).toBeUndefined()
})

test.each([
  [undefined, 'CONT'],
  ['PT10S', '1MIN'],
  ['PT1M', '1MIN'],
  ['PT15M', '15MIN'],
  ['PT20M', '30MIN'],
  ['PT1H', 'HOURLY'],
  ['P1D', 'DAILY'],
])('%s is at least %s', (period, code) => {
  expect(frequencyOf(period)).toBe(code)
})

test.each([
  ['CC-BY-4.0', 'http://publications.europa.eu/resource/authority/licence/CC_BY_4_0'],
  ['ODbL-1.0', 'http://publications.europa.eu/resource/authority/licence/ODC_BL'],
  ['etalab-2.0', 'http://spdx.org/licenses/etalab-2.0'],
  ['Licence Ouverte', undefined],
  ['constructor', 'http://spdx.org/licenses/constructor'],
])('%s is %s', (licence, uri) => {
  expect(licenceUri(licence)).toBe(uri)
})
