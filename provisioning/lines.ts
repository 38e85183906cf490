/** `fanal lines`: what each line has to carry, as the site file plans it and, where a gateway runs, as it is. */
import { resolve } from 'node:path'
import { loadRegistry } from '../drivers/registry.ts'
import { durationText } from '../drivers/schema.ts'
import type { Mistake } from '../drivers/explain.ts'
import { status as statusSchema, type Status } from '../gateway/local/answers.ts'
import { ask } from '../gateway/local/client.ts'
import { busyLoad, rounded } from '../gateway/line-budget.ts'
import { planSite, type Plan } from '../gateway/plan.ts'
import { statePaths } from '../gateway/state.ts'
import { exits, fail, failWith, outJson, readNamed, type Context, type Exit } from './context.ts'
import { linesOf, type DeviceOnLine, type LineOf } from './line-rows.ts'
import { percentText } from './line-notices.ts'
import { table } from './table.ts'
import { whereabouts, type Whereabouts } from './whereabouts.ts'

export interface LinesOptions {
  readonly state?: string
  readonly profiles?: string
}

export async function lines(context: Context, siteFile: string | undefined, options: LinesOptions): Promise<Exit> {
  const profiles = options.profiles === undefined ? [] : [resolve(options.profiles)]
  const named = siteFile === undefined ? undefined : planned(siteFile, profiles)
  if (named !== undefined && 'missing' in named)
    return fail(context, 'FILE_MISSING', { file: siteFile ?? '', detail: named.missing })
  if (named !== undefined && 'mistakes' in named) return failWith(context, named.mistakes)

  const where = await whereabouts(options.state, named?.plan.site.site)
  if ('several' in where) return fail(context, 'SEVERAL_FOLDERS', { folders: where.several.join(' | ') })
  const told = await runningIn(where, named?.plan.site.site, context.signal)
  const plan = named?.plan ?? lastPlan(where, profiles)
  if (told === undefined && plan === undefined) {
    const code = where.notAllowed === undefined ? 'NOT_RUNNING' : 'NOT_ALLOWED'
    return fail(context, code, { folder: where.folder })
  }
  const all = linesOf(plan, told)
  if (context.json) for (const line of all) outJson(context, lineJson(line))
  else for (const line of text(context, all, told !== undefined)) context.out(line)
  return exits.ok
}

function planned(
  file: string,
  profiles: readonly string[],
): { plan: Plan } | { missing: string } | { mistakes: readonly Mistake[] } {
  const read = readNamed(file)
  if ('missing' in read) return read
  const registry = loadRegistry(profiles)
  const result = planSite(read.text, file, registry)
  return result.ok ? result : { mistakes: [...result.mistakes, ...registry.mistakes] }
}

/** The site that ran last; undefined also where it needs profiles that are not here. */
function lastPlan({ folder }: Whereabouts, profiles: readonly string[]): Plan | undefined {
  const last = planned(statePaths(folder).lastGood, profiles)
  return 'plan' in last ? last.plan : undefined
}

/** Of a gateway that runs another site nothing is measured here. */
async function runningIn(
  { folder, runs }: Whereabouts,
  site: string | undefined,
  signal: AbortSignal,
): Promise<Status | undefined> {
  if (!runs) return undefined
  const told = statusSchema.parse(await ask(statePaths(folder).socket, '/api/status', signal))
  return site === undefined || told.site === site ? told : undefined
}

/** One object a line of the bus, keys as the gateway's own answers have them. */
function lineJson({ name, url, planned, costs, measured, devices }: LineOf) {
  return {
    line: name,
    url,
    ...(planned === undefined
      ? {}
      : {
          planned: {
            ...planned,
            costs: costs.map(({ devices, profile, what, requests, registers, ms, pauseMs, periodMs, load }) => ({
              devices,
              profile,
              what,
              requests,
              registers,
              ms: rounded(ms),
              pause_ms: rounded(pauseMs),
              period_ms: periodMs,
              load: rounded(load),
            })),
          },
        }),
    ...(measured === undefined ? {} : { measured }),
    devices,
  }
}

function text(context: Context, all: readonly LineOf[], runs: boolean): string[] {
  const { say } = context
  const named = all.flatMap(({ name, devices }) => devices.map((device) => ({ name, device })))
  const suggests = named.some(
    ({ device: { pace } }) => pace?.suggested_timeout_ms !== undefined && pace.suggested_timeout_ms !== pace.timeout_ms,
  )
  return [
    ...overview(context, all, runs),
    ...(all.some(({ costs }) => costs.length > 0) ? ['', ...costRows(context, all)] : []),
    ...(runs ? ['', ...deviceRows(context, named)] : []),
    ...notes(context, all),
    ...(all.some(({ costs }) => costs.some(({ guessedMs }) => guessedMs > 0)) ? ['', say('lines.guessed')] : []),
    ...(suggests ? ['', say('lines.suggested-how')] : []),
    ...(runs ? [] : ['', say('lines.not-running')]),
  ]
}

/** A line a row: planned, and measured where a gateway runs. */
function overview(context: Context, all: readonly LineOf[], runs: boolean): string[] {
  const { say } = context
  const measured = ['load-now', 'rate', 'timeouts', 'garbled', 'foreign', 'exceptions'] as const
  const head = [...(['line', 'requests', 'registers', 'cycle', 'load'] as const), ...(runs ? measured : [])].map(
    (column) => say(`lines.${column}`),
  )
  const rows = all.map(({ name, url, planned, measured: is }) => [
    name,
    number(context, planned?.requests),
    number(context, planned?.registers),
    number(context, planned?.cycle_ms),
    percent(context, planned?.load),
    ...(runs
      ? [
          percent(context, is?.load),
          number(context, is?.requests_per_s, 1),
          ...([is?.timeouts, is?.garbled, is?.foreign, is?.exceptions] as const).map((count) => number(context, count)),
        ]
      : []),
    url + afterUrl(context, is),
  ])
  return table([[...head, ''], ...rows], head.map((_, column) => column).slice(1))
}

/** What is open there, if that is told, and what ails it. */
function afterUrl({ say }: Context, measured: LineOf['measured']): string {
  if (measured === undefined) return ''
  const { code, disturbance, adapter } = measured
  const { driver, latency_ms: ms } = adapter ?? {}
  return [
    ...(driver === undefined ? [] : [ms === undefined ? driver : say('lines.adapter', { driver, ms })]),
    ...(code === undefined ? [] : [say('state.line-down')]),
    ...(disturbance === undefined ? [] : [say(`lines.disturbed-${disturbance.kind}`)]),
  ]
    .map((word) => `  ${word}`)
    .join('')
}

/** What takes how much of which line: devices of one profile together. */
function costRows(context: Context, all: readonly LineOf[]): string[] {
  const { say } = context
  const head = (['line', 'who', 'class', 'requests', 'registers', 'cycle', 'every', 'share'] as const).map((column) =>
    say(`lines.${column}`),
  )
  const rows = all.flatMap(({ name, costs }) =>
    costs.map(
      ({ devices: [device = '', ...others], profile, what, requests, registers, ms, periodMs, load }, index) => [
        index === 0 ? name : '',
        others.length === 0 ? device : `${others.length + 1} × ${profile}`,
        what,
        number(context, requests),
        number(context, registers),
        number(context, ms),
        durationText(periodMs),
        percent(context, load),
      ],
    ),
  )
  return table([head, ...rows], [3, 4, 5, 6, 7])
}

function deviceRows(context: Context, all: readonly { name: string; device: DeviceOnLine }[]): string[] {
  const { say } = context
  const columns = [
    'line',
    'unit',
    'device',
    'answers-in',
    'latest',
    'thinks',
    'thinks-longest',
    'timeout',
    'suggested',
  ] as const
  const head = columns.map((column) => say(`lines.${column}`))
  const rows = all.map(({ name, device: { device, unit, pace } }, index) => [
    all[index - 1]?.name === name ? '' : name,
    String(unit),
    device,
    milliseconds(context, pace?.latency_ms?.median),
    milliseconds(context, pace?.latency_ms?.p99),
    milliseconds(context, pace?.turn_around_ms?.median),
    milliseconds(context, pace?.turn_around_ms?.p99),
    milliseconds(context, pace?.timeout_ms),
    suggestion(context, pace),
  ])
  return table([head, ...rows], [1, 3, 4, 5, 6, 7, 8])
}

function suggestion(context: Context, pace: DeviceOnLine['pace']): string {
  const { suggested_timeout_ms: suggested, timeout_ms: timeout } = pace ?? {}
  if (suggested === undefined) return context.say('lines.too-early')
  return suggested === timeout ? context.say('lines.suits') : milliseconds(context, suggested)
}

function notes(context: Context, all: readonly LineOf[]): string[] {
  const busy = all.flatMap(({ name, planned }) =>
    planned === undefined || planned.load <= busyLoad
      ? []
      : [
          context.say(planned.load > 1 ? 'lines.over' : 'lines.busy', {
            line: name,
            load: percent(context, planned.load),
          }),
        ],
  )
  return busy.length === 0 ? [] : ['', ...busy]
}

/** Nothing known: a dash. */
const unknown = '—'

function number({ language }: Context, value: number | undefined, digits = 0): string {
  if (value === undefined) return unknown
  return value.toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits })
}

function percent(context: Context, share: number | undefined): string {
  return share === undefined ? unknown : `${percentText(context.language, share)} %`
}

function milliseconds(context: Context, ms: number | undefined): string {
  return ms === undefined ? unknown : `${number(context, ms)} ms`
}
