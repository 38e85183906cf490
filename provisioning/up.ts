/** `fanal up`: starts a gateway, or the demo street with one, and says calmly what happens. */
import { closeSync, openSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { installed } from '../drivers/installed.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { systemClock } from '../gateway/clock.ts'
import { gatewayEvent, type GatewayEvent } from '../gateway/events.ts'
import { isTaken } from '../gateway/local/client.ts'
import { planSite } from '../gateway/plan.ts'
import { prepareFolder, statePaths, stateRoot, type StatePaths } from '../gateway/state.ts'
import { startChild, type Child, type LogTo } from './child.ts'
import { exits, fail, failWith, outJson, readNamed, type Context, type Exit } from './context.ts'
import { openDemo, streetTime } from './demo.ts'
import { quoted } from './doctor/wording.ts'
import { openLogFile } from './log-file.ts'
import type { Language } from './language.ts'
import { levelText, reasonText, rulerText } from './rulers.ts'
import { isMessage, type Say } from './messages.ts'
import { troubleText } from './troubles.ts'

export interface UpOptions {
  readonly state?: string
  readonly log?: string
  readonly profiles?: string
  readonly at?: string
}

export async function up(context: Context, siteFile: string | undefined, options: UpOptions): Promise<Exit> {
  const profiles = options.profiles === undefined ? [] : [resolve(options.profiles)]
  if (siteFile === undefined) return startDemo(context, { ...options, profiles })
  if (options.at === undefined) return startGateway(context, siteFile, { ...options, profiles })
  fail(context, 'AT_WITH_SITE', { file: siteFile })
  return exits.invalid
}

async function startDemo(
  context: Context,
  options: Omit<UpOptions, 'profiles'> & { readonly profiles: readonly string[] },
): Promise<Exit> {
  const began = options.at === undefined ? undefined : streetTime(options.at)
  if (options.at !== undefined && began === undefined) {
    fail(context, 'AT_NOT_A_TIME', { text: options.at })
    return exits.invalid
  }
  const name = began === undefined ? 'demo' : 'demo-at'
  const folder = resolve(options.state ?? join(stateRoot(process.env), name))
  if ((await isTaken(statePaths(folder).socket)) !== false) return fail(context, 'STATE_IN_USE', { folder })
  // Another time is another story: what the last one left in our own folder would lie in its future.
  if (began !== undefined && options.state === undefined) rmSync(folder, { recursive: true, force: true })
  const unfit = prepareFolder(folder)
  if (unfit !== undefined) return fail(context, unfit.code, unfit.words)

  const now = systemClock.now()
  const clockOffsetMs = began === undefined ? 0 : began.at.epochMilliseconds - now.epochMilliseconds
  await using demo = await openDemo(folder, clockOffsetMs)
  if ('failed' in demo) return fail(context, 'STREET_FAILED', { detail: demo.failed })
  if (began !== undefined && !context.json)
    context.out(
      context.say('up.at', {
        time: began.at.toZonedDateTimeISO(began.timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' }),
        zone: began.timeZone,
      }),
    )
  return await startGateway(context, demo.siteFile, { ...options, state: folder, demo: true, clockOffsetMs })
}

interface Start {
  readonly state?: string
  readonly log?: string
  readonly profiles: readonly string[]
  readonly demo?: true
  readonly clockOffsetMs?: number
}

async function startGateway(context: Context, file: string, options: Start): Promise<Exit> {
  const named = readNamed(file)
  if ('missing' in named) return fail(context, 'SITE_MISSING', { file, detail: named.missing })
  const planned = planSite(named.text, file, loadRegistry(options.profiles))
  if (!planned.ok) return failWith(context, planned.mistakes)

  const { site } = planned.plan.site
  const paths = statePaths(resolve(options.state ?? join(stateRoot(process.env), site)))
  const unfit = prepareFolder(paths.folder)
  if (unfit !== undefined) return fail(context, unfit.code, unfit.words)
  const log = openLog(options.log, paths)
  if (log instanceof Error)
    return fail(context, 'LOG_UNWRITABLE', { file: options.log ?? paths.log, detail: log.message })
  const args = ['--site', resolve(file), '--state', paths.folder, '--until-stdin-closes']
  const profiles = options.profiles.flatMap((folder) => ['--profiles', folder])
  const demo = options.demo === true ? ['--demo'] : []
  const offset = options.clockOffsetMs === undefined ? [] : [`--clock-offset-ms=${options.clockOffsetMs}`]
  await using ends = new AsyncDisposableStack()
  ends.defer(() => log.close())
  const gateway = ends.use(startChild('gateway', [...args, ...profiles, ...demo, ...offset], log.to))
  const stop = () => void gateway[Symbol.asyncDispose]()
  if (context.signal.aborted) stop()
  else context.signal.addEventListener('abort', stop)
  return await follow(context, gateway, {
    demo: options.demo === true,
    file,
    log: log.path,
    state: isFoundAnyway(paths.folder) ? '' : ` --state ${quoted(paths.folder)}`,
  })
}

/** By a command that is not told where (`running.ts`). */
function isFoundAnyway(folder: string): boolean {
  return dirname(folder) === resolve(stateRoot(process.env)) || folder === installed.machineState
}

interface OpenLog {
  readonly to: LogTo
  /** for people */
  readonly path: string
  close(): void
}

/**
 * Where the gateway's log goes: the file asked for, which is left to whoever asked; on a terminal one in its folder, with a
 * bound, so that the calm lines stay calm.
 */
function openLog(asked: string | undefined, paths: StatePaths): OpenLog | Error {
  if (asked === undefined && !process.stdout.isTTY) return { to: 'inherit', path: 'stderr', close: () => undefined }
  try {
    if (asked === undefined) {
      const file = openLogFile(paths.log)
      return { to: (text) => file.write(text), path: paths.log, close: () => file[Symbol.dispose]() }
    }
    const path = resolve(asked)
    const descriptor = openSync(path, 'a', 0o600)
    return { to: descriptor, path, close: () => closeSync(descriptor) }
  } catch (error) {
    return error as Error
  }
}

/** What a person types for it. */
const fanal = installed.origin === 'source' ? 'npx fanal' : 'fanal'

interface Setting {
  readonly demo: boolean
  readonly file: string
  readonly log: string
  /** ` --state FOLDER`, for the commands that find the gateway by it; empty where they find it without */
  readonly state: string
}

/** Tells the gateway's events until it ends. */
async function follow(context: Context, gateway: Child, setting: Setting): Promise<Exit> {
  let last: GatewayEvent | undefined
  let lost = false
  for await (const line of gateway.events) {
    last = gatewayEvent.parse(line)
    if (last.event === 'lost') lost = true
    if (context.json) outJson(context, last)
    else if (last.event === 'refused') fail(context, last.code, last.words)
    else for (const told of tell(context, last, { ...setting, lost })) context.out(told)
  }
  const exit = await gateway.ended
  if (last?.event === 'refused') return exit === exits.invalid ? exits.invalid : exits.error
  if (context.signal.aborted) return exits.interrupted
  if (exit === 0) return exits.ok
  return fail(context, 'GATEWAY_DIED', { exit: String(exit), log: setting.log })
}

function tell(
  { say, language }: Context,
  event: Exclude<GatewayEvent, { event: 'refused' }>,
  setting: Setting & { readonly lost: boolean },
): string[] {
  switch (event.event) {
    case 'running': {
      const { lines, releases, broker } = event
      return [
        say('up.title', { title: event.title }),
        ...(setting.demo ? [say('up.demo', { file: setting.file })] : []),
        ...aligned(Object.entries(lines)).map(([name, url]) => say('up.line', { name, url })),
        say('up.broker', { url: broker }),
        ...aligned(Object.entries(releases)).map(([name, topic]) => say('up.release', { name, topic })),
        say('up.home', { n: event.home }),
        say('up.hint', { url: broker, fanal, state: setting.state }),
        '',
      ]
    }
    case 'line':
      return [
        event.code === undefined
          ? say('up.line-back', { line: event.line })
          : troubleText(language, event.code, { url: event.url }),
      ]
    case 'adapter': {
      const { line, path, instead_of: before, latency_ms: ms = 0, set } = event
      return [
        ...(before === undefined ? [] : [say('up.adapter-moved', { line, path, before })]),
        ...(set === 'not-allowed' ? [say('up.adapter-slow', { line, ms })] : []),
      ]
    }
    case 'disturbance':
      return [
        event.kind === undefined
          ? say('up.line-undisturbed', { line: event.line })
          : say(`up.line-${event.kind}`, { line: event.line }),
      ]
    case 'device':
      return [say(`up.device-${event.health}`, { device: event.device })]
    case 'doubt':
      return [say('up.device-doubt', { ...event })]
    case 'counter':
      return [say(`up.counter-${event.what}`, { ...event })]
    case 'suspect':
      return [
        event.because === undefined
          ? say('up.suspect-over', { point: event.point })
          : say(`up.suspect-${event.because}`, { point: event.point, with: event.with ?? '' }),
      ]
    case 'ruling': {
      const { level, title, priority, ground, who, reason } = event
      const ruler = { priority, level, source: { door: '', who }, reason, ...(ground === undefined ? {} : { ground }) }
      return [say('up.ruling', { title, level: levelText(say, level), who: rulerText(say, ruler) })]
    }
    case 'write':
      return [
        event.because === undefined
          ? say('up.write-back', { title: event.title })
          : say('up.write-trouble', { title: event.title, because: reasonText(say, event.because) }),
      ]
    case 'armed':
      return event.because === undefined
        ? []
        : [say('up.unarmed', { device: event.device, because: reasonText(say, event.because) })]
    case 'time':
      return event.reason === 'declared'
        ? []
        : [say(`up.time-${event.trust}`, { reason: reasonText(say, event.reason) })]
    case 'keeping':
      return [event.code === undefined ? say('up.keeping-back') : say('up.keeping-trouble', { code: event.code })]
    case 'history':
      return [event.code === undefined ? say('up.history-back') : say('up.history-trouble', { code: event.code })]
    case 'socket':
      return [
        event.code === undefined
          ? say('up.socket-back')
          : say('fault.SOCKET_FAILED', { path: event.path, detail: event.detail ?? '' }),
      ]
    case 'console':
      if (event.code !== undefined) return [consoleTrouble(say, event.code, event)]
      return [
        say('up.console', { url: event.url }),
        ...(event.fingerprint === undefined ? [] : [say('up.console-fingerprint', { fingerprint: event.fingerprint })]),
      ]
    case 'welcome':
      return [
        say(setting.demo ? 'up.welcome-demo' : 'up.welcome-setup', { link: event.link }),
        ...(event.name === undefined || event.password === undefined
          ? []
          : [say('up.welcome-password', { name: event.name, password: event.password })]),
      ]
    case 'reading':
      return []
    case 'pass-through':
      return [
        event.code === undefined
          ? say('up.pass-through', { line: event.line, listen: event.listen })
          : say('fault.PASS_THROUGH_FAILED', { line: event.line, listen: event.listen, detail: event.detail ?? '' }),
      ]
    case 'unlocked':
      return [say('up.unlocked', { line: event.line, who: event.who, reason: event.reason })]
    case 'locked':
      return [say(`up.locked-${event.because}`, { line: event.line })]
    case 'write-refused':
      return [say('up.write-refused', { line: event.line, unit: event.unit, function: event.function, fanal })]
    case 'short-lives':
      return [say('up.short-lives', { times: event.times, seconds: event.spared_ms / 1_000 })]
    case 'connected':
      return [say('up.connected', { protocol: event.protocol })]
    case 'uplink':
      return [troubleText(language, event.code, event)]
    case 'sparkplug':
      return [sparkplugText(language, say, event)]
    case 'accepted':
      return [say('up.accepted', { release: event.release })]
    case 'outbox':
      return [
        event.code === undefined ? say('up.outbox-back') : say(`fault.${event.code}`, { detail: event.detail ?? '' }),
      ]
    case 'lost':
      return [say('up.lost', { records: event.records })]
    case 'left':
      return [say('up.first-left', { release: event.release })]
    case 'receipt':
      return [say('up.first-receipt', { release: event.release })]
    case 'recovered':
      return [say('up.recovered', { file: event.file, kept: event.kept, lost: event.lost ?? '?' })]
    case 'renumbered':
      return [say('up.renumbered')]
    case 'last-good':
      return [say('up.site-refused', { code: event.code })]
    case 'summary':
      return [say('up.summary', { ...event })]
    case 'stopped':
      return [say(setting.lost ? 'up.stopped-lossy' : 'up.stopped')]
  }
}

function sparkplugText(language: Language, say: Say, event: Extract<GatewayEvent, { event: 'sparkplug' }>): string {
  const { state, host = '', metric = '', code = '', where = '', detail = '' } = event
  if (state === 'waiting') return say('up.sparkplug-waiting', { host })
  if (state === 'refused') return say('up.sparkplug-refused', { metric })
  if (state === 'trouble')
    return say('up.sparkplug-trouble', { trouble: troubleText(language, code, { where, detail }) })
  return say('up.sparkplug-born')
}

/** With its remedy, unless the gateway is of a newer release. */
function consoleTrouble(
  say: Say,
  code: string,
  { url, where, detail }: { url: string; where?: string | undefined; detail?: string | undefined },
): string {
  const key = `fault.${code}`
  return isMessage(key)
    ? say(key, { where: where ?? url, detail: detail ?? '' })
    : say('up.console-trouble', { url, code })
}

/** The first column padded to its longest. */
function aligned(rows: [string, string][]): [string, string][] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => [name.padEnd(width), text])
}
