/** A gateway: south, control, north, history and the window, composed. Runs until disposed of. */
import type { Clock, Random } from '../drivers/clock.ts'
import { lineUrl } from '../drivers/line.ts'
import { hasValue, type PointId, type Reading } from '../drivers/reading.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { countersKept, keepEveryMs } from './acquisition/plausibility/memory.ts'
import { Plausibility, type PlausibilityNews } from './acquisition/plausibility/plausibility.ts'
import { PointTable } from './acquisition/point-table.ts'
import { systemRandom, systemSecrets } from './clock.ts'
import type { Means } from './disclosure/disclose.ts'
import { bitsFrom } from './disclosure/treatments/discrete-laplace.ts'
import { DiskThread } from './disk-thread.ts'
import { hearLetter } from './doors.ts'
import type { GatewayEvent } from './events.ts'
import { openGateMemory, pseudonymKey, type GateMemory } from './gate-memory.ts'
import { openHistory } from './history/history.ts'
import { openKeep } from './keep.ts'
import { openLearned } from './learned.ts'
import { registersLearned } from './learned-registers.ts'
import { openLedger } from './ledger.ts'
import { openLighting } from './lighting.ts'
import { isTaken, SocketTaken } from './local/client.ts'
import { openNorth, type North } from './north.ts'
import type { Journal } from './observe/log.ts'
import { standingKept } from './observe/standing.ts'
import { Tally } from './observe/tally.ts'
import { watchdog } from './observe/watchdog.ts'
import type { Observed } from './observed.ts'
import type { Plan } from './plan.ts'
import { Refusal } from './refusal.ts'
import { Report } from './report/report.ts'
import { revisionHash } from './report/system.ts'
import { keepRevision } from './revision.ts'
import { readingsOfSegments } from './segment-points.ts'
import { seriesOf } from './series.ts'
import { openSouth, type SouthParts } from './south.ts'
import { openStarts } from './starts.ts'
import { prepareFolder, type StatePaths } from './state.ts'
import type { UplinkOptions } from './uplink/mqtt.ts'
import { topicsOf } from './uplink/topics.ts'
import { whatRuns } from './what-runs.ts'
import { openWitness } from './witness.ts'

/** Disclosure sees time pass this often: a silent device's window closes at most so much late. Alarms are looked for, too. */
const tickMs = 1_000
const summaryMs = 60_000
/** So long the first answer is waited for, before what is not the field's is loaded. */
const patienceMs = 250
/** Control turns each second: when it has not for so long, the watchdog is to end us. */
const deadAfterMs = 5_000

export interface Options {
  readonly siteFile: string
  /** folders with profiles besides the built-in ones */
  readonly profiles: readonly string[]
  readonly paths: StatePaths
  readonly clock: Clock
  readonly tell: (event: GatewayEvent) => void
  readonly journal: Journal
  /** where the site file is refused, the last revision that ran runs again */
  readonly orLastGood: boolean
  /** the demo lets its visitor in by a link */
  readonly demo: boolean
  readonly version: string
  /** tests and benches have their own wires, and their own chance */
  readonly random?: Random
  readonly open?: SouthParts['open']
}

/** Starts everything, or throws a Refusal and leaves nothing behind. */
export async function startGateway(options: Options): Promise<AsyncDisposable> {
  const { siteFile, profiles, paths, clock, journal } = options
  const { log } = journal
  await using started = new AsyncDisposableStack()
  const thread = new DiskThread()
  started.defer(() => thread.end())
  thread.begin()
  const { plan, text, insteadOf } = whatRuns(siteFile, loadRegistry(profiles), paths, options)
  const unfit = prepareFolder(paths.folder)
  if (unfit !== undefined) throw new Refusal(unfit.code, unfit.words)
  if ((await isTaken(paths.socket)) !== false) throw new Refusal('STATE_IN_USE', { folder: paths.folder })
  const hash = revisionHash(text, plan.fleet?.text)

  const random = options.random ?? systemRandom
  const began = clock.now()
  const beganMs = clock.monotonicMs()
  const table = new PointTable(periodsOf(plan), clock)
  const doubts = new Map<string, string>()
  const watchers = new Set<(readings: readonly Reading[]) => void>()
  /** What happens before everything has started is told after `running`, which is always the first. */
  let early: GatewayEvent[] | undefined = []
  /** So is the report, which there is only then. */
  const unheard: GatewayEvent[] = []
  let hear = (event: GatewayEvent): unknown => unheard.push(event)
  const told = (event: GatewayEvent) => {
    if (event.event !== 'welcome') log.info(logged(event)) // that one lets in whoever reads it
    tally.told(event)
    hear(event)
    if (early) early.push(event)
    else options.tell(event)
  }
  const tally = new Tally()
  if (insteadOf !== undefined) told({ event: 'last-good', code: insteadOf.code, words: insteadOf.words })
  const leaves = (point: PointId) => plan.policy.routes.has(point)
  /** of points that leave: how often the others were read is nobody else’s business */
  let taken = 0
  let good = false
  /** something was read, well or not, or took too long */
  const asked = Promise.withResolvers<undefined>()

  const witness = started.use(await openWitness(clock))
  const starts = started.use(await openStarts(paths.starts, { clock }))
  if (starts.spareMs > 0) told({ event: 'short-lives', times: starts.cut, spared_ms: starts.spareMs })
  const keep = started.use(
    await openKeep(paths, {
      clock,
      spareMs: starts.spareMs,
      fault: (code) => told(code === undefined ? { event: 'keeping' } : { event: 'keeping', code }),
      audited: (entry) => tally.audited(entry),
    }),
  )
  const learned = started.use(await openLearned(paths.learned, { clock }))
  const plausibility = new Plausibility({
    devices: new Map([...plan.devices].map(([device, { instance }]) => [device, instance.points.values()])),
    clock,
    kept: learned.section('counters', countersKept),
    countersFromMs: countersFrom(plan),
    news: (news) => {
      // What stays home is spoken of on site alone: the audit has it, and the page of its device.
      if (leaves(news.point)) told(news)
      if (news.event === 'counter') keep.audit(auditedCounter(news))
    },
    remember: () => keepCounters(),
  })
  const keepCounters = () => {
    const counters = plausibility.changed()
    if (counters !== undefined) learned.keep('counters', counters)
  }
  started.use(every(keepEveryMs, clock, keepCounters))
  started.defer(keepCounters)
  const commanded: UplinkOptions['commanded'] = (raw, reply) => {
    try {
      hearLetter(lighting.control, raw, reply)
    } catch (error) {
      log.error({ err: error }, 'a command failed, and is not answered')
    }
  }
  const opening = openHistory(
    {
      file: paths.history,
      series: seriesOf(plan),
      clock,
      fault: (code) => told(code === undefined ? { event: 'history' } : { event: 'history', code }),
    },
    thread,
  )
  const forgets = (error: unknown) => log.warn({ err: error }, 'what the gate keeps over a restart is not on the disk')
  const gateMemory = started.use(await openGateMemory(paths.gate, { fault: forgets }))
  const ledger = started.use(
    await openLedger(paths, {
      clock,
      policy: plan.policy,
      spareMs: starts.spareMs,
      fault: (code) =>
        log.warn({ code }, code === undefined ? 'the ledger is kept again' : 'the ledger is not kept on disk'),
    }),
  )
  const north = started.use(
    await openNorth(plan, {
      file: paths.outbox,
      clock,
      random,
      tell: told,
      ledger,
      thread,
      after: asked.promise,
      gate: { means: await meansOf(plan, paths, gateMemory, forgets), memory: gateMemory },
      revision: hash,
      learned,
      ...(plan.segments.size === 0 ? {} : { commanded }),
    }),
  )
  const history = started.use(await opening)
  const profileOf = new Map([...plan.devices].map(([device, { instance }]) => [device, instance.profile.id]))
  const south = started.use(
    openSouth(plan, {
      clock,
      random,
      tell: told,
      ...(options.open === undefined ? {} : { open: options.open }),
      learning: registersLearned(learned, profileOf),
      fault: (line, error) => log.error({ line, err: error }, 'polling failed, and begins again'),
      events: {
        readings: (read) => {
          asked.resolve(undefined)
          const readings = plausibility.pass(read)
          taken += readings.filter(({ point }) => leaves(point)).length
          table.put(readings)
          lighting.see(readings)
          north.see(readings)
          history.see(table.known(readings)) // one missed poll is no gap
          tally.read(readings)
          for (const watcher of watchers) watcher(readings)
          if (!good) tellFirst(readings)
        },
        health: (device, { state }) => {
          if (state === 'alive') lighting.control.answers(device)
          told({ event: 'device', device, health: state })
        },
        identity: (device, identity) => {
          plausibility.identified(device, identity.state === 'differs')
          if (identity.state === 'unknown') log.info({ device, because: identity.because }, 'not yet identified')
          doubts.delete(device)
          if (identity.state === 'matches') {
            lighting.control.answers(device)
            return told({ event: 'device', device, health: 'alive' })
          }
          doubts.set(device, identity.because)
          const profile = plan.devices.get(device)?.instance.profile
          told({ event: 'doubt', device, profile: profile?.model ?? '', because: identity.because })
        },
        recognised: (device) => lighting.control.recognised(device),
      },
    }),
  )
  const tellFirst = (readings: readonly Reading[]) => {
    const first = readings.filter(({ point }) => leaves(point)).find(hasValue)
    if (first === undefined) return
    good = true
    told({ event: 'reading', point: first.point, at: first.at.toString() })
  }
  const lighting = started.use(
    openLighting(plan, {
      drivers: south.drivers,
      acquaintance: south,
      clock,
      keep,
      witness,
      tell: told,
      fault: (error) => log.error({ err: error }, 'control failed, and goes on'),
    }),
  )
  const report = new Report({
    plan,
    began,
    beganMs,
    clock,
    doubts,
    south,
    north,
    lighting,
    table,
    plausibility,
    history,
    ledger,
    ledgerFile: paths.ledger,
    standing: learned.section('alarms', standingKept),
    version: options.version,
    revision: { hash, file: siteFile },
    folder: paths.folder,
    log: journal.recent,
  })
  hear = (event) => report.hear(event)
  /** A segment's light is read as often as a device's points of the normal class. */
  let lightReadMs = -Infinity
  const lightOf = (): Reading[] => {
    const nowMs = clock.monotonicMs()
    if (nowMs - lightReadMs < plan.periodsMs.normal) return []
    lightReadMs = nowMs
    const lights = [...lighting.control.states()].map(({ segment, state }) => ({
      segment: segment.name,
      actual: state?.actual,
      asked: state?.ruling.level,
    }))
    return readingsOfSegments(lights, clock.now())
  }
  unheard.forEach(hear)
  started.use(
    every(tickMs, clock, () => {
      const alarms = report.look().map(({ code, ...change }) => ({ alarm: code, ...change }))
      if (alarms.length > 0) learned.keep('alarms', report.standing)
      north.see([...lightOf(), ...alarms, { tick: clock.now() }])
    }),
  )
  started.use(
    every(summaryMs, clock, () => {
      const counts = { readings: taken, left: north.way?.uplink.status().published ?? 0 }
      waitingIn(north).then(
        (waiting) => told({ event: 'summary', ...counts, waiting }),
        (error: unknown) => log.warn({ err: error }, 'no summary'), // the outbox is just dying: its own event says so
      )
    }),
  )
  south.start()
  lighting.start()

  // The web server and MQTT are half of the start-up time, and the field does not wait for them: what takes the thread for
  // a tenth of a second is loaded once something was read, or nothing answers.
  void clock.sleep(patienceMs).then(() => asked.resolve(undefined))
  await asked.promise
  const { openWindow } = await import('./window.ts')
  const observed: Observed = {
    version: options.version,
    plan,
    paths,
    clock,
    south,
    lighting,
    tally,
    journal,
    site: { text, hash },
    status: () => report.status(),
    points: () => report.points(),
  }
  const window = started.use(
    await openWindow({
      plan,
      paths,
      clock,
      witness,
      lighting,
      keep,
      report,
      log,
      tell: told,
      watchers,
      demo: options.demo,
      observed,
    }).catch((error: unknown) => {
      if (error instanceof SocketTaken) throw new Refusal('STATE_IN_USE', { folder: paths.folder })
      throw error
    }),
  )
  try {
    if (plan.fleet !== undefined) keepRevision(paths.lastGoodPolicy, plan.fleet.text)
    keepRevision(paths.lastGood, text)
  } catch (error) {
    log.warn({ err: error }, 'the site file could not be kept beside the outbox')
  }
  const before = early
  early = undefined
  told(runningTold(plan, paths))
  for (const event of before) options.tell(event)
  window.welcome()
  started.use(watchdog({ alive: () => clock.monotonicMs() - lighting.control.turnedMs < deadAfterMs }))
  return started.move()
}

/** A log line has a level of its own. */
function logged(event: GatewayEvent): object {
  if (event.event === 'counter') {
    const { point, what } = event
    return { event: event.event, point, what }
  }
  if (!('level' in event)) return event
  const { level: light, ...others } = event
  return { ...others, light }
}

/** What the policy's treatments need: most need nothing, and leave no key behind. */
async function meansOf(
  { policy }: Plan,
  paths: StatePaths,
  memory: GateMemory,
  fault: (error: unknown) => void,
): Promise<Means> {
  const isAsked = policy.releases.some(({ treatment }) => treatment.pseudonym !== undefined)
  return {
    bits: bitsFrom(systemSecrets),
    remembers: () => memory.holds,
    ...(isAsked ? { secret: await pseudonymKey(paths.pseudonymKey, { fault }) } : {}),
  }
}

/** What was counted tells of people: a support bundle leaves out what has this name. */
function auditedCounter({ point, what, ...numbers }: Extract<PlausibilityNews, { event: 'counter' }>) {
  return { kind: 'counter', point, what, numbers } as const
}

/** By device, since when its counters are to be carried on. */
function countersFrom({ site }: Plan): Map<string, number> {
  return new Map(
    Object.entries(site.devices).flatMap(([name, { counters_from }]) =>
      counters_from === undefined ? [] : [[name, counters_from.epochMilliseconds]],
    ),
  )
}

function runningTold({ site, policy }: Plan, paths: StatePaths): GatewayEvent {
  const topics = topicsOf({ tenant: site.tenant, site: site.site })
  return {
    event: 'running',
    broker: site.uplink.broker,
    lines: Object.fromEntries(Object.entries(site.lines).map(([name, line]) => [name, lineUrl(line)])),
    releases: Object.fromEntries(policy.releases.map(({ name }) => [name, topics.record(name)])),
    site: site.site,
    title: site.title ?? site.site,
    home: policy.home.length,
    state: paths.folder,
    pid: process.pid,
  }
}

async function waitingIn(north: North): Promise<number> {
  const streams = (await north.way?.outbox.streams()) ?? []
  return streams.reduce((sum, { waiting }) => sum + waiting, north.held)
}

function periodsOf({ points, periodsMs }: Plan): Map<Reading['point'], number> {
  return new Map([...points].map(([point, { poll }]) => [point, periodsMs[poll]]))
}

/** Until disposed of. */
function every(ms: number, clock: Clock, turn: () => void): AsyncDisposable {
  const stop = new AbortController()
  const turning = keepTurning(ms, clock, turn, stop.signal)
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort()
      return turning
    },
  }
}

async function keepTurning(ms: number, clock: Clock, turn: () => void, signal: AbortSignal): Promise<void> {
  let dueMs = clock.monotonicMs()
  for (;;) {
    // From beat to beat, however long a turn takes; what was missed is not made up for.
    dueMs = Math.max(dueMs + ms, clock.monotonicMs())
    await clock.sleep(dueMs - clock.monotonicMs(), signal).catch(() => undefined) // cut short only at the end
    if (signal.aborted) return
    turn()
  }
}
