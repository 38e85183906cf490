/** Where in a YAML text the keys and values of a document stand. */
import { isCollection, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import type { Path } from './findings.ts'

/** A stretch of one line; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly width: number
  /** the whole line */
  readonly source: string
}

/** Something that is wrong before any schema is asked; the code is of the explanations. */
export interface SyntaxFault {
  readonly code: string
  readonly place: Place
  readonly written: string
}

export interface Located {
  /** undefined where the text is empty, or holds nothing but comments */
  readonly value: unknown
  readonly faults: readonly SyntaxFault[]
  /** The place of a key or a value; of what is not there, the nearest key above it. */
  placeOf(path: Path, at: 'key' | 'value'): Place
  /** The value as the file writes it, without quotes; empty where there is none. */
  written(path: Path): string
}

const faultCodes: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'duplicate-key',
  TAB_AS_INDENT: 'tab-as-indent',
  BAD_INDENT: 'bad-indent',
  MISSING_CHAR: 'missing-character',
  MULTILINE_IMPLICIT_KEY: 'missing-character',
  BLOCK_AS_IMPLICIT_KEY: 'two-keys-on-a-line',
  BAD_SCALAR_START: 'reserved-first-character',
  MULTIPLE_DOCS: 'several-documents',
}

type Range = readonly [start: number, end: number]

/** Integers beyond the safe ones become bigints; a document with faults other than duplicate keys has no value. */
export function locate(text: string): Located {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, intAsBigInt: true, logLevel: 'error' })
  const lines = text.split(/\r?\n/)
  const faults = faultsOf(document, text).map(({ code, range }) => ({
    code,
    place: place(range),
    written: text.slice(...range),
  }))
  const sound = faults.every(({ code }) => code === 'duplicate-key')
  // One slip makes the parser stumble several times on the same line.
  const lineOf = (fault: SyntaxFault) => fault.place.line
  const once = faults.filter((fault, index) => faults.findIndex((each) => lineOf(each) === lineOf(fault)) === index)

  return {
    value: sound ? (document.toJS() ?? undefined) : undefined,
    faults: sound ? faults : once,
    placeOf: (path, at) => place(rangeOf(path, at)),
    written(path) {
      const { node } = find(path)
      if (isScalar(node)) return node.source ?? String(node.value)
      const { column, width, source } = place(rangeOf(path, 'value'))
      return isCollection(node) ? source.slice(column - 1, column - 1 + width) : ''
    },
  }

  function place([start, end]: Range): Place {
    const { line, col } = lineCounter.linePos(start)
    const source = lines[line - 1] ?? ''
    return { line, column: col, width: Math.max(1, Math.min(end - start, source.length - col + 1)), source }
  }

  /** The nodes along a path: the value at its end, if there is one, and the last key on the way. */
  function find(path: Path): { key: unknown; node: unknown; whole: boolean } {
    let key: unknown
    let node: unknown = document.contents
    for (const segment of path) {
      if (isMap(node)) {
        const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(segment))
        if (pair === undefined) return { key: key ?? node.items[0]?.key, node, whole: false }
        ;({ key, value: node } = pair)
      } else if (isSeq(node) && typeof segment === 'number') {
        node = node.items[segment]
        key = isMap(node) ? (node.items[0]?.key ?? key) : key
      } else return { key, node, whole: false }
    }
    return { key, node, whole: true }
  }

  function rangeOf(path: Path, at: 'key' | 'value'): Range {
    const { key, node, whole } = find(path)
    const value = isNode(node) ? node.range : undefined
    const blank = isScalar(node) && node.source === ''
    const block = isCollection(node) && node.flow !== true
    const wanted = at === 'value' && whole && value && !blank && !(block && isNode(key)) ? value : undefined
    const [start, end] = wanted ?? (isNode(key) ? key.range : undefined) ?? value ?? [0, 0]
    return [start, end]
  }
}

function faultsOf(document: Document.Parsed, text: string): { code: string; range: Range }[] {
  const faults = document.errors.map(({ code, pos: [start] }) => ({
    code: faultCodes[code] ?? 'not-yaml',
    range: [start, start + (/^[^\s:,[\]{}]+/.exec(text.slice(start))?.[0].length ?? 1)] as const,
  }))
  visit(document, {
    Alias(_, { range }) {
      faults.push({ code: 'alias-not-allowed', range: range ? [range[0], range[1]] : [0, 1] })
    },
    Scalar(_, scalar) {
      if (typeof scalar.value === 'bigint' && Number.isSafeInteger(Number(scalar.value)))
        scalar.value = Number(scalar.value)
    },
  })
  return faults
}
