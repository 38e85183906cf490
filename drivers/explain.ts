/** From a YAML text to a checked value, or to every mistake in it: where, what, and the nearest right answer. */
import type { z } from 'zod'
import {
  explanations,
  isCode,
  listed,
  say,
  type Bilingual,
  type Code,
  type Explanation,
  type Language,
  type Words,
} from './explanations.ts'
import { findings, type Finding } from './findings.ts'
import { nearest } from './nearest.ts'
import { locate, type Located, type Place, type SyntaxFault } from './places.ts'
import type { Contradiction } from './profile.ts'

/** Plain data: as JSON it is what it is here. */
export interface Mistake extends Place {
  readonly file: string
  /** of the explanations; stable */
  readonly code: string
  readonly message: Bilingual
  /** what is allowed, and an example */
  readonly help: Bilingual
  /** the nearest right answer, as it would be written in the file */
  readonly suggestion?: string
  /** of what is refused for people's sake: the clause, the decree, the opinion that says so */
  readonly rule?: Bilingual
}

export type Explained<T> = { ok: true; value: T } | { ok: false; mistakes: Mistake[] }

export interface ExplainOptions<S extends z.ZodType> {
  /** the name to print */
  readonly file: string
  readonly schema: S
  /** what entries say against one another; it is shown the raw document, which may be malformed */
  readonly contradictions?: (document: unknown) => readonly Contradiction[]
}

/** Never throws: whatever is wrong with the text is a mistake, and all mistakes come at once, in the order of the file. */
export function explain<S extends z.ZodType>(text: string, options: ExplainOptions<S>): Explained<z.output<S>> {
  const { file, schema } = options
  const located = locate(text.replace(/^\uFEFF/, ''))
  const mistakes = unquotedBraces(file, located.faults) ?? located.faults.map((fault) => faultMistake(file, fault))
  const readable = mistakes.every(({ code }) => code === 'duplicate-key')
  if (!readable) return { ok: false, mistakes }
  const { value } = located
  if (value === undefined) return { ok: false, mistakes: [fileMistake(file, 'empty-file')] }

  const parsed = schema.safeParse(value)
  const found = parsed.success ? [] : findings(schema, value, (path) => located.written(path))
  const faulty = new Set(found.map(({ path }) => JSON.stringify(path)))
  for (const contradiction of options.contradictions?.(value) ?? [])
    if (!faulty.has(JSON.stringify(contradiction.path))) found.push(asFinding(contradiction, located))

  for (const finding of found) {
    const words = { ...surroundings(finding, located), allowed: listed(finding.allowed), ...finding.words }
    mistakes.push(mistake(file, located.placeOf(finding.path, finding.at), finding.code, words, finding.suggestion))
  }
  if (parsed.success && mistakes.length === 0) return { ok: true, value: parsed.data }
  return { ok: false, mistakes: mistakes.sort((a, b) => a.line - b.line || a.column - b.column) }
}

function faultMistake(file: string, { code, place, written }: SyntaxFault): Mistake {
  return mistake(file, place, code, { value: written })
}

/** In `{ by: gear_{gear}_level }` the inner braces are a mapping to YAML, and it stumbles over every line that follows. */
function unquotedBraces(file: string, [first]: readonly SyntaxFault[]): Mistake[] | undefined {
  if (first === undefined || first.code === 'duplicate-key') return undefined
  const { source } = first.place
  const name = /(?<=(?:^|[\s:])[{[](?:.*[\s:,[{])?)[a-z]\w*\{[a-z]+\}\w*/.exec(source)
  if (name === null) return undefined
  const place = { ...first.place, column: name.index + 1, width: name[0].length }
  return [mistake(file, place, 'braces-without-quotes', {}, JSON.stringify(name[0]))]
}

/** A mistake of a file, or a folder, that has no better place in it. */
export function fileMistake(file: string, code: Code, words: Words = {}): Mistake {
  return mistake(file, { line: 1, column: 1, width: 0, source: '' }, code, words)
}

function mistake(file: string, place: Place, code: string, words: Words, suggestion?: string): Mistake {
  const unknown: Explanation = { what: { en: code, fr: code }, help: { en: '', fr: '' } }
  const { what, help, rule }: Explanation = isCode(code) ? explanations[code] : unknown
  const inBoth = (message: Bilingual) => ({ en: say(message, words, 'en'), fr: say(message, words, 'fr') })
  const told = {
    ...{ file, ...place, code, message: inBoth(what), help: inBoth(help) },
    ...(rule === undefined ? {} : { rule: inBoth(rule) }),
  }
  return suggestion === undefined ? told : { ...told, suggestion }
}

/** Mistakes of a name that the file gives, or chooses from others, as a key. */
const ofKeys: ReadonlySet<string> = new Set([
  'no-such-parameter-of-profile',
  'no-such-kind',
  'segment-named-like-device',
  'segments-without-place',
  'line-overloaded',
  'release-not-in-policy',
  'release-of-nothing',
])

function asFinding({ path, code, words, candidates = [] }: Contradiction, located: Located): Finding {
  const at = ofKeys.has(code) ? 'key' : 'value'
  const wrong = at === 'key' ? String(path.at(-1)) : located.written(path)
  return { path, at, code, words, allowed: candidates, suggestion: nearest(wrong, candidates) }
}

/** The words that every message may use. */
function surroundings({ path, at }: Finding, located: Located): Words {
  const key = path.findLast((segment) => typeof segment === 'string') ?? ''
  const parent = path
    .slice(0, -1)
    .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`))
    .join('')
    .slice(1)
  return {
    key,
    value: at === 'key' ? key : located.written(path),
    in: parent === '' ? '' : { en: ` in ${parent}`, fr: ` dans ${parent}` },
  }
}

const error: Bilingual = { en: 'error', fr: 'erreur' }
const didYouMean: Bilingual = { en: 'did you mean {suggestion}?', fr: 'vouliez-vous dire {suggestion} ?' }
const byRule: Bilingual = { en: 'rule: {rule}', fr: 'règle : {rule}' }
const quoted: Bilingual = { en: '"{word}"', fr: '« {word} »' }

/**
 * For people, without colours:
 * ```
 * site.yaml:6:5  error  unknown key "baudrate" in lines.rs485
 *    6 |     baudrate: 9600
 *      |     ^^^^^^^^  did you mean "baud"?
 * 1 error
 * ```
 */
export function formatMistakes(mistakes: readonly Mistake[], language: Language): string {
  const count = `${mistakes.length} ${error[language]}${mistakes.length > 1 ? 's' : ''}`
  return [...mistakes.map((each) => formatMistake(each, language)), count].join('\n')
}

function formatMistake({ file, line, column, width, source, ...told }: Mistake, language: Language): string {
  const headline = `${file}:${line}:${column}  ${error[language]}  ${told.message[language]}`
  const remedy =
    told.suggestion === undefined
      ? told.help[language]
      : say(didYouMean, { suggestion: inQuotes(told.suggestion, language) }, language)
  const gutter = String(line).padStart(4)
  const margin = `${' '.repeat(gutter.length)} |`
  const cited = told.rule === undefined ? '' : `\n${margin} ${say(byRule, { rule: told.rule }, language)}`
  if (width === 0) return `${headline}\n     |  ${remedy}${cited}`
  const indent = source.slice(0, column - 1).replaceAll(/[^\t]/g, ' ')
  return `${headline}\n${gutter} | ${source}\n${margin} ${indent}${'^'.repeat(width)}  ${remedy}${cited}`
}

/** Words in quotation marks; numbers and flags without, since with them they would be text; what has quotes keeps them. */
function inQuotes(suggestion: string, language: Language): string {
  if (/^("|\[|true$|false$)/.test(suggestion) || Number.isFinite(Number(suggestion))) return suggestion
  return say(quoted, { word: suggestion }, language)
}
