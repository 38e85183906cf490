/** `fanal status`: how the running gateway is. */
import { status as statusSchema, type Status } from '../gateway/local/answers.ts'
import { ask } from '../gateway/local/client.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { findGateway } from './running.ts'
import { troubleText } from './troubles.ts'

export async function status(context: Context, options: { state?: string }): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const told = statusSchema.parse(await ask(found.socket, '/status', context.signal))
  if (context.json) outJson(context, told)
  else for (const line of lines(context, told)) context.out(line)
  return exits.ok
}

function lines({ say, language }: Context, told: Status): string[] {
  const { uplink } = told
  const trouble = uplink.trouble && troubleText(language, uplink.trouble.code, uplink.trouble)
  return [
    say('status.site', { site: told.site, tenant: told.tenant, since: told.started, pid: told.pid }),
    ...Object.entries(told.lines).map(([name, { code, url, ...figures }]) =>
      say('status.line', { ...figures, name, state: code === undefined ? url : troubleText(language, code, { url }) }),
    ),
    ...Object.entries(told.devices).flatMap(([name, { profile, line, unit, health, doubt }]) => [
      say('status.device', { name, profile, line, unit, health: say(`state.${health}`) }),
      ...(doubt === undefined ? [] : [say('up.device-doubt', { device: name, profile, because: doubt })]),
    ]),
    say('status.uplink', {
      broker: uplink.broker,
      state: uplink.connected ? say('state.connected') : (trouble ?? say('state.disconnected')),
    }),
    ...Object.entries(told.releases).map(([name, release]) =>
      say('status.release', {
        ...release,
        name,
        receipt:
          release.receipt !== undefined
            ? say('status.receipt', { receipt: release.receipt })
            : say(release.delivery === 'durable' ? 'status.no-receipt' : 'status.best-effort'),
      }),
    ),
    say('up.home', { n: told.home }),
    ...told.ledger.map((line) => say('status.ledger', line)),
  ]
}
