/**
 * Takes a guard out of a gateway's process: a line of one of its files is another one there. Two halves in one file: what a
 * fault calls, and what the process loads before everything else (`node --import`).
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

const root = join(import.meta.dirname, '../../..')
const variable = 'FANAL_TEST_WITHOUT'

const removal = z.object({ file: z.string(), line: z.string(), instead: z.string() })
export type Removal = z.output<typeof removal>

/** For the process's environment. Throws when the file has no such line, or several: then the guard is another one by now. */
export function without({ file, line, instead }: Removal): Record<string, string> {
  const found = readFileSync(join(root, file), 'utf8').split(line).length - 1
  if (found !== 1) throw new Error(`${file} has ${found} times: ${line}`)
  return {
    [variable]: JSON.stringify({ file, line, instead }),
    NODE_OPTIONS: `--import=${pathToFileURL(import.meta.filename).href}`,
  }
}

const asked = process.env[variable]
if (asked !== undefined) {
  const { file, line, instead } = removal.parse(JSON.parse(asked))
  const url = pathToFileURL(join(root, file)).href
  registerHooks({
    load: (loaded, context, next) => {
      const whole = next(loaded, context)
      if (loaded !== url) return whole
      return {
        ...whole,
        source: Buffer.from(whole.source as Uint8Array)
          .toString()
          .replace(line, () => instead),
      }
    },
  })
}
