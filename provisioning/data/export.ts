/** `fanal data export`, `fanal data metadata`: the owner takes all data and what they mean (Data Act, articles 3 and 4). */
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { status as statusSchema } from '../../gateway/local/answers.ts'
import { ask, linesFrom, open } from '../../gateway/local/client.ts'
import { exportForms, exportMetadata, type ExportForm } from '../../gateway/local/data-pages.ts'
import { exits, fail, outJson, type Context, type Exit } from '../context.ts'
import { findGateway } from '../running.ts'
import { userName } from '../user-name.ts'
import { momentIn } from '../why.ts'
import { secondText } from '../wording.ts'

interface Options {
  readonly state?: string
  readonly from?: string
  readonly until?: string
  readonly format?: string
  readonly into?: string
}

export async function exportData(context: Context, options: Options): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const { time } = statusSchema.parse(await ask(found.socket, '/api/status', context.signal))
  const street = { at: time.now, timeZone: time.zone ?? 'UTC' }
  if (options.from === undefined) return invalid(context, 'EXPORT_NO_BEGINNING', {})
  const from = momentIn(options.from, street)
  const until = momentIn(options.until ?? time.now, street)
  if (from === undefined) return invalid(context, 'NOT_A_MOMENT', { value: options.from })
  if (until === undefined) return invalid(context, 'NOT_A_MOMENT', { value: options.until ?? '' })
  if (Temporal.Instant.compare(from, until) >= 0)
    return invalid(context, 'EXPORT_OF_NOTHING', {
      from: secondText(from.toString()),
      until: secondText(until.toString()),
    })
  const form: ExportForm = exportForms.find((each) => each === options.format) ?? 'csv'
  const asked = new URLSearchParams({ from: from.toString(), until: until.toString(), form, who: userName() })
  const path = `/api/export?${asked.toString()}`
  if (options.into !== undefined) return into(context, options.into, { socket: found.socket, path, form })
  for await (const line of linesFrom(found.socket, path, context.signal)) context.out(line)
  return exits.ok
}

/** All that the export means, as one JSON object. */
export async function metadata(context: Context, options: Options): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  outJson(context, exportMetadata.parse(await ask(found.socket, '/api/export/metadata', context.signal)))
  return exits.ok
}

/** Straight to disk: what is exported may be larger than memory. */
async function into(
  context: Context,
  folder: string,
  { socket, path, form }: { socket: string; path: string; form: ExportForm },
): Promise<Exit> {
  const { say, err, signal } = context
  const [file, beside] = [join(folder, form === 'csv' ? 'data.csv' : 'data.ndjson'), join(folder, 'metadata.json')]
  const meaning = exportMetadata.parse(await ask(socket, '/api/export/metadata', signal))
  const data = await open(socket, path, signal)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(beside, `${JSON.stringify(meaning, undefined, 2)}\n`, { mode: 0o600 })
    await pipeline(data, createWriteStream(file, { mode: 0o600 }))
  } catch (error) {
    data.destroy()
    if (!(error instanceof Error) || !('code' in error)) throw error
    return fail(context, 'EXPORT_UNWRITABLE', { file, detail: String(error.code) })
  }
  if (context.json) outJson(context, { file, metadata: beside })
  else err(say('data.exported', { file, metadata: beside }))
  return exits.ok
}

function invalid(context: Context, code: string, words: Record<string, string>): Exit {
  fail(context, code, words)
  return exits.invalid
}
