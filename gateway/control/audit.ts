/** The audit: a chain (`chain.ts`) of what was commanded, what ruled and what was written. */
import { parseLine as parseAny, type ChainRecord, type Dated as DatedAny, type OwnEntry } from '../chain.ts'
import type { AuditEntry } from './keeping.ts'

export { lineAfter, origin, sealed, unsealed, verify, type Link, type Verdict } from '../chain.ts'

/** `at`: by the wall clock, whatever that was worth: entries of the kind `trust` say. */
export interface AuditRecord extends ChainRecord {
  readonly kind: (AuditEntry | OwnEntry)['kind']
}

export type Dated = DatedAny<AuditEntry | OwnEntry>

/** A line as it was written; undefined: it is none, or no longer the same. */
export function parseLine(line: string): AuditRecord | undefined {
  return parseAny(line) as AuditRecord | undefined // of a chain that only the audit writes
}
