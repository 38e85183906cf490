/** What a running gateway answers to the doctor, and to whoever packs a bundle. */
import type { z } from 'zod'
import { ask } from '../../gateway/local/client.ts'

/** One that takes longer hangs. */
const answerMs = 5_000

/** Undefined: it hangs, ends just now, or is of another release. */
export async function askedOf<S extends z.ZodType>(
  socket: string,
  path: string,
  schema: S,
  signal: AbortSignal,
): Promise<z.output<S> | undefined> {
  try {
    return schema.parse(await ask(socket, path, AbortSignal.any([signal, AbortSignal.timeout(answerMs)])))
  } catch {
    return undefined
  }
}
