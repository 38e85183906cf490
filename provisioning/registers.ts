/** `fanal data page|register|catalogue|counts|qr`: the commands; what they do is loaded when it is wanted. */
import type { Command } from 'commander'
import { Option } from 'commander'
import type { Context, Exit } from './context.ts'
import type { Say } from './messages.ts'

type Act = (
  context: Context,
  operands: string[],
  options: Record<string, string | boolean | undefined>,
) => Exit | Promise<Exit>

/** Makes a command below `fanal data`. */
export type RegisterVerb = (
  name: 'page' | 'register' | 'catalogue' | 'counts' | 'qr',
  operands: string,
  act: Act,
) => Command

export function registerCommands(verb: RegisterVerb, say: Say): void {
  const stateOption = () => new Option('--state <folder>', say('option.state'))
  const profilesOption = () => new Option('--profiles <folder>', say('option.profiles'))

  verb('page', '[site]', async (context, [site], options) =>
    (await import('./registers/documents.ts')).page(context, site, withOut(options)),
  )
    .requiredOption('--out <folder>', say('option.out-folder'))
    .addOption(stateOption())
    .addOption(profilesOption())
  verb('register', '[site]', async (context, [site], options) =>
    (await import('./registers/documents.ts')).register(context, site, withOut(options)),
  )
    .requiredOption('--out <folder>', say('option.out-folder'))
    .addOption(stateOption())
    .addOption(profilesOption())
  verb('catalogue', '[site]', async (context, [site], options) =>
    (await import('./registers/documents.ts')).catalogue(context, site, withOut(options)),
  )
    .requiredOption('--out <folder>', say('option.out-folder'))
    .option('--access <address>', say('option.access'))
    .addOption(stateOption())
    .addOption(profilesOption())
  verb('counts', '<site>', async (context, [site], options) =>
    (await import('./registers/counts.ts')).counts(context, site ?? '', {
      ...withOut(options),
      records: String(options['records']),
    }),
  )
    .requiredOption('--records <file>', say('option.records'))
    .requiredOption('--out <folder>', say('option.out-folder'))
    .addOption(profilesOption())
  verb('qr', '[site]', async (context, [site], options) =>
    (await import('./registers/qr.ts')).qr(context, site, withOut(options)),
  )
    .requiredOption('--out <file>', say('option.out-file'))
    .option('--address <address>', say('option.address'))
    .addOption(stateOption())
    .addOption(profilesOption())
}

/** The command line has been checked: `--out` is there. */
function withOut(options: Readonly<Record<string, string | boolean | undefined>>): {
  out: string
  state?: string
  profiles?: string
  access?: string
  address?: string
} {
  const text = (name: string) => {
    const value = options[name]
    return typeof value === 'string' ? { [name]: value } : {}
  }
  return {
    out: String(options['out']),
    ...text('state'),
    ...text('profiles'),
    ...text('access'),
    ...text('address'),
  }
}
