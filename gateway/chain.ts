/**
 * A chain: one JSON object a line, each sealed with a hash that covers the one before, so that no line can be changed,
 * dropped or slipped in unnoticed. Cutting off the end, or rewriting it all, goes unnoticed: whoever fears that keeps the last
 * hash elsewhere. Pure.
 */
import { createHash } from 'node:crypto'

/** What happened, of whatever kind. */
export interface ChainEntry {
  readonly kind: string
  readonly [key: string]: unknown
}

/** An entry, and when it happened. */
export interface Dated<Entry extends ChainEntry = ChainEntry> {
  /** ISO 8601, by the wall clock */
  readonly at: string
  readonly entry: Entry
}

/** What a chain says of itself. */
export type OwnEntry =
  /** so many entries, from before this one, that the disk did not take, could be held in memory no longer */
  | { readonly kind: 'lost'; readonly entries: number }
  /** a line that was being written when the power failed: its bytes are cut off */
  | { readonly kind: 'torn'; readonly bytes: number }
  /** after that line something was changed; what is readable was kept */
  | { readonly kind: 'damaged'; readonly after: number }
  /** a file that could not be read at all, and was set aside */
  | { readonly kind: 'damaged'; readonly file: string }

export interface ChainRecord {
  /** counts from 1, over all files */
  readonly n: number
  readonly at: string
  readonly kind: string
  /** the hash of the line before */
  readonly prev: string
  readonly hash: string
  readonly [key: string]: unknown
}

/** Where a chain ends. */
export type Link = Pick<ChainRecord, 'n' | 'hash'>

/** Where it begins. */
export const origin: Link = { n: 0, hash: '0'.repeat(64) }

const sealForm = /^(\{.+),"hash":"([0-9a-f]{64})"\}$/s

/** The object as JSON, with the SHA-256 of that JSON as its last member, `hash`. */
export function sealed(content: object): string {
  const text = JSON.stringify(content)
  return `${text.slice(0, -1)},"hash":"${sha256(text)}"}`
}

/** What was sealed, with its hash; undefined where it was not, or no longer is what it was. */
export function unsealed(text: string): Readonly<Record<string, unknown>> | undefined {
  const [, body, hash] = sealForm.exec(text) ?? []
  if (body === undefined || hash === undefined || sha256(`${body}}`) !== hash) return undefined
  return JSON.parse(text) as Record<string, unknown> // sealed by us, so an object
}

/** The next line of a chain; number, time and the hash before win over members of the entry with these names. */
export function lineAfter({ n, hash }: Link, { at, entry }: Dated): { line: string; link: Link } {
  const head: Record<string, unknown> = { n: n + 1, at }
  const line = sealed({ ...head, ...entry, ...head, prev: hash })
  return { line, link: { n: n + 1, hash: line.slice(-66, -2) } }
}

/** A line as it was written; undefined: it is none, or no longer the same. */
export function parseLine(line: string): ChainRecord | undefined {
  const content = unsealed(line)
  return typeof content?.['n'] === 'number' ? (content as ChainRecord) : undefined
}

export type Verdict =
  /** numbers of the first and the last line, none: 0; and the hash of the last, to be kept elsewhere */
  | { readonly ok: true; readonly first: number; readonly n: number; readonly head: string }
  /** `at`: the first line that is wrong, from 1 on */
  | { readonly ok: false; readonly at: number; readonly why: 'changed' | 'not-the-next' | 'other-before' }

/** Looks at one line after the other, however long the chain. */
export class Verification {
  #at = 0
  #first = 0
  #last: Link | undefined
  #wrong: Extract<Verdict, { ok: false }> | undefined

  /** False: it is wrong, and no further line is looked at. */
  line(text: string): boolean {
    if (this.#wrong !== undefined) return false
    this.#at++
    const record = parseLine(text)
    const why = record === undefined ? 'changed' : this.#whyNot(record)
    if (record !== undefined && why === undefined) {
      if (this.#last === undefined) this.#first = record.n
      this.#last = record
      return true
    }
    this.#wrong = { ok: false, at: this.#at, why: why ?? 'changed' }
    return false
  }

  get verdict(): Verdict {
    const { n, hash: head } = this.#last ?? origin
    return this.#wrong ?? { ok: true, first: this.#first, n, head }
  }

  #whyNot({ n, prev }: ChainRecord): 'not-the-next' | 'other-before' | undefined {
    const before = this.#last ?? (n === 1 ? origin : undefined)
    if (before === undefined) return undefined // older files are turned over
    if (n !== before.n + 1) return 'not-the-next'
    return prev === before.hash ? undefined : 'other-before'
  }
}

/** Whether these lines are as they were written, and all there from the first on. */
export function verify(lines: Iterable<string>): Verdict {
  const verification = new Verification()
  for (const line of lines) if (!verification.line(line)) break
  return verification.verdict
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
