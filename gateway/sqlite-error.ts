/** What SQLite says when something is wrong, for those who keep a file with it. */

/** What is in the file is not what its room writes. */
export class Unusable extends Error {}

/** SQLite's result codes, sqlite.org/rescode.html: the low byte is the class. */
export const sqlite = {
  error: 1,
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  noDatabase: 26,
} as const

export function resultClass(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined
}

/** Why the file itself is to blame for this error; undefined: it is not. */
export function damage(error: unknown): string | undefined {
  if (error instanceof Unusable) return error.message
  const kind = resultClass(error)
  return kind === sqlite.corrupt || kind === sqlite.noDatabase ? String(error) : undefined
}

/** The same of an error while the file is being opened: statements of ours that SQLite does not understand are its fault, too. */
export function damageAtStart(error: unknown): string | undefined {
  return damage(error) ?? (resultClass(error) === sqlite.error ? String(error) : undefined)
}
