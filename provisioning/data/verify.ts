/** `fanal data ledger verify`, `fanal audit verify`: whether a chain is as it was written. With or without a running gateway. */
import { chainLines } from '../../gateway/chain-files.ts'
import { origin, parseLine, Verification } from '../../gateway/chain.ts'
import { linesFrom } from '../../gateway/local/client.ts'
import { statePaths } from '../../gateway/state.ts'
import { exits, fail, outJson, type Context, type Exit } from '../context.ts'
import { whereabouts } from '../whereabouts.ts'

type ChainName = 'ledger' | 'audit'

interface Options {
  readonly state?: string
  readonly head?: string
}

/** What a chain says of itself, and whoever verifies it is told. */
const remarks = ['torn', 'lost', 'damaged'] as const
type Remark = { readonly n: number; readonly kind: (typeof remarks)[number] }

export async function verify(context: Context, name: ChainName, { state, head }: Options): Promise<Exit> {
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
    fail(context, 'NOT_A_HEAD', { head })
    return exits.invalid
  }
  const where = await whereabouts(state, undefined)
  if ('several' in where) return fail(context, 'SEVERAL_FOLDERS', { folders: where.several.join(' | ') })
  const file = statePaths(where.folder)[name]
  const lines = where.runs
    ? linesFrom(statePaths(where.folder).socket, `/api/${name}/chain`, context.signal)
    : chainLines(file)

  const verification = new Verification()
  const noted: Remark[] = []
  /** the line that has it; every chain has the origin's, before its first line */
  let headAt = head === origin.hash ? 0 : undefined
  for await (const line of lines) {
    if (!verification.line(line)) break
    const record = parseLine(line)
    const kind = remarks.find((remark) => remark === record?.kind)
    if (record !== undefined && kind !== undefined) noted.push({ n: record.n, kind })
    if (head !== undefined && record?.hash === head) headAt = record.n
  }
  const { verdict } = verification
  if (!verdict.ok) return fail(context, 'CHAIN_BROKEN', { at: String(verdict.at), why: verdict.why, where: file })
  if (head !== undefined && headAt === undefined) return fail(context, 'HEAD_MISSING', { head })
  const { first, n, head: last } = verdict
  const found = headAt === undefined ? {} : { head_at: headAt }
  if (context.json) outJson(context, { ok: true, chain: name, first, last: n, head: last, remarks: noted, ...found })
  else tell(context, { first, n, last, noted, ...found })
  return exits.ok
}

function tell(
  { say, out, err }: Context,
  told: { first: number; n: number; last: string; noted: readonly Remark[]; head_at?: number },
): void {
  const { first, n, last, noted, head_at: headAt } = told
  out(n === 0 ? say('data.empty') : say('data.whole', { first, last: n }))
  if (first > 1) out(say('data.turned-over'))
  for (const remark of noted) out(say(`data.remark-${remark.kind}`, { n: remark.n }))
  if (headAt !== undefined) out(say(headAt === 0 ? 'data.head-origin' : 'data.head-found', { n: headAt }))
  out(say('data.head', { head: last }))
  err(say('data.head-why'))
}
