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

/**
 * No guards: so that a fault need not wait for the next try or the next look at the credential files, and may hang up twice in
 * a minute without being taken for a twin.
 */
export const hurried: readonly Removal[] = [
  { file: 'gateway/uplink/back-off.ts', line: 'const longestMs = 60_000', instead: 'const longestMs = 1_000' },
  { file: 'gateway/uplink/approach.ts', line: 'const hungUpWithinMs = 60_000', instead: 'const hungUpWithinMs = 0' },
  { file: 'gateway/uplink/last-good.ts', line: 'const lookMs = 60_000', instead: 'const lookMs = 500' },
]

/** For the process's environment. Throws when a file has no such line, or several: then the guard is another one by now. */
export function without(...removals: readonly Removal[]): Record<string, string> {
  for (const { file, line } of removals) {
    const found = readFileSync(join(root, file), 'utf8').split(line).length - 1
    if (found !== 1) throw new Error(`${file} has ${found} times: ${line}`)
  }
  return {
    [variable]: JSON.stringify(removals),
    NODE_OPTIONS: `--import=${pathToFileURL(import.meta.filename).href}`,
  }
}

const asked = process.env[variable]
if (asked !== undefined) {
  const removals = z.array(removal).parse(JSON.parse(asked))
  registerHooks({
    load: (loaded, context, next) => {
      const whole = next(loaded, context)
      const here = removals.filter(({ file }) => loaded === pathToFileURL(join(root, file)).href)
      if (here.length === 0) return whole
      const text = Buffer.from(whole.source as Uint8Array).toString()
      return { ...whole, source: here.reduce((left, { line, instead }) => left.replace(line, () => instead), text) }
    },
  })
}
