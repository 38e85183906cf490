/** `fanal why`: one sentence on what rules a segment, or ruled it: since when, until when, and what comes next. */
import { status as statusSchema, whyTold, type WhyTold } from '../gateway/local/answers.ts'
import { nearest } from '../drivers/nearest.ts'
import { ask } from '../gateway/local/client.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { becauseText, levelText, momentText, rulerText } from './rulers.ts'
import { findGateway } from './running.ts'

export async function why(context: Context, setpoint: string, options: { at?: string; state?: string }): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const { segments } = statusSchema.parse(await ask(found.socket, '/api/status', context.signal))
  const known = Object.values(segments).map(({ ruling }) => ruling.setpoint)
  if (!known.includes(setpoint)) return unknown(context, setpoint, known)
  const about = async (at?: Temporal.Instant) => {
    const query = new URLSearchParams({ setpoint, ...(at === undefined ? {} : { at: at.toString() }) })
    return whyTold.parse(await ask(found.socket, `/api/why?${query.toString()}`, context.signal))
  }
  const present = await about()
  if (options.at === undefined) return told(context, setpoint, present, present)
  const at = momentIn(options.at, present)
  if (at === undefined) {
    fail(context, 'NOT_A_MOMENT', { value: options.at })
    return exits.invalid
  }
  const isAhead = Temporal.Instant.compare(at, Temporal.Instant.from(present.at)) > 0
  if (isAhead && present.trust !== 'unknown')
    // a clock that is years behind knows nothing of what is ahead
    return fail(context, 'MOMENT_AHEAD', { value: options.at, setpoint })
  return told(context, setpoint, await about(at), present)
}

function unknown(context: Context, setpoint: string, known: readonly string[]): Exit {
  if (known.length === 0) return fail(context, 'NO_SEGMENTS', { setpoint })
  const exit = fail(context, 'NO_SUCH_SETPOINT', { setpoint, known: known.join(', ') })
  const meant = nearest(setpoint, known)
  if (meant !== undefined && !context.json) context.err(context.say('did-you-mean', { name: meant }))
  return exit
}

/** `02:10`: the last time that it was so late in the street; a date with a time; or an instant with its zone. */
export function momentIn(
  text: string,
  { at, timeZone }: Pick<WhyTold, 'at' | 'timeZone'>,
): Temporal.Instant | undefined {
  const now = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone)
  try {
    if (/^\d{1,2}\s?[:h]\s?\d{2}$/.test(text)) {
      const time = text.replace(/\s?[:h]\s?/, ':').padStart(5, '0')
      const today = now.withPlainTime(Temporal.PlainTime.from(time))
      return (Temporal.ZonedDateTime.compare(today, now) <= 0 ? today : today.subtract({ days: 1 })).toInstant()
    }
    if (/(Z|[+-]\d{2}:\d{2})$/.test(text)) return Temporal.Instant.from(text)
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).toInstant()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function told(context: Context, setpoint: string, asked: WhyTold, present: WhyTold): Exit {
  if (context.json) outJson(context, asked)
  else context.out(sentence(context, setpoint, asked, present))
  return asked.ruling === undefined ? exits.error : exits.ok
}

/** `present`: the same asked of this moment, so that the sentence knows what is past. */
export function sentence(
  { say, language }: Pick<Context, 'say' | 'language'>,
  setpoint: string,
  asked: WhyTold,
  present: WhyTold,
): string {
  const when = (at: string) =>
    momentText(language, Temporal.Instant.from(at), { zone: asked.timeZone, now: Temporal.Instant.from(present.at) })
  const { ruling } = asked
  if (ruling === undefined) return say('why.nothing', { setpoint, at: when(asked.at) })
  const isPast = asked.at !== present.at
  const rules = say(isPast ? 'why.was' : 'why.is', {
    setpoint,
    level: levelText(say, ruling.level),
    since: when(ruling.since),
    because: becauseText(say, ruling, isPast),
  })
  const until =
    ruling.until === undefined ? (isPast ? say('why.still') : '') : say('why.until', { until: when(ruling.until) })
  const next =
    ruling.next === undefined
      ? ''
      : say('why.next', { level: levelText(say, ruling.next.level), who: rulerText(say, ruling.next) })
  return `${rules}${until}${next}${present.trust === 'unknown' ? say('why.doubtful') : ''}.`
}
