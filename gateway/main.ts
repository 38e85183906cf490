/**
 * The gateway's process: composes south, north and the local door, and runs them until it is told to stop.
 * Speaks events (events.ts) on standard output and logs on standard error.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Clock } from '../drivers/clock.ts'
import { formatMistakes } from '../drivers/explain.ts'
import { lineUrl } from '../drivers/line.ts'
import type { Reading } from '../drivers/reading.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { PointTable } from './acquisition/point-table.ts'
import { shifted, systemClock, systemRandom } from './clock.ts'
import { hearLetter, rulingTold, takeOrder } from './doors.ts'
import type { GatewayEvent } from './events.ts'
import { openKeep } from './keep.ts'
import { openLighting } from './lighting.ts'
import { isTaken } from './local/client.ts'
import { openNorth, type North } from './north.ts'
import { createLog, type Log } from './observe/log.ts'
import { watchdog } from './observe/watchdog.ts'
import { OutboxError } from './outbox/outbox.ts'
import { planSite, type Plan } from './plan.ts'
import { pointsTold, statusTold } from './report.ts'
import { cutShort, keepRevision, readRevision } from './revision.ts'
import { openSouth } from './south.ts'
import { openStarts } from './starts.ts'
import { prepareFolder, statePaths, type StatePaths } from './state.ts'
import { pointTold } from './told.ts'
import type { UplinkOptions } from './uplink/mqtt.ts'
import { topicsOf } from './uplink/topics.ts'
import { openWitness } from './witness.ts'

/** Disclosure sees time pass this often: a silent device's window closes at most so much late. */
const tickMs = 1_000
const summaryMs = 60_000
/** Control turns each second: when it has not for so long, the watchdog is to end us. */
const deadAfterMs = 5_000

/** Why nothing was started. */
class Refusal extends Error {
  readonly code: string
  readonly words: Record<string, string>
  constructor(code: string, words: Record<string, string>) {
    super(code)
    this.code = code
    this.words = words
  }
}

interface Options {
  readonly siteFile: string
  /** folders with profiles besides the built-in ones */
  readonly profiles: readonly string[]
  readonly paths: StatePaths
  readonly clock: Clock
  readonly tell: (event: GatewayEvent) => void
  readonly log: Log
}

/** Starts everything, or throws a Refusal and leaves nothing behind. Runs until disposed of. */
async function startGateway({ siteFile, profiles, paths, clock, tell, log }: Options): Promise<AsyncDisposable> {
  const text = readSite(siteFile)
  const planned = planSite(text, siteFile, loadRegistry(profiles))
  if (!planned.ok) throw new Refusal('SITE_WRONG', { mistakes: formatMistakes(planned.mistakes, 'en') })
  const { plan } = planned
  const unfit = prepareFolder(paths.folder)
  if (unfit !== undefined) throw new Refusal(unfit.code, unfit.words)
  if ((await isTaken(paths.socket)) !== false) throw new Refusal('STATE_IN_USE', { folder: paths.folder })
  if (cutShort(readRevision(paths.lastGood), text))
    throw new Refusal('SITE_CUT_SHORT', { file: siteFile, kept: paths.lastGood })

  const random = systemRandom
  const began = clock.now()
  const table = new PointTable(periodsOf(plan), clock)
  const doubts = new Map<string, string>()
  const watchers = new Set<(readings: readonly Reading[]) => void>()
  /** What happens before everything has started is told after `running`, which is always the first. */
  let early: GatewayEvent[] | undefined = []
  const told = (event: GatewayEvent) => {
    log.info(event)
    if (early) early.push(event)
    else tell(event)
  }
  let taken = 0

  await using started = new AsyncDisposableStack()
  const witness = started.use(await openWitness(clock))
  const starts = started.use(await openStarts(paths.starts, { clock }))
  if (starts.spareMs > 0) told({ event: 'short-lives', times: starts.cut, spared_ms: starts.spareMs })
  const keep = started.use(
    await openKeep(paths, {
      clock,
      spareMs: starts.spareMs,
      fault: (code) => told(code === undefined ? { event: 'keeping' } : { event: 'keeping', code }),
    }),
  )
  const commanded: UplinkOptions['commanded'] = (raw, reply) => {
    try {
      hearLetter(lighting.control, raw, reply)
    } catch (error) {
      log.error({ err: error }, 'a command failed, and is not answered')
    }
  }
  const north = started.use(
    await openNorth(plan, {
      file: paths.outbox,
      clock,
      random,
      tell: told,
      ...(plan.segments.size === 0 ? {} : { commanded }),
    }).catch((error: unknown) => {
      if (error instanceof OutboxError) throw new Refusal(error.code, { detail: error.detail })
      throw error
    }),
  )
  const south = started.use(
    openSouth(plan, {
      clock,
      random,
      tell: told,
      fault: (line, error) => log.error({ line, err: error }, 'polling failed, and begins again'),
      events: {
        readings: (readings) => {
          taken += readings.length
          table.put(readings)
          lighting.see(readings)
          north.see(readings)
          for (const watcher of watchers) watcher(readings)
        },
        health: (device, { state }) => {
          if (state === 'alive') lighting.control.answers(device)
          told({ event: 'device', device, health: state })
        },
        identity: (device, identity) => {
          lighting.control.identified(device, identity.state !== 'differs')
          if (identity.state !== 'differs') lighting.control.answers(device)
          if (identity.state === 'unknown') return log.info({ device, because: identity.because }, 'not yet identified')
          doubts.delete(device)
          if (identity.state === 'matches') return told({ event: 'device', device, health: 'alive' })
          doubts.set(device, identity.because)
          const profile = plan.devices.get(device)?.instance.profile
          told({ event: 'doubt', device, profile: profile?.model ?? '', because: identity.because })
        },
      },
    }),
  )
  const lighting = started.use(
    openLighting(plan, {
      drivers: south.drivers,
      clock,
      keep,
      witness,
      tell: told,
      fault: (error) => log.error({ err: error }, 'control failed, and goes on'),
    }),
  )
  started.use(every(tickMs, () => north.see([{ tick: clock.now() }])))
  started.use(
    every(summaryMs, () => {
      waitingIn(north).then(
        (waiting) => {
          told({ event: 'summary', readings: taken, left: north.way?.uplink.status().published ?? 0, waiting })
        },
        (error: unknown) => log.warn({ err: error }, 'no summary'), // the outbox is just dying: its own event says so
      )
    }),
  )
  south.start()
  lighting.start()

  // Loaded once polling runs: the web server is half of the start-up time, and the field does not wait for it.
  const { serve } = await import('./local/server.ts')
  started.use(
    await serve(paths.socket, {
      status: () => statusTold({ plan, began, now: clock.now(), doubts, south, north, lighting }),
      command: ({ setpoint, value, leaseMs, reason, who }) =>
        takeOrder(lighting.control, { setpoint, act: { kind: 'set', value, leaseMs }, reason, who }, clock),
      release: ({ setpoint, reason, who }) =>
        takeOrder(lighting.control, { setpoint, act: { kind: 'release' }, reason, who }, clock),
      why: (setpoint, at) => {
        const why = lighting.control.why(setpoint, at)
        if (why === undefined) return undefined
        return {
          ...(why.ruling === undefined ? {} : { ruling: rulingTold(why.ruling) }),
          at: (at ?? clock.now()).toString(),
          timeZone: plan.site.place?.time_zone ?? 'UTC',
          trust: lighting.trust.trust,
        }
      },
      points: () => pointsTold(plan, table),
      watch: (send, signal) => {
        const watcher = (readings: readonly Reading[]) => send(readings.map((reading) => pointTold(plan, { reading })))
        watchers.add(watcher)
        signal.addEventListener('abort', () => watchers.delete(watcher))
      },
    }),
  )
  try {
    keepRevision(paths.lastGood, text)
  } catch (error) {
    log.warn({ err: error }, 'the site file could not be kept beside the outbox')
  }
  const { site, policy } = plan
  const topics = topicsOf({ tenant: site.tenant, site: site.site })
  const before = early
  early = undefined
  told({
    event: 'running',
    broker: site.uplink.broker,
    lines: Object.fromEntries(Object.entries(site.lines).map(([name, line]) => [name, lineUrl(line)])),
    releases: Object.fromEntries(policy.releases.map(({ name }) => [name, topics.record(name)])),
    site: site.site,
    title: site.title ?? site.site,
    home: policy.home.length,
    state: paths.folder,
    pid: process.pid,
  })
  for (const event of before) tell(event)
  started.use(watchdog({ alive: () => clock.monotonicMs() - lighting.control.turnedMs < deadAfterMs }))
  return started.move()
}

function readSite(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Refusal('SITE_MISSING', { file, detail: codeOf(error) })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

async function waitingIn(north: North): Promise<number> {
  const streams = (await north.way?.outbox.streams()) ?? []
  return streams.reduce((sum, { waiting }) => sum + waiting, north.held)
}

function periodsOf({ points, periodsMs }: Plan): Map<Reading['point'], number> {
  return new Map([...points].map(([point, { poll }]) => [point, periodsMs[poll]]))
}

function every(ms: number, turn: () => void): Disposable {
  const timer = setInterval(turn, ms)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** Resolves when somebody wants the gateway to stop: a signal, or the end of its parent, whose pipe closes. */
function askedToStop(untilStdinCloses: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
    if (untilStdinCloses) process.stdin.once('close', () => resolve()).resume()
  })
}

const { values } = parseArgs({
  options: {
    site: { type: 'string' },
    state: { type: 'string' },
    profiles: { type: 'string', multiple: true, default: [] },
    'until-stdin-closes': { type: 'boolean', default: false },
    /** for the demo: how far its street's clock is ahead of the machine's */
    'clock-offset-ms': { type: 'string', default: '0' },
  },
})
process.umask(0o077) // what waits to leave is nobody else's
const log = createLog()
const tell = (event: GatewayEvent) => process.stdout.write(`${JSON.stringify(event)}\n`)
const stop = askedToStop(values['until-stdin-closes'])
try {
  const options = {
    siteFile: values.site ?? '',
    profiles: values.profiles,
    paths: statePaths(values.state ?? ''),
    clock: shifted(systemClock, Number(values['clock-offset-ms'])),
    tell,
    log,
  }
  await using running = new AsyncDisposableStack()
  running.use(await startGateway(options))
  await stop
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  log.fatal({ code: error.code, ...error.words }, 'nothing was started')
  tell({ event: 'refused', code: error.code, words: error.words })
  process.exitCode = error.code.startsWith('SITE_') ? 3 : 1
}
if (process.exitCode === undefined) tell({ event: 'stopped' })
process.stdin.destroy()
