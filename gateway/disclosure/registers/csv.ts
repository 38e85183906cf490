/** Comma-separated values as RFC 4180 has them: CRLF, quotes where they are needed, doubled inside. */

export type Separator = ',' | ';'

/**
 * A spreadsheet in French takes the semicolon for the end of a cell, since its comma ends the whole numbers; one in English
 * takes the comma.
 */
export const separators = { fr: ';', en: ',' } as const

export function csv(rows: readonly (readonly string[])[], separator: Separator = ','): string {
  return rows.map((row) => `${row.map((cell) => quoted(cell, separator)).join(separator)}\r\n`).join('')
}

/** With the mark by which spreadsheets know UTF-8, and without cells that they would reckon with (`=…`). */
export function spreadsheet(rows: readonly (readonly string[])[], separator: Separator): string {
  return `\ufeff${csv(
    rows.map((row) => row.map(harmless)),
    separator,
  )}`
}

function harmless(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
}

function quoted(cell: string, separator: Separator): string {
  return /["\r\n]/.test(cell) || cell.includes(separator) || cell !== cell.trim()
    ? `"${cell.replaceAll('"', '""')}"`
    : cell
}
