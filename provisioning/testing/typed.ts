/** A person at a terminal: what a verb says, and how it ends. */
import type { Context, Exit } from '../context.ts'
import type { Language } from '../language.ts'
import { speak } from '../messages.ts'

export interface Typed {
  readonly exit: Exit
  readonly out: string[]
  readonly err: string[]
}

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

export async function typed(
  verb: (context: Context) => Exit | Promise<Exit>,
  language: Language = 'en',
  json = false,
): Promise<Typed> {
  const out: string[] = []
  const err: string[] = []
  const exit = await verb({
    say: speak(language),
    language,
    json,
    out: (line) => out.push(plain(line)),
    err: (line) => err.push(plain(line)),
    signal: new AbortController().signal,
  })
  return { exit, out, err }
}
