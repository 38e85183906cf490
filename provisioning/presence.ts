/** `fanal presence`: says that somebody works at the cabinet, so that nobody commands from elsewhere; that they have gone; or who does. */
import { durationBetween, milliseconds } from '../drivers/schema.ts'
import { status as statusSchema, type Status } from '../gateway/local/answers.ts'
import { ask, NotDone, NotUnderstood, remove, tell } from '../gateway/local/client.ts'
import { presenceTold, type PresenceTold } from '../gateway/local/session.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { momentText } from './rulers.ts'
import { findGateway } from './running.ts'
import { userName } from './user-name.ts'

const span = durationBetween('1m', '8h')

interface Options {
  readonly for?: string
  readonly release?: boolean
  readonly who?: string
  readonly state?: string
}

export async function presence(context: Context, options: Options): Promise<Exit> {
  const wanted = options.for === undefined ? undefined : span.safeParse(options.for).data
  const isWrong = options.for !== undefined && (wanted === undefined || options.release === true)
  const who = (options.who ?? userName()).trim()
  if (isWrong || who === '') {
    fail(context, 'NOT_A_PRESENCE', { value: options.for ?? '' })
    return exits.invalid
  }
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const status = async () => statusSchema.parse(await ask(found.socket, '/api/status', context.signal))
  try {
    if (wanted !== undefined) {
      const minutes = Math.round(milliseconds(wanted) / 60_000)
      const held = presenceTold.parse(await tell(found.socket, '/api/presence', { minutes, who }, context.signal))
      return told(context, await status(), held)
    }
    if (options.release === true)
      await remove(found.socket, `/api/presence?${new URLSearchParams({ who }).toString()}`, context.signal)
    const now = await status()
    return told(context, now, now.presence)
  } catch (error) {
    if (error instanceof NotDone) {
      const { who: holder = '', until = '' } = error.refusal.words
      const at = until === '' ? '' : when(context, await status(), String(until))
      return fail(context, error.refusal.error, { who: String(holder), until: at })
    }
    if (error instanceof NotUnderstood) return fail(context, error.code, { detail: error.message })
    throw error
  }
}

function told(context: Context, status: Status, held: PresenceTold | undefined): Exit {
  if (context.json) outJson(context, held ?? {})
  else if (held === undefined) context.err(context.say('presence.nobody'))
  else context.err(context.say('presence.somebody', { who: held.who, until: when(context, status, held.until) }))
  return exits.ok
}

function when({ language }: Context, { time }: Status, until: string): string {
  const now = Temporal.Instant.from(time.now)
  return momentText(language, Temporal.Instant.from(until), { zone: time.zone ?? 'UTC', now })
}
