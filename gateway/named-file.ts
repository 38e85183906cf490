/** A file that somebody named. */
import { readFileSync } from 'node:fs'

export type NamedFile = { readonly text: string } | { readonly missing: string }

/** Its text, or the system's word for why there is none: `ENOENT`, `EISDIR`. */
export function readNamed(file: string): NamedFile {
  try {
    return { text: readFileSync(file, 'utf8') }
  } catch (error) {
    return { missing: error instanceof Error && 'code' in error ? String(error.code) : String(error) }
  }
}
