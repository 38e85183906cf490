/** `fanal support`: packs what somebody far away needs, from the running gateway or from the files that it left. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { systemClock } from '../gateway/clock.ts'
import { fetchBytes } from '../gateway/local/client.ts'
import { bundleName, packed, supportParts } from '../gateway/observe/support.ts'
import { statePaths } from '../gateway/state.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { bytesText } from './doctor/wording.ts'
import { gatherSupport } from './support/gather.ts'
import { whereabouts } from './whereabouts.ts'

/** A slow card reads half a megabyte of log in less. */
const answerMs = 30_000

export interface SupportOptions {
  readonly state?: string
  readonly into?: string
  readonly unredacted?: boolean
}

/** `typed`: what the person answers; by default what comes on standard input. */
export async function support(
  context: Context,
  options: SupportOptions,
  typed: () => Promise<string> = lineTyped,
): Promise<Exit> {
  const { say } = context
  const redact = options.unredacted !== true
  if (!redact) {
    const word = say('support.word')
    context.err(say('support.unredacted', { word }))
    if ((await typed()).trim() !== word) return fail(context, 'NOT_CONFIRMED', { word })
  }
  const where = await whereabouts(options.state, undefined)
  if ('several' in where) return fail(context, 'SEVERAL_FOLDERS', { folders: where.several.join(' | ') })
  if (where.notAllowed !== undefined) return fail(context, 'NOT_ALLOWED', { folder: where.notAllowed })
  if (where.running.length > 1) return fail(context, 'SEVERAL_RUNNING', { folders: where.running.join(' | ') })

  const made = systemClock.now()
  const gathered = await gatherSupport(where, made, context.signal)
  if (gathered === undefined) return fail(context, 'NOTHING_KNOWN', { folder: where.folder })
  const name = bundleName(gathered.site, made)
  // The gateway itself knows more: its last lines, and what it measured.
  const own = redact && where.runs ? await fromGateway(statePaths(where.folder).socket, context.signal) : undefined
  const archive = own ?? (await packed(supportParts(gathered.all, { redact }), name, made))
  const file = resolve(options.into ?? `${name}.tar.gz`)
  try {
    writeFileSync(file, archive, { mode: 0o600 })
  } catch (error) {
    return fail(context, 'BUNDLE_UNWRITABLE', { file, detail: error instanceof Error ? error.message : String(error) })
  }
  if (context.json) outJson(context, { file, bytes: archive.length, redacted: redact })
  else
    context.out(
      say(redact ? 'support.written' : 'support.written-whole', {
        file,
        bytes: bytesText(archive.length, context.language),
      }),
    )
  return exits.ok
}

/** Undefined: it makes none, being in trouble or of another release. */
async function fromGateway(socket: string, signal: AbortSignal): Promise<Buffer | undefined> {
  try {
    return await fetchBytes(socket, '/api/support', AbortSignal.any([signal, AbortSignal.timeout(answerMs)]))
  } catch (error) {
    if (signal.aborted) throw error
    return undefined // what the command gathers will have to do
  }
}

async function lineTyped(): Promise<string> {
  const input = createInterface({ input: process.stdin })
  try {
    for await (const line of input) return line
    return ''
  } finally {
    input.close()
  }
}
