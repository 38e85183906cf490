/** `fanal status`: how the running gateway is. */
import { status as statusSchema, type Status } from '../gateway/local/answers.ts'
import { ask } from '../gateway/local/client.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { findGateway } from './running.ts'
import { alarmText } from './alarms.ts'
import type { Say } from './messages.ts'
import { levelText, momentText, rulerText, stateText } from './rulers.ts'
import { table } from './table.ts'

export async function status(context: Context, options: { state?: string }): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const told = statusSchema.parse(await ask(found.socket, '/api/status', context.signal))
  if (context.json) outJson(context, told)
  else for (const line of lines(context, told)) context.out(line)
  return exits.ok
}

function lines({ say, language }: Context, told: Status): string[] {
  const { uplink } = told
  const now = Temporal.Instant.from(told.time.now)
  const moment = (at: string) => momentText(language, Temporal.Instant.from(at), { zone: told.time.zone ?? 'UTC', now })
  return [
    say('status.site', { site: told.site, tenant: told.tenant, since: moment(told.started), pid: told.pid }),
    '',
    ...table(
      Object.entries(told.lines).map(([name, line]) => {
        const { code, url: named, adapter, disturbance, answers, requests, timeouts, garbled, missed } = line
        const isMoved = adapter !== undefined && !named.endsWith(adapter.path)
        const url = isMoved ? say('status.line-moved', { url: named, path: adapter.path }) : named
        const state = code !== undefined ? 'line-down' : disturbance?.kind
        return [
          say('status.line'),
          name,
          state === undefined ? url : `${url}  ${say(`state.${state}`)}`,
          say('status.line-figures', { answers, requests, timeouts, garbled, missed }),
        ]
      }),
    ),
    ...table(
      Object.entries(told.devices).map(([name, { profile, line, unit, health }]) => [
        say('status.device'),
        name,
        say('status.device-place', { profile, line, unit }),
        say(`state.${health}`),
      ]),
    ),
    ...table(
      Object.values(told.segments).map(({ title, ruling, actual, state, because }) => [
        say('status.segment'),
        `${ruling.setpoint}  ${title}`,
        say('status.asked', { level: levelText(say, ruling.level), who: rulerText(say, ruling) }),
        [
          actual === undefined ? say('status.untold') : say('status.actual', { actual }),
          ...(state === 'applied' || because === 'not-asked' ? [] : [stateText(say, state, because)]),
        ].join('; '),
      ]),
    ),
    `${say('status.broker')}  ${uplink.broker}  ${say(uplink.connected ? 'state.connected' : 'state.disconnected')}`,
    ...liveLines(say, uplink.sparkplug),
    ...uplinkLines({ say, language }, told, moment),
    '',
    ...table(
      Object.entries(told.releases).map(([name, { recipient, last, waiting, receipt, delivery }]) => [
        say('status.release'),
        name,
        `→ ${recipient}`,
        say('status.release-figures', { last, waiting }),
        receipt === undefined
          ? say(delivery === 'durable' ? 'status.no-receipt' : 'status.best-effort')
          : say('status.receipt', { receipt }),
      ]),
    ),
    ...Object.entries(told.releases).flatMap(([release, { unread_days: days }]) =>
      days === undefined ? [] : [say('cost.unread', { release, days })],
    ),
    ...(told.held > 0 ? [say('status.held', { held: told.held })] : []),
    say('up.home', { n: told.home }).trim(),
    '',
    ...table(
      told.ledger.map(({ day, release, messages, bytes }) => [
        say('status.ledger'),
        day,
        release,
        say('status.ledger-figures', { messages, bytes }),
      ]),
    ),
    '',
    // What a person must see stands at the prompt, the gravest last.
    ...(told.presence === undefined
      ? []
      : [say('presence.somebody', { who: told.presence.who, until: moment(told.presence.until) })]),
    ...(told.alarms.length === 0
      ? [say('status.no-alarm')]
      : table(
          told.alarms
            .toReversed()
            .map((alarm) => [
              say('status.alarm'),
              say('status.since', { since: moment(alarm.since) }),
              alarmText(say, language, alarm),
            ]),
        )),
  ]
}

function liveLines(say: Say, live: Status['uplink']['sparkplug']): string[] {
  if (live === undefined) return []
  const { edge, state, host = '', messages, births, bytes } = live
  const how =
    state === 'waiting'
      ? say('status.sparkplug-waiting', { host })
      : say(state === 'born' ? 'state.connected' : 'state.disconnected')
  const figures = say('status.sparkplug-figures', { messages, births, bytes })
  return [`${say('status.sparkplug')}  Sparkplug B ${edge}  ${how}  ${figures}`]
}

/** What a person asks of a link that is slow, or metered. */
function uplinkLines(
  { say, language }: Pick<Context, 'say' | 'language'>,
  { uplink, releases }: Status,
  moment: (at: string) => string,
): string[] {
  const { budget, caught_up_by: by, twin } = uplink
  const late = Object.values(releases).reduce((sum, { historical = 0 }) => sum + historical, 0)
  const size = (bytes: number | undefined) => (bytes === undefined ? '?' : bytesText(language, bytes))
  return [
    ...(by === undefined ? [] : [say('status.caught-up', { n: late, when: moment(by) })]),
    ...(budget === undefined
      ? []
      : budget.monthly === undefined
        ? [say('status.spent', { spent: size(budget.spent) })]
        : [
            say('status.budget', {
              spent: size(budget.spent),
              monthly: size(budget.monthly),
              projected: size(budget.projected),
            }),
          ]),
    ...(budget === undefined || budget.waiting.length === 0
      ? []
      : [say('status.budget-waits', { releases: budget.waiting.join(', ') })]),
    ...(twin === undefined ? [] : [say('status.twin', { outbox: twin.outbox, boot: twin.boot })]),
  ]
}

/** `1.2 MB`, `1,2 Mo`. */
function bytesText(language: 'en' | 'fr', bytes: number): string {
  const [unit, scale] = bytes >= 1e6 ? (['M', 1e6] as const) : (['k', 1e3] as const)
  const figure = (bytes / scale).toLocaleString(language, { maximumFractionDigits: 1 })
  return `${figure} ${unit}${language === 'fr' ? 'o' : 'B'}`
}
