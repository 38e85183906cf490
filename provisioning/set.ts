/** `fanal set` and `fanal release`: an operator's command over the running gateway's socket. */
import { durationBetween, milliseconds } from '../drivers/schema.ts'
import { nearest } from '../drivers/nearest.ts'
import { status as statusSchema, verdictTold, type Status, type VerdictTold } from '../gateway/local/answers.ts'
import { ask, NotUnderstood, tell } from '../gateway/local/client.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { levelText, momentText, rulerText } from './rulers.ts'
import { findGateway } from './running.ts'
import { refusalSaid } from './troubles.ts'
import { userName } from './user-name.ts'
import { lengthText } from './wording.ts'

const lease = durationBetween('1s', '7d')
/** The gateway takes no longer ones. */
const longestReason = 200

interface Options {
  readonly for?: string
  readonly because?: string
  readonly state?: string
}

export async function set(context: Context, setpoint: string, text: string, options: Options): Promise<Exit> {
  const value = levelIn(text)
  if (value === undefined) return invalid(context, 'NOT_A_LEVEL', { value: text })
  const leased = lease.safeParse(options.for).data
  if (leased === undefined) return invalid(context, 'NOT_A_LEASE', { value: options.for ?? '' })
  if ((options.because ?? '').trim() === '') return invalid(context, 'NOT_A_REASON')
  return order(context, '/api/command', setpoint, options, { value, lease_ms: milliseconds(leased) })
}

export function release(context: Context, setpoint: string, options: Options): Promise<Exit> {
  return order(context, '/api/release', setpoint, options, {})
}

/** `60`, `60%`, `on`, `éteint`. */
function levelIn(text: string): number | boolean | undefined {
  const word = text.normalize('NFC')
  if (/^(on|allumée?|allume)$/i.test(word)) return true
  if (/^(off|éteinte?|eteint)$/i.test(word)) return false
  return /^\d+([.,]\d+)?\s*%?$/.test(text) ? Number(text.replace('%', '').replace(',', '.')) : undefined
}

function invalid(context: Context, code: string, words: Record<string, string> = {}): Exit {
  fail(context, code, words)
  return exits.invalid
}

async function order(
  context: Context,
  path: string,
  setpoint: string,
  { because = '', state }: Options,
  what: { readonly value?: number | boolean; readonly lease_ms?: number },
): Promise<Exit> {
  const reason = because.trim()
  if (reason.length > longestReason) return invalid(context, 'NOT_A_REASON')
  const found = await findGateway(state)
  if ('code' in found) return fail(context, found.code, found.words)
  try {
    const body = { ...what, setpoint, reason, who: userName() }
    const verdict = verdictTold.parse(await tell(found.socket, path, body, context.signal))
    if (context.json) outJson(context, verdict)
    else {
      const status = statusSchema.parse(await ask(found.socket, '/api/status', context.signal))
      for (const line of said(context, verdict, status, what.lease_ms ?? 0)) context.err(line)
    }
    return verdict.verdict === 'refused' ? exits.error : exits.ok
  } catch (error) {
    if (error instanceof NotUnderstood) return fail(context, error.code, { detail: error.message })
    throw error
  }
}

function said(
  { say, language }: Context,
  verdict: VerdictTold,
  { segments, time }: Pick<Status, 'segments' | 'time'>,
  leaseMs: number,
): string[] {
  const { setpoint } = verdict
  switch (verdict.verdict) {
    case 'refused': {
      const { code, words, allowed } = verdict
      const known = Object.values(segments).map(({ ruling }) => ruling.setpoint)
      const meant = code === 'COMMAND_UNKNOWN_SETPOINT' ? nearest(setpoint, known) : undefined
      const off = allowed?.off === true ? say('set.allowed-off') : ''
      return [
        refusalSaid(language, code, words),
        ...(meant === undefined ? [] : [say('did-you-mean', { name: meant })]),
        ...(allowed === undefined ? [] : [say('set.allowed', { from: tidy(allowed.from), to: tidy(allowed.to), off })]),
      ]
    }
    case 'released': {
      const { ruling } = verdict
      if (ruling === undefined) return []
      return [say('set.released', { setpoint, level: levelText(say, ruling.level), who: rulerText(say, ruling) })]
    }
    case 'accepted': {
      const { value, rules, ruling, outcome } = verdict
      const now = { zone: time.zone ?? 'UTC', now: Temporal.Instant.from(time.now) }
      const length = lengthText(language, leaseMs)
      const until =
        time.trust === 'unknown'
          ? say('set.for', { length })
          : say('set.until', { length, until: momentText(language, Temporal.Instant.from(verdict.until), now) })
      if (!rules && ruling !== undefined)
        return [
          say('set.outranked', { setpoint, until, level: levelText(say, ruling.level), who: rulerText(say, ruling) }),
        ]
      const next =
        ruling?.next === undefined
          ? ''
          : say('why.next', { level: levelText(say, ruling.next.level), who: rulerText(say, ruling.next) })
      return [
        say('set.accepted', {
          setpoint,
          level: levelText(say, value),
          until,
          next,
          outcome: say(`outcome.${outcome}`),
        }),
      ]
    }
  }
}

function tidy(level: number): number {
  return Math.round(level * 10) / 10
}
