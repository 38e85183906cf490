/** A small RDF graph of named nodes, and its two forms: Turtle (W3C, RDF 1.1 Turtle) and JSON-LD 1.1. */

export type Node =
  | { readonly iri: string }
  | { readonly text: string; readonly language: string }
  | { readonly value: string; readonly type: string }

export interface Resource {
  readonly iri: string
  readonly types: readonly string[]
  /** by predicate, whole IRIs */
  readonly says: readonly (readonly [predicate: string, object: Node])[]
}

export interface Graph {
  readonly prefixes: Readonly<Record<string, string>>
  readonly resources: readonly Resource[]
}

const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
export const xsd = 'http://www.w3.org/2001/XMLSchema#'

/** Signs that no IRI may hold are told as the bytes that they are (RFC 3987, 3.1). */
export function iri(address: string): Node {
  return { iri: address.replaceAll(/[\u0000-\u0020<>"{}|^`\\]/g, encodeURIComponent) }
}

export function turtle({ prefixes, resources }: Graph): string {
  const heads = Object.entries(prefixes).map(([name, space]) => `@prefix ${name}: <${space}> .`)
  const bodies = resources.map(({ iri: subject, types, says }) => {
    const typed = types.map((type) => [rdfType, { iri: type }] as const)
    const lines = [...typed, ...says].map(
      ([predicate, object]) =>
        `${predicate === rdfType ? 'a' : named(predicate, prefixes)} ${written(object, prefixes)}`,
    )
    return `${named(subject, prefixes)}\n  ${lines.join(' ;\n  ')} .`
  })
  return `${heads.join('\n')}\n\n${bodies.join('\n\n')}\n`
}

function written(object: Node, prefixes: Graph['prefixes']): string {
  if ('iri' in object) return named(object.iri, prefixes)
  if ('text' in object) return `${quoted(object.text)}@${object.language}`
  return `${quoted(object.value)}^^${named(object.type, prefixes)}`
}

/** With its prefix where what follows is plain enough to be written so. */
function named(address: string, prefixes: Graph['prefixes']): string {
  for (const [name, space] of Object.entries(prefixes)) {
    const local = address.slice(space.length)
    if (address.startsWith(space) && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(local)) return `${name}:${local}`
  }
  return `<${address}>`
}

function quoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll(/[\u0000-\u001f\u007f]/g, (sign) => `\\u${hex(sign)}`)
  return `"${escaped}"`
}

function hex(sign: string): string {
  return sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
}

type JsonNode = { '@id': string } | { '@value': string; '@language'?: string; '@type'?: string }

/** With its context inside: nobody needs to fetch one. */
export function jsonLd({ prefixes, resources }: Graph): object {
  return {
    '@context': prefixes,
    '@graph': resources.map(({ iri: subject, types, says }) => {
      const told: Record<string, JsonNode[]> = {}
      for (const [predicate, object] of says) (told[compact(predicate, prefixes)] ??= []).push(inJson(object))
      return { '@id': subject, '@type': types.map((type) => compact(type, prefixes)), ...told }
    }),
  }
}

function inJson(object: Node): JsonNode {
  if ('iri' in object) return { '@id': object.iri }
  if ('text' in object) return { '@value': object.text, '@language': object.language }
  return { '@value': object.value, '@type': object.type }
}

function compact(address: string, prefixes: Graph['prefixes']): string {
  const prefix = Object.entries(prefixes).find(([, space]) => address.startsWith(space))
  return prefix === undefined ? address : `${prefix[0]}:${address.slice(prefix[1].length)}`
}
