/** What a check says. */
import type { FindingCode } from './catalogue.ts'

/** In the order in which they are shown, when all is well. */
export const subjects = [
  'runtime',
  'folder',
  'site',
  'gateway',
  'clock',
  'serial',
  'lines',
  'devices',
  'light',
  'broker',
  'outbox',
  'history',
  'console',
] as const
export type Subject = (typeof subjects)[number]

export interface Finding {
  readonly code: FindingCode
  /** fill the sentences and the remedy of the catalogue */
  readonly words: Readonly<Record<string, string | number>>
}

export function finding(code: FindingCode, words: Finding['words'] = {}): Finding {
  return { code, words }
}
