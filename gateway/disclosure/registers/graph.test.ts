/** Our two forms of a graph, read by the parsers that others use. */
import fc from 'fast-check'
import jsonld from 'jsonld'
import { Parser, Writer } from 'n3'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { iri, jsonLd, turtle, type Graph, type Node } from './graph.ts'

const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'

function lines(text: string): string[] {
  return [...new Set(text.split('\n').filter(Boolean))].sort()
}

/** In canonical N-Quads, from Turtle. */
function fromTurtle(text: string): string[] {
  return lines(new Writer({ format: 'N-Quads' }).quadsToString(new Parser().parse(text)))
}

async function fromJson(graph: object): Promise<string[]> {
  return lines(z.string().parse(await jsonld.toRDF(graph, { format: 'application/n-quads' })))
}

const example: Graph = {
  prefixes: { ex: 'http://example.org/', xsd: 'http://www.w3.org/2001/XMLSchema#' },
  resources: [
    {
      iri: 'urn:fanal:a:b',
      types: ['http://example.org/Thing'],
      says: [
        ['http://example.org/title', { text: 'Une “armoire”\n\\ "la" vraie', language: 'fr' }],
        ['http://example.org/when', { value: 'PT15M', type: 'http://www.w3.org/2001/XMLSchema#duration' }],
        ['http://example.org/at', iri('https://example.org/a b?<x>')],
      ],
    },
  ],
}

test('Turtle is what n3 reads, JSON-LD is the same graph', async () => {
  const quads = new Parser().parse(turtle(example))
  expect(quads.map(({ predicate, object }) => [predicate.value, object.value])).toEqual([
    [rdfType, 'http://example.org/Thing'],
    ['http://example.org/title', 'Une “armoire”\n\\ "la" vraie'],
    ['http://example.org/when', 'PT15M'],
    ['http://example.org/at', 'https://example.org/a%20b?%3Cx%3E'],
  ])
  expect(await fromJson(jsonLd(example))).toEqual(fromTurtle(turtle(example)))
})

test('whatever text comes in is the text that is read', () => {
  const literal = fc.oneof(
    fc.record({ text: fc.string({ unit: 'binary' }), language: fc.constantFrom('fr', 'en') }),
    fc.record({ value: fc.string({ unit: 'grapheme' }), type: fc.constant('http://www.w3.org/2001/XMLSchema#string') }),
  )
  fc.assert(
    fc.property(fc.array(literal, { minLength: 1, maxLength: 4 }), (literals: Node[]) => {
      const graph: Graph = {
        prefixes: example.prefixes,
        resources: [
          { iri: 'urn:x', types: [], says: literals.map((one) => ['http://example.org/says', one] as const) },
        ],
      }
      const read = new Parser().parse(turtle(graph)).map(({ object }) => object.value)
      expect(read).toEqual(literals.map((one) => ('text' in one ? one.text : 'value' in one ? one.value : one.iri)))
    }),
  )
})
