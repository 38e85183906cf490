/** The `fanal` command: one file a verb. */
import { Command, Option } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { roles } from '../gateway/local/session.ts'
import { commandLineMistakes, type LineMistake } from './command-line.ts'
import { exits, type Context, type Exit } from './context.ts'
import { languageOf, languages } from './language.ts'
import { audit, dataCommands, type DataVerb } from './data.ts'
import { registerCommands, type RegisterVerb } from './registers.ts'
import { speak, type MessageKey, type Say } from './messages.ts'

const { version } = packageJson

type Verb = (
  context: Context,
  operands: string[],
  options: Record<string, string | boolean | undefined>,
) => Exit | Promise<Exit>

/** The program and its verbs; `run` gets what the person asked for. Verbs are loaded when they are wanted. */
export function program(say: Say, run: (verb: Verb, operands: string[], options: object) => Promise<void>): Command {
  const fanal = new Command('fanal').description(say('program')).version(version).helpCommand(false)
  const common = (command: Command) =>
    command
      .addOption(new Option('--lang <language>', say('option.lang')).choices(languages))
      .option('--json', say('option.json'))
  const verb = (
    name:
      | 'up'
      | 'check'
      | 'status'
      | 'lines'
      | 'doctor'
      | 'support'
      | 'read'
      | 'watch'
      | 'set'
      | 'release'
      | 'why'
      | 'presence'
      | 'unlock'
      | 'lock'
      | 'password'
      | 'audit'
      | 'receive'
      | 'uninstall',
    operands: string,
    act: Verb,
  ) => {
    const command = common(fanal.command(name)).description(say(`help.${name}`))
    if (operands !== '') command.arguments(operands)
    return command.action(() => run(act, command.args, command.opts()))
  }
  const stateOption = () => new Option('--state <folder>', say('option.state'))
  const profilesOption = () => new Option('--profiles <folder>', say('option.profiles'))

  verb('up', '[site]', async (context, [site], options) => (await import('./up.ts')).up(context, site, options))
    .addOption(stateOption())
    .addOption(profilesOption())
    .option('--log <file>', say('option.log'))
    .option('--at <time>', say('option.at'))
  verb('check', '<files...>', async (context, files, options) =>
    (await import('./check.ts')).check(context, files, options),
  ).addOption(profilesOption())
  verb('status', '', async (context, _, options) => (await import('./status.ts')).status(context, options)).addOption(
    stateOption(),
  )
  verb('lines', '[site]', async (context, [site], options) =>
    (await import('./lines.ts')).lines(context, site, options),
  )
    .addOption(stateOption())
    .addOption(profilesOption())
  verb('doctor', '[site]', async (context, [site], options) =>
    (await import('./doctor.ts')).doctor(context, site, options),
  )
    .addOption(stateOption())
    .addOption(profilesOption())
  verb('support', '', async (context, _, options) => (await import('./support.ts')).support(context, options))
    .option('--into <file>', say('option.bundle'))
    .addOption(stateOption())
    .option('--unredacted', say('option.unredacted'))
  verb('read', '[what...]', async (context, what, options) => (await import('./read.ts')).read(context, what, options))
    .addOption(stateOption())
    .addOption(profilesOption())
    .option('--site <file>', say('option.site'))
    .addOption(new Option('-m <mode>', say('option.mode')).choices(['rtu', 'tcp', 'rtu-over-tcp']))
    .option('-a <units>', say('option.address'))
    .option('-r <reference>', say('option.reference'))
    .option('-0', say('option.zero'))
    .option('-c <count>', say('option.count'))
    .option('-t <type>', say('option.type'))
    .option('-B', say('option.big'))
    .option('-p <port>', say('option.port'))
    .option('-b <baud>', say('option.baud'))
    .option('-d <bits>', say('option.data'))
    .option('-s <bits>', say('option.stop'))
    .addOption(new Option('-P <parity>', say('option.parity')).choices(['none', 'even', 'odd']))
    .option('-o <seconds>', say('option.timeout'))
    .option('-1', say('option.once'))
  verb('watch', '[points...]', async (context, points, options) =>
    (await import('./watch.ts')).watch(context, points, options),
  ).addOption(stateOption())
  verb('set', '<setpoint> <value>', async (context, [setpoint, value], options) =>
    (await import('./set.ts')).set(context, setpoint ?? '', value ?? '', options),
  )
    .requiredOption('--for <duration>', say('option.for'))
    .requiredOption('--because <text>', say('option.because'))
    .addOption(stateOption())
  verb('release', '<setpoint>', async (context, [setpoint], options) =>
    (await import('./set.ts')).release(context, setpoint ?? '', options),
  )
    .option('--because <text>', say('option.because'))
    .addOption(stateOption())
  verb('why', '<setpoint>', async (context, [setpoint], options) =>
    (await import('./why.ts')).why(context, setpoint ?? '', options),
  )
    .option('--at <moment>', say('option.moment'))
    .addOption(stateOption())
  verb('presence', '', async (context, _, options) => (await import('./presence.ts')).presence(context, options))
    .option('--for <duration>', say('option.here-for'))
    .option('--release', say('option.here-no-more'))
    .option('--who <name>', say('option.who'))
    .addOption(stateOption())
  verb('unlock', '<line>', async (context, [line], options) =>
    (await import('./unlock.ts')).unlock(context, line ?? '', options),
  )
    .option('--for <duration>', say('option.unlock-for'))
    .requiredOption('--because <text>', say('option.because'))
    .option('--who <name>', say('option.who'))
    .addOption(stateOption())
  verb('lock', '<line>', async (context, [line], options) =>
    (await import('./unlock.ts')).lock(context, line ?? '', options),
  )
    .option('--who <name>', say('option.who'))
    .addOption(stateOption())
  verb('password', '[name]', async (context, [name], options) =>
    (await import('./password.ts')).password(context, name, options),
  )
    .addOption(new Option('--role <role>', say('option.role')).choices(roles))
    .addOption(stateOption())
  const data = fanal.command('data').description(say('help.data')).helpCommand(false)
  const dataVerb: DataVerb & RegisterVerb = (name, operands, act) => {
    const command = common(data.command(name)).description(say(`help.data-${name}`))
    if (operands !== '') command.arguments(operands)
    return command.action(() => run(act, command.args, command.opts()))
  }
  dataCommands(dataVerb, say)
  registerCommands(dataVerb, say)
  verb('audit', '<verify>', audit).option('--head <hash>', say('option.head')).addOption(stateOption())
  verb('receive', '<broker>', async (context, [broker], options) =>
    (await import('./receive.ts')).receiveFrom(context, broker ?? '', options),
  )
    .option('--into <file>', say('option.into'))
    .option('--filter <topics>', say('option.filter'))
    .option('--username <name>', say('option.username'))
    .option('--password-file <file>', say('option.password-file'))
    .option('--ca <file>', say('option.ca'))
    .option('--cert <file>', say('option.cert'))
    .option('--key <file>', say('option.key'))
  verb('uninstall', '', async (context, _, options) =>
    (await import('./uninstall.ts')).uninstall(context, {
      yes: options['yes'] === true,
      keepState: options['keepState'] === true,
    }),
  )
    .option('--yes', say('option.yes'))
    .option('--keep-state', say('option.keep-state'))
  return common(fanal)
}

/** Runs a command line (without the program's name); resolves to the exit code. */
export async function main(words: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Exit> {
  const language = languageOf(words, env)
  const say = speak(language)
  const out = (line: string) => void process.stdout.write(`${line}\n`)
  const err = (line: string) => void process.stderr.write(`${line}\n`)
  const json = words.includes('--json')
  const context: Context = { say, language, json, out, err, signal }

  let exit: Exit = exits.ok
  const fanal = program(say, async (verb, operands, options) => {
    exit = await verb(context, operands, options as Readonly<Record<string, string>>)
  })
  const mistakes = commandLineMistakes(fanal, words)
  if (mistakes.length > 0) {
    if (json) out(JSON.stringify({ event: 'refused', code: 'COMMAND_LINE', mistakes }))
    else for (const line of explained(say, words, mistakes)) err(line)
    return exits.invalid
  }
  await fanal.parseAsync(words, { from: 'user' })
  return exit
}

/** The command line again, with a caret under each mistake and what to write instead. */
function explained(say: Say, words: readonly string[], mistakes: readonly LineMistake[]): string[] {
  const columns = words.reduce<number[]>((starts, word) => [...starts, (starts.at(-1) ?? 0) + word.length + 1], [0])
  const prompt = 'fanal '
  return [
    `${prompt}${words.join(' ')}`,
    ...mistakes.map((mistake) => {
      const column = prompt.length + (columns[mistake.word] ?? 0)
      const caret = '^'.repeat(Math.max(1, words[mistake.word]?.length ?? 1))
      const hint = mistake.suggestion === undefined ? '' : ` · ${say('did-you-mean', { name: mistake.suggestion })}`
      return `${' '.repeat(column)}${caret}  ${say(`line.${mistake.code}` as MessageKey, mistake.words)}${hint}`
    }),
    say('nothing-started'),
  ]
}

if (import.meta.main) {
  // `fanal read | head`: whoever reads has had enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? exits.ok : exits.error),
  )
  process.umask(0o077) // a recipient's records, a gateway's log: their owner's alone
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
  process.exitCode = await main(process.argv.slice(2), process.env, interrupted.signal)
}
