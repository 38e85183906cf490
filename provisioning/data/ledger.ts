/** `fanal data ledger`: what each release let out, by day. */
import { ask } from '../../gateway/local/client.ts'
import { ledgerTold, type LedgerDayTold } from '../../gateway/local/data-pages.ts'
import { exits, fail, outJson, type Context, type Exit } from '../context.ts'
import { findGateway } from '../running.ts'
import { table } from '../table.ts'
import { secondText } from '../wording.ts'

export async function ledger(context: Context, options: { readonly state?: string }): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const told = ledgerTold.parse(await ask(found.socket, '/api/ledger', context.signal))
  if (context.json) {
    outJson(context, told)
    return exits.ok
  }
  const { say, out } = context
  const days = [...told.closed.map((day) => rowOf(context, day)), ...told.open.map((day) => rowOf(context, day, true))]
  if (days.length === 0) out(say('data.none'))
  else {
    const names = ['day', 'release', 'windows', 'values', 'suppressed', 'epsilon', 'gone', 'messages', 'bytes'] as const
    for (const line of table([names.map((name) => say(`data.${name}`)), ...days], [2, 3, 4, 5, 6, 7, 8])) out(line)
  }
  out('')
  out(say('data.policy', { policy: told.policy.policy, since: secondText(told.policy.since) }))
  for (const { release, days } of told.unread) out(say('cost.unread', { release, days }))
  if (told.trouble !== undefined) context.err(say('data.not-kept', { code: told.trouble }))
  return exits.ok
}

function rowOf({ say }: Context, line: LedgerDayTold, isOpen = false): string[] {
  const { day, release, windows, values, suppressed, epsilon, gone, messages, bytes, cut, from } = line
  return [
    ...[day, release, ...[windows, values, suppressed, epsilon, gone, messages, bytes].map(String)],
    [
      ...(isOpen ? [say('data.open')] : []),
      ...(cut === undefined ? [] : [say('data.cut', { from: secondText(cut), until: secondText(from) })]),
    ].join(' · '),
  ]
}
