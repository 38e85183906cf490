/** `fanal unlock` and `fanal lock`: lets a technician's own tool write to a line through the gateway, and no more. */
import { z } from 'zod'
import { durationBetween, milliseconds } from '../drivers/schema.ts'
import { status as statusSchema } from '../gateway/local/answers.ts'
import { ask, NotDone, NotUnderstood, remove, tell } from '../gateway/local/client.ts'
import { passThroughTold, unlockTold } from '../gateway/local/pass-through.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { momentText } from './rulers.ts'
import { findGateway } from './running.ts'
import { userName } from './user-name.ts'

const span = durationBetween('1m', '8h')
const usually = '15m'
/** The gateway takes no longer ones. */
const longestReason = 200
const lockedTold = z.object({ was: z.enum(['unlocked', 'locked']) })

interface Options {
  readonly for?: string
  readonly because?: string
  readonly who?: string
  readonly state?: string
}

export function unlock(context: Context, line: string, options: Options): Promise<Exit> {
  const wanted = span.safeParse(options.for ?? usually).data
  const reason = (options.because ?? '').trim()
  const who = (options.who ?? userName()).trim()
  if (wanted === undefined || reason === '' || reason.length > longestReason || who === '') {
    fail(context, 'NOT_AN_UNLOCK')
    return Promise.resolve(exits.invalid)
  }
  const minutes = Math.round(milliseconds(wanted) / 60_000)
  return reaching(context, line, options, async (socket, listen) => {
    const body = { line, minutes, reason, who }
    const unlocked = unlockTold.parse(await tell(socket, '/api/unlock', body, context.signal))
    if (context.json) outJson(context, unlocked)
    else
      context.err(
        context.say('unlock.unlocked', { line, listen, who, until: await when(context, socket, unlocked.until) }),
      )
    return exits.ok
  })
}

export function lock(context: Context, line: string, options: Options): Promise<Exit> {
  const who = (options.who ?? userName()).trim()
  return reaching(context, line, options, async (socket) => {
    const path = `/api/unlock?${new URLSearchParams({ line, who }).toString()}`
    const { was } = lockedTold.parse(await remove(socket, path, context.signal))
    if (context.json) outJson(context, { line, was })
    else context.err(context.say(was === 'unlocked' ? 'unlock.locked' : 'unlock.was-locked', { line }))
    return exits.ok
  })
}

/** Does it where there is a gateway, and tools reach such a line of it. */
async function reaching(
  context: Context,
  line: string,
  { state }: Options,
  act: (socket: string, listen: string) => Promise<Exit>,
): Promise<Exit> {
  const found = await findGateway(state)
  if ('code' in found) return fail(context, found.code, found.words)
  const { socket } = found
  try {
    const ways = passThroughTold.array().parse(await ask(socket, '/api/pass-through', context.signal))
    const way = ways.find((one) => one.line === line)
    if (way !== undefined) return await act(socket, way.listen)
    return fail(context, 'NO_PASS_THROUGH', { line, known: ways.map((one) => one.line).join(', ') || '–' })
  } catch (error) {
    if (error instanceof NotDone) {
      const { who = '', until = '' } = error.refusal.words
      const at = until === '' ? '' : await when(context, socket, String(until))
      return fail(context, error.refusal.error, { who: String(who), until: at })
    }
    if (error instanceof NotUnderstood) return fail(context, error.code, { detail: error.message })
    throw error
  }
}

async function when({ language, signal }: Context, socket: string, until: string): Promise<string> {
  const { time } = statusSchema.parse(await ask(socket, '/api/status', signal))
  const now = Temporal.Instant.from(time.now)
  return momentText(language, Temporal.Instant.from(until), { zone: time.zone ?? 'UTC', now })
}
