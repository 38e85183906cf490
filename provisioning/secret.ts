/** Reads a password: on a terminal without showing it, and twice; from a pipe one line. */
import { createInterface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'

export type Typed = { readonly secret: string } | { readonly failed: 'differ' | 'interrupted' }

export interface Keyboard extends Readable {
  readonly isTTY?: boolean
}

/** `prompt` shows what is asked for, without a line break. */
export async function readSecret(
  keyboard: Keyboard,
  { first, again, prompt }: { first: string; again: string; prompt: (text: string) => void },
  signal: AbortSignal,
): Promise<Typed> {
  const isTerminal = keyboard.isTTY === true
  const lines = createInterface({ input: keyboard, output: unseen(), terminal: isTerminal, historySize: 0 })
  const stop = () => lines.close()
  signal.addEventListener('abort', stop, { once: true })
  lines.on('SIGINT', stop)
  const typed = lines[Symbol.asyncIterator]()
  const next = async () => {
    const line = await typed.next()
    return line.done === true ? undefined : line.value
  }
  try {
    if (isTerminal) prompt(first)
    const secret = await next()
    if (!isTerminal) return secret === undefined ? { failed: 'interrupted' } : { secret }
    prompt(`\n${again}`)
    const repeated = secret === undefined ? undefined : await next()
    prompt('\n')
    if (secret === undefined || repeated === undefined) return { failed: 'interrupted' }
    return secret === repeated ? { secret } : { failed: 'differ' }
  } finally {
    lines.close()
    signal.removeEventListener('abort', stop)
  }
}

/** Where a terminal would show what is typed. */
function unseen(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
