/** What every verb is given. */
import { formatMistakes, type Mistake } from '../drivers/explain.ts'
import type { Language } from './language.ts'
import type { MessageKey, Say } from './messages.ts'

export { readNamed } from '../gateway/named-file.ts'

/** Exit codes, the same for every verb. */
export const exits = { ok: 0, error: 1, invalid: 3, interrupted: 130 } as const
export type Exit = (typeof exits)[keyof typeof exits]

export interface Context {
  readonly say: Say
  readonly language: Language
  readonly json: boolean
  /** data: to standard output, one line */
  readonly out: (line: string) => void
  /** for people: to standard error, one line */
  readonly err: (line: string) => void
  /** aborts when the person interrupts */
  readonly signal: AbortSignal
}

/** An object on standard output, as one line. */
export function outJson(context: Context, value: unknown): void {
  context.out(JSON.stringify(value))
}

/** Something that cannot be done: to people as a sentence, with `--json` as an object; says the exit code. */
export function fail(context: Context, code: string, words: Readonly<Record<string, string>> = {}): Exit {
  if (context.json) outJson(context, { event: 'refused', code, words })
  else context.err(context.say(`fault.${code}` as MessageKey, words))
  return code.startsWith('SITE_') ? exits.invalid : exits.error
}

/** The mistakes of a file, all of them. */
export function failWith(context: Context, mistakes: readonly Mistake[]): Exit {
  if (context.json) outJson(context, { event: 'refused', code: 'SITE_WRONG', mistakes })
  else context.err(formatMistakes(mistakes, context.language))
  return exits.invalid
}
