/** The catalogue against the shapes of DCAT-AP 3.0.1, which lie beside the project or where FANAL_SHARED says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import jsonld from 'jsonld'
import { Parser, Store } from 'n3'
import SHACLValidator from 'rdf-validate-shacl'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { loadRegistry } from '../../../drivers/registry.ts'
import { planSite } from '../../plan.ts'
import { catalogueOf } from './catalogue.ts'
import { jsonLd, turtle } from './graph.ts'
import { publicTwinOf } from './public-twin.ts'
import { factsWith } from './testing/facts.ts'
import type { PublicTwin } from './twin.ts'

const shared = process.env['FANAL_SHARED'] ?? join(import.meta.dirname, '../../../../shared')
const shapes = new Store(new Parser().parse(readFileSync(join(shared, 'vendor/dcat-ap/shapes-3.0.1.ttl'), 'utf8')))

async function violationsOf(text: string): Promise<string[]> {
  const report = await new SHACLValidator(shapes).validate(new Store(new Parser().parse(text)))
  return report.results.map(
    ({ focusNode, path, message }) => `${focusNode.value} ${path.value} ${message.map(({ value }) => value).join(' ')}`,
  )
}

const demo = planSite(
  readFileSync(join(import.meta.dirname, '../../demo/site.yaml'), 'utf8'),
  'site.yaml',
  loadRegistry([]),
)
if (!demo.ok) throw new Error('the demo’s site file is good')
const { site, policy } = demo.plan
const facts = factsWith()
const responsible = facts.site.responsible
const ofDemo = publicTwinOf({ ...facts, policy, site: { ...site, responsible } })
const access = 'https://donnees.ville.example/fontaine'

function graphOf(twin: PublicTwin) {
  const graph = catalogueOf(twin, access)
  if (graph === undefined) throw new Error('somebody answers for it')
  return graph
}

test.each([
  ['the demo', ofDemo],
  ['a cabinet with a little of everything', publicTwinOf(facts)],
])('the catalogue of %s is as DCAT-AP wants it, in both forms', async (_, twin) => {
  const text = turtle(graphOf(twin))
  expect(new Parser().parse(text).length).toBeGreaterThan(30)
  expect(await violationsOf(text)).toEqual([])
  const quads = z.string().parse(await jsonld.toRDF(jsonLd(graphOf(twin)), { format: 'application/n-quads' }))
  expect(await violationsOf(quads)).toEqual([])
  const size = (read: string) => new Store(new Parser().parse(read)).size
  expect(size(quads)).toBe(size(text))
})

test.each([
  ['a publisher without a name', /foaf:name "[^"]*"@fr/, 'foaf:nick "x"@fr'],
  ['a dataset without a title', /dct:title "Tension[^;]*;\n {2}dct:title "Voltage[^;]*;/, ''],
  ['a distribution without an address', /dcat:accessURL <[^>]*> ;?/, ''],
  ['two licences', /dct:license <[^>]*>/, 'dct:license <urn:a>, <urn:b>'],
])('%s is found', async (_, what, instead) => {
  const text = turtle(graphOf(publicTwinOf(facts)))
  expect(text).toMatch(what)
  expect(await violationsOf(text.replace(what, instead))).not.toEqual([])
})
