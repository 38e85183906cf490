/** `fanal watch`: follows the running gateway's points, a line a reading. */
import { knownPoint, type KnownPoint } from '../gateway/local/answers.ts'
import { ask, follow, NotRunning } from '../gateway/local/client.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { unmatched, wanted } from './patterns.ts'
import { findGateway } from './running.ts'
import { qualityText, valueText } from './wording.ts'

export async function watch(context: Context, patterns: readonly string[], options: { state?: string }): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const known = knownPoint.array().parse(await ask(found.socket, '/api/points', context.signal))
  const missing = unmatched(
    patterns,
    known.map(({ point }) => point),
  )
  if (missing !== undefined) return fail(context, 'NO_SUCH_POINT', { pattern: missing })
  try {
    for await (const told of follow(found.socket, '/api/watch', context.signal)) {
      const point = knownPoint.parse(told)
      if (!wanted(patterns, point.point)) continue
      if (context.json) outJson(context, point)
      else context.out(lineOf(context, point))
    }
  } catch (error) {
    if (error instanceof NotRunning) return fail(context, 'GATEWAY_GONE')
    if (!context.signal.aborted) throw error
  }
  return context.signal.aborted ? exits.interrupted : exits.ok
}

function lineOf(context: Context, point: KnownPoint): string {
  const at = Temporal.Instant.from(point.at).toZonedDateTimeISO(new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const time = at.toPlainTime().toString({ smallestUnit: 'second' })
  const leaves = point.releases.length === 0 ? context.say('stays-home') : `→ ${point.releases.join(', ')}`
  return `${time}  ${point.point.padEnd(32)} ${valueText(context, point).padStart(14)}  ${qualityText(context, point)}  ${leaves}`
}
