/** What a schema complains of in a document, each complaint with its place, its code and the nearest right answer. */
import { z } from 'zod'
import { explanations, isCode, kinds, listed, say, type Bilingual, type Code, type Words } from './explanations.ts'
import { nearest, nearestKey, rewritten } from './nearest.ts'
import { asRecord, isRecord } from './schema.ts'

export type Path = readonly (string | number)[]

export interface Finding {
  readonly path: Path
  /** whether the key at the end of the path is wrong, or what it holds; an absent key is marked at its parent */
  readonly at: 'key' | 'value'
  readonly code: string
  readonly words: Words
  /** what may stand there */
  readonly allowed: readonly string[]
  /** the nearest right answer, as it would be written in the file */
  readonly suggestion?: string | undefined
}

/** A part of the document, and the schema that it should fit. */
interface Part {
  readonly schema: z.core.$ZodType
  readonly value: unknown
  readonly path: Path
}

type Issue = z.core.$ZodIssue

/**
 * Every mistake of form. Zod stops where a key of a record, or a branch of a union, is wrong; here the search goes on below.
 * `written` tells how the file writes the value at a path, without quotes (`01000`, where the value is 1000).
 */
export function findings(schema: z.core.$ZodType, document: unknown, written: (path: Path) => string): Finding[] {
  return check({ schema, value: document, path: [] })

  function check(part: Part): Finding[] {
    return complaints(part, z.safeParse(part.schema, part.value).error?.issues ?? [])
  }

  function complaints(part: Part, issues: readonly Issue[]): Finding[] {
    const renamed = new Set<string>()
    const found = issues.flatMap((issue) => {
      const here = descend(part, issue.path)
      const parent = descend(part, issue.path.slice(0, -1))
      if (issue.code === 'unrecognized_keys') return issue.keys.flatMap((key) => unknownKey(here, key, renamed))
      if (issue.code === 'invalid_key') return wrongKey(parent, here, issue)
      if (issue.code !== 'invalid_union') return wrongValue(here, issue)
      return issue.errors.length === 0 ? wrongVariant(parent, here, issue) : noBranch(here, issue)
    })
    return found.filter(({ code, path }) => code !== 'missing-key' || !renamed.has(JSON.stringify(path)))
  }

  /** The value is checked as what the key was probably meant to be, and that one then is not missing. */
  function unknownKey({ schema, value, path }: Part, key: string, renamed: Set<string>): Finding[] {
    const record = asRecord(value)
    const known = unwrapped(schema, value)
    const allowed = keysOf(known)
    const free = allowed.filter((name) => !Object.hasOwn(record, name))
    const [, before = '', after = ''] = record[key] === null ? (/^(.+?):(.+)$/.exec(key) ?? []) : [] // `{ at:input/1 }`
    const meant = free.includes(before) ? before : nearestKey(key, free)
    const unknown: Finding = {
      path: [...path, key],
      at: 'key',
      code: 'unknown-key',
      words: {},
      allowed,
      suggestion: meant !== undefined && meant === before ? `${before}: ${after}` : meant,
    }
    if (meant === undefined) return [unknown]
    renamed.add(JSON.stringify([...path, meant]))
    const expected = known instanceof z.ZodObject && meant !== before ? childOf(known, meant) : undefined
    return [unknown, ...(expected ? check({ schema: expected, value: record[key], path: [...path, key] }) : [])]
  }

  function wrongKey(parent: Part, here: Part, issue: z.core.$ZodIssueInvalidKey): Finding[] {
    const key = String(here.path.at(-1))
    const code = issue.issues.map(({ message }) => message).find(isCode) ?? 'not-valid'
    const record = unwrapped(parent.schema, parent.value)
    if (!(record instanceof z.ZodRecord)) return []
    const better = rewritten(code, key)
    const fits = better !== undefined && accepts(record.keyType, better)
    const finding = plainly(here, code, fits ? { at: 'key', suggestion: better } : { at: 'key' })
    return [finding, ...check({ ...here, schema: record.valueType })]
  }

  /** The key that tells the variants apart is wrong: the rest is checked as the variant that was probably meant. */
  function wrongVariant(parent: Part, here: Part, issue: z.core.$ZodIssueInvalidUnion): Finding[] {
    const options = 'options' in issue ? (issue.options ?? []).map(String) : []
    const wrong = notOneOf(here, options)
    if (here.value === undefined || here.value === null) return [absent(here, wrong)]
    const key = here.path.at(-1)
    if (wrong.suggestion === undefined || key === undefined) return [wrong]
    return [wrong, ...check({ ...parent, value: { ...asRecord(parent.value), [key]: wrong.suggestion } })]
  }

  function noBranch(here: Part, issue: z.core.$ZodIssueInvalidUnion): Finding[] {
    const union = unwrapped(here.schema, here.value, 'union')
    if (here.value === undefined || here.value === null) return [absent(here)]
    if (!(union instanceof z.ZodUnion)) return [plainly(here, 'not-valid')]
    if (isRecord(here.value)) {
      const record = here.value
      const best = bestBranch(union, record)
      if (best.likeness > 0) return complaints({ ...here, schema: best.branch }, issue.errors[best.index] ?? [])
      const keys = Object.keys(record)
      const meant = union.options.find((branch) => keys.some((key) => nearest(key, keysOf(unwrapped(branch, record)))))
      if (meant) return keys.flatMap((key) => unknownKey({ ...here, schema: meant }, key, new Set()))
    }
    const literals = union.options.flatMap(literalsOf)
    if (isCode(issue.message)) {
      const suggestion = typeof here.value === 'string' ? nearest(here.value, literals) : undefined
      return [plainly(here, issue.message, { allowed: literals, suggestion })]
    }
    const each = issue.errors.flatMap((errors, index) =>
      complaints({ ...here, schema: union.options[index] ?? union }, errors),
    )
    const best = each.find(({ suggestion }) => suggestion !== undefined) ?? each[0]
    return best ? [best] : []
  }

  function wrongValue(
    here: Part,
    issue: Exclude<Issue, { code: 'unrecognized_keys' | 'invalid_key' | 'invalid_union' }>,
  ) {
    // A check may have words of its own for what is missing.
    if (here.value === undefined || here.value === null)
      return [issue.code === 'invalid_value' && isCode(issue.message) ? plainly(here, issue.message) : absent(here)]
    if (isCode(issue.message)) return [plainly(here, issue.message, { words: wordsOf(issue) })]
    switch (issue.code) {
      case 'invalid_type':
        return wrongType(here, issue.expected)
      case 'invalid_value':
        return [notOneOf(here, issue.values.map(String))]
      case 'too_small':
        return [outside(here, issue.origin, issue.minimum, issue.inclusive === false ? 'not-above' : 'too-small')]
      case 'too_big':
        return [outside(here, issue.origin, issue.maximum, 'too-big')]
      case 'custom':
      case 'invalid_element':
      case 'invalid_format':
      case 'not_multiple_of':
        return [plainly(here, 'not-valid')]
    }
  }

  function wrongType(here: Part, expected: string): Finding[] {
    const { schema, value, path } = here
    const text = written(path)
    if ((expected === 'number' || expected === 'int') && typeof value === 'string') {
      const number = value.trim().replace(',', '.')
      if (/^[-+]?\d/.test(number) && Number.isFinite(Number(number))) {
        const code = value.includes(',') ? 'decimal-comma' : 'text-not-number'
        return [plainly(here, code, accepts(schema, Number(number)) ? { suggestion: number } : {})]
      }
    }
    if (typeof value === 'bigint') return [outside(here, 'number', Number.MAX_SAFE_INTEGER, 'too-big')]
    if (typeof value === 'number' && (expected === 'number' || expected === 'int'))
      return [plainly(here, Number.isFinite(value) ? 'not-a-whole-number' : 'not-finite')]
    if (expected === 'boolean' && typeof value === 'string' && /^(yes|on|oui|no|off|non|true|false)$/i.test(value))
      return [plainly(here, 'text-not-flag', { suggestion: String(/^(yes|on|oui|true)$/i.test(value)) })]
    if (expected === 'string' && typeof value !== 'object') {
      const asText = check({ ...here, value: text })
      const found = kindOf(value).name
      if (asText.length === 0)
        return [plainly(here, 'not-quoted', { words: { found }, suggestion: JSON.stringify(text) })]
      return asText
    }
    if (expected === 'array' && typeof value !== 'object' && accepts(schema, [value]))
      return [plainly(here, 'not-a-list', { suggestion: `[${text}]` })]
    const { name, how } = kinds[kindNames[expected] ?? expected] ?? kindOf({})
    return [plainly(here, 'wrong-type', { words: { expected: name, how, found: kindOf(value).name } })]
  }

  /** A key that is not there, or holds nothing: the help is that of what should be there. */
  function absent(here: Part, wanted = check({ ...here, value: '' })[0]): Finding {
    const help: Bilingual = wanted && isCode(wanted.code) ? explanations[wanted.code].help : { en: '', fr: '' }
    const words: Words = { allowed: listed(wanted?.allowed ?? []), ...wanted?.words }
    const filled = { en: say(help, words, 'en'), fr: say(help, words, 'fr') }
    return plainly(here, here.value === undefined ? 'missing-key' : 'empty-value', { words: { wanted: filled } })
  }

  function notOneOf(here: Part, allowed: readonly string[]): Finding {
    return plainly(here, 'not-one-of', { allowed, suggestion: nearest(written(here.path), allowed) })
  }

  function outside(here: Part, origin: string, limit: number | bigint, how: 'too-small' | 'not-above' | 'too-big') {
    const words = { limit: String(limit) }
    if (origin === 'string') return plainly(here, limit === 1 ? 'empty-text' : 'text-too-short', { words })
    if (origin === 'array') return plainly(here, how === 'too-big' ? 'list-too-long' : 'list-too-short', { words })
    return plainly(here, `number-${how}`, { words })
  }

  /** A finding at the value, unless told otherwise; what people often write for this form is put right. */
  function plainly({ schema, value, path }: Part, code: Code, more: Partial<Finding> = {}): Finding {
    const better = value === undefined || typeof value === 'object' ? undefined : rewritten(code, written(path))
    const suggestion = better !== undefined && accepts(schema, better) ? better : undefined
    return { path, at: 'value', code, words: {}, allowed: [], suggestion, ...more }
  }
}

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return z.safeParse(schema, value).success
}

/** What a check of ours gives to name in the message. */
function wordsOf(issue: Issue): Words {
  return issue.code === 'custom' ? (z.record(z.string(), z.string()).safeParse(issue.params).data ?? {}) : {}
}

/** Zod's names for kinds that are one to the reader. */
const kindNames: Readonly<Record<string, string>> = { bigint: 'int', tuple: 'array', record: 'object', map: 'object' }

function kindOf(value: unknown) {
  const name = Array.isArray(value) ? 'array' : typeof value === 'bigint' ? 'number' : typeof value
  return kinds[name] ?? { name: { en: 'nothing', fr: 'rien' }, how: { en: '', fr: '' } }
}

/** The part below, as far as the schema goes. */
function descend(part: Part, path: readonly PropertyKey[]): Part {
  return path.reduce<Part>((parent, key) => {
    const segment = typeof key === 'number' ? key : String(key)
    const schema = childOf(unwrapped(parent.schema, parent.value), segment) ?? z.unknown()
    const value = (parent.value as Record<string | number, unknown> | null | undefined)?.[segment]
    return { schema, value, path: [...parent.path, segment] }
  }, part)
}

function childOf(schema: z.core.$ZodType, segment: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, z.core.$ZodType>)[segment]
  if (schema instanceof z.ZodRecord) return schema.valueType
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodTuple) return schema.def.items[Number(segment)]
  return undefined
}

/** The schema inside defaults, transforms and, unless the union itself is wanted, unions. */
function unwrapped(schema: z.core.$ZodType, value: unknown, until?: 'union'): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrapped(schema.unwrap(), value, until)
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in, value, until)
  if (schema instanceof z.ZodUnion && until === undefined) return unwrapped(bestBranch(schema, value).branch, value)
  return schema
}

/** The branch that has the most keys in common with the value; one that a literal rules out has none. */
function bestBranch(union: z.ZodUnion, value: unknown): { branch: z.core.$ZodType; index: number; likeness: number } {
  let best = { branch: union.options[0] ?? z.never(), index: 0, likeness: -1 }
  union.options.forEach((branch, index) => {
    const inner = unwrapped(branch, value)
    if (!(inner instanceof z.ZodObject) || !isRecord(value)) return
    const shape = Object.entries(inner.shape)
    const ruledOut = shape.some(([key, schema]) => schema instanceof z.ZodLiteral && !accepts(schema, value[key]))
    const likeness = ruledOut ? 0 : shape.filter(([key]) => Object.hasOwn(value, key)).length
    if (likeness > best.likeness) best = { branch, index, likeness }
  })
  return best
}

function keysOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  if (schema instanceof z.ZodRecord) return literalsOf(schema.keyType)
  return []
}

function literalsOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String)
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : []
}
