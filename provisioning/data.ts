/** `fanal data ledger|sample|export|metadata|cost` and `fanal audit`: what leaves, what left, and what it cost. */
import { Option, type Command } from 'commander'
import { exits, fail, type Context, type Exit } from './context.ts'
import type { Say } from './messages.ts'

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

/** Makes a command below `fanal data`. */
export type DataVerb = (
  name: 'ledger' | 'sample' | 'export' | 'metadata' | 'cost',
  operands: string,
  act: (context: Context, operands: readonly string[], options: DataOptions) => Exit | Promise<Exit>,
) => Command

export function dataCommands(verb: DataVerb, say: Say): void {
  const stateOption = () => new Option('--state <folder>', say('option.state'))
  verb('ledger', '[verify]', async (context, [what], options) =>
    what === undefined
      ? (await import('./data/ledger.ts')).ledger(context, options)
      : what === 'verify'
        ? (await import('./data/verify.ts')).verify(context, 'ledger', options)
        : unknown(context, 'data ledger', what),
  )
    .option('--head <hash>', say('option.head'))
    .addOption(stateOption())
  verb('sample', '[release]', async (context, [release], options) =>
    (await import('./data/sample.ts')).sample(context, release, options),
  ).addOption(stateOption())
  verb('export', '', async (context, _, options) => (await import('./data/export.ts')).exportData(context, options))
    .option('--from <moment>', say('option.export-from'))
    .option('--until <moment>', say('option.export-until'))
    .addOption(new Option('--format <form>', say('option.export-form')).choices(['csv', 'json']))
    .option('--into <folder>', say('option.export-into'))
    .addOption(stateOption())
  verb('metadata', '', async (context, _, options) =>
    (await import('./data/export.ts')).metadata(context, options),
  ).addOption(stateOption())
  verb('cost', '', async (context, _, options) => (await import('./data/cost.ts')).cost(context, options))
    .option('--month <month>', say('option.month'))
    .option('--saved <kwh>', say('option.saved'))
    .addOption(stateOption())
}

/** `fanal audit verify`. */
export async function audit(context: Context, [what = '']: readonly string[], options: DataOptions): Promise<Exit> {
  if (what !== 'verify') return unknown(context, 'audit', what)
  return (await import('./data/verify.ts')).verify(context, 'audit', options)
}

function unknown(context: Context, verb: string, what: string): Exit {
  fail(context, 'NO_SUCH_DATA', { verb, what, known: 'verify' })
  return exits.invalid
}
