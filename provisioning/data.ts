/** `fanal data`: what leaves, what left, and what it cost. */
import { nearest } from '../drivers/nearest.ts'
import { exits, fail, type Context, type Exit } from './context.ts'

export interface DataOptions {
  readonly state?: string
  readonly from?: string
  readonly until?: string
  readonly format?: string
  readonly into?: string
  readonly month?: string
  readonly saved?: string
  readonly head?: string
}

type Sub = (context: Context, rest: readonly string[], options: DataOptions) => Promise<Exit>

const subs: Readonly<Record<string, Sub>> = {
  ledger: async (context, [what], options) =>
    what === undefined
      ? (await import('./data/ledger.ts')).ledger(context, options)
      : what === 'verify'
        ? (await import('./data/verify.ts')).verify(context, 'ledger', options)
        : unknown(context, 'data ledger', what, ['verify']),
  sample: async (context, [release], options) => (await import('./data/sample.ts')).sample(context, release, options),
  export: async (context, _, options) => (await import('./data/export.ts')).exportData(context, options),
  metadata: async (context, _, options) => (await import('./data/export.ts')).metadata(context, options),
  cost: async (context, _, options) => (await import('./data/cost.ts')).cost(context, options),
}

export async function data(
  context: Context,
  [what = '', ...rest]: readonly string[],
  options: DataOptions,
): Promise<Exit> {
  const sub = Object.hasOwn(subs, what) ? subs[what] : undefined
  return sub === undefined ? unknown(context, 'data', what, Object.keys(subs)) : sub(context, rest, options)
}

/** `fanal audit verify`. */
export async function audit(context: Context, [what = '']: readonly string[], options: DataOptions): Promise<Exit> {
  if (what !== 'verify') return unknown(context, 'audit', what, ['verify'])
  return (await import('./data/verify.ts')).verify(context, 'audit', options)
}

function unknown(context: Context, verb: string, what: string, known: readonly string[]): Exit {
  fail(context, 'NO_SUCH_DATA', { verb, what, known: known.join(', ') })
  const meant = nearest(what, known)
  if (meant !== undefined && !context.json) context.err(context.say('did-you-mean', { name: meant }))
  return exits.invalid
}
