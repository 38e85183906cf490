/** Writes what was made, and says so. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { exits, fail, outJson, type Context, type Exit } from '../context.ts'

/** They are for everybody: whoever serves them must be able to read them, whatever this user’s habit is. */
const mode = 0o644

export function writeInto(context: Context, folder: string, files: Readonly<Record<string, string>>): Exit {
  return writeAll(
    context,
    Object.entries(files).map(([name, text]) => [join(resolve(folder), name), text]),
  )
}

export function writeAll(context: Context, files: readonly (readonly [path: string, text: string])[]): Exit {
  for (const [path, text] of files) {
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { mode })
    } catch (error) {
      const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      return fail(context, 'OUTPUT_UNWRITABLE', { file: path, detail })
    }
  }
  const told = files.map(([file, text]) => ({ file, bytes: Buffer.byteLength(text) }))
  if (context.json) outJson(context, { files: told })
  else for (const { file, bytes } of told) context.out(context.say('registers.written', { file, bytes }))
  return exits.ok
}
