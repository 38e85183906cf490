/** The lines of a chain as they lie on disk, its older parts first. For whoever verifies it, with or without a gateway. */
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { partOf } from './flash.ts'

/** As many as any chain keeps (`keep.ts`). */
const mostParts = 8

/** A line whose end is not there yet is not given: it is just being written, or a power cut tore it. */
export async function* chainLines(path: string): AsyncGenerator<string> {
  for (let part = mostParts; part >= 0; part--) {
    const file = partOf(path, part)
    if (!existsSync(file)) continue
    for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity }))
      if (line.endsWith('}')) yield line
  }
}
