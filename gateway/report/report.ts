/** What a running gateway tells of itself at its doors, each answer with the state of that moment. */
import type { Plausibility } from '../acquisition/plausibility/plausibility.ts'
import type { PointTable } from '../acquisition/point-table.ts'
import { rulingTold } from '../doors.ts'
import type { Facts } from '../disclosure/registers/facts.ts'
import type { GatewayEvent } from '../events.ts'
import type { History } from '../history/history.ts'
import type { Ledger } from '../ledger.ts'
import type { KnownPoint, Status, WhyTold } from '../local/answers.ts'
import type { CostTold, ExportForm, ExportMetadata, LedgerPage, SpecimenTold } from '../local/data-pages.ts'
import type { DataTold, DeviceTold, LogLine, SeriesTold, SystemTold, TonightTold } from '../local/pages.ts'
import type { Told } from '../local/told.ts'
import { wrongNow, type Alarm, type AlarmChange } from '../observe/alarms.ts'
import { Standing, type StandingKept } from '../observe/standing.ts'
import { retention } from '../history/series.ts'
import { dataTold } from './data.ts'
import { defectsTold } from './defects.ts'
import { deviceTold } from './device.ts'
import { exported, exportMetadata } from './export.ts'
import { costTold, ledgerPage, specimenTold } from './ledger.ts'
import { pointTold } from './point.ts'
import { PublicPages } from './public.ts'
import { devicesTold, healthOf, linesTold, segmentsTold, statusTold, uplinkTold, type Parts } from './status.ts'
import { cpuShare, diskTold, memoryTold } from './system.ts'
import { mostSamples, tonightTold } from './tonight.ts'

export interface ReportParts extends Parts {
  readonly table: PointTable
  readonly plausibility: Pick<Plausibility, 'offset'>
  readonly history: History
  readonly ledger: Pick<Ledger, 'told' | 'enforced' | 'heard'>
  readonly ledgerFile: string
  /** the alarms that stood when the last run ended */
  readonly standing?: StandingKept | undefined
  readonly version: string
  readonly revision: SystemTold['revision']
  /** the gateway's folder */
  readonly folder: string
  /** the last lines of the log */
  readonly log: () => readonly LogLine[]
}

/** The series of a segment's level, as its lamps say it. */
export function levelSeries(segment: string): string {
  return `segment:${segment}.level`
}

export class Report {
  readonly #parts: ReportParts
  /** what only events tell: the disk's troubles, by whose they are; what is not armed; what tools may write to */
  readonly #troubles = new Map<'outbox' | 'keeping' | 'history', string>()
  readonly #unarmed = new Map<string, string>()
  readonly #unlocked = new Map<string, { who: string; reason: string }>()
  /** what everybody may read */
  readonly open: Told['open']
  readonly #standing: Standing
  #siteRefused: string | undefined

  constructor(parts: ReportParts) {
    this.#parts = parts
    this.#standing = new Standing(parts.standing ?? [], parts.clock.monotonicMs())
    const { plan, clock, ledger, north } = parts
    const facts = (): Facts => ({
      ...{ policy: plan.policy, site: plan.site, at: clock.now() },
      enforced: { hash: ledger.enforced.policy, since: Temporal.Instant.from(ledger.enforced.since) },
      samples: new Map(
        north.lastSent.all.flatMap(({ release, form, topic, payload }) =>
          form === 'text' ? [[release, { topic, payload }]] : [],
        ),
      ),
    })
    this.open = new PublicPages(clock, facts).told
  }

  hear(event: GatewayEvent): void {
    if (event.event === 'unlocked') this.#unlocked.set(event.line, { who: event.who, reason: event.reason })
    if (event.event === 'locked') this.#unlocked.delete(event.line)
    if (event.event === 'last-good') this.#siteRefused = event.code
    if (event.event === 'armed') note(this.#unarmed, event.device, event.because)
    if (event.event === 'outbox' || event.event === 'keeping' || event.event === 'history')
      note(this.#troubles, event.event, event.code)
  }

  /** Each second: notes since when something is wrong, and how bright it is; what has begun or ended to be wrong. */
  look(): AlarmChange[] {
    const { plan, lighting, clock, history, south } = this.#parts
    const now = clock.now()
    const segments = segmentsTold(lighting)
    for (const [name, { actual }] of Object.entries(segments)) history.note(levelSeries(name), now, actual ?? null)
    const wrong = wrongNow({
      lines: linesTold(this.#parts),
      devices: devicesTold(this.#parts),
      segments,
      unarmed: this.#unarmed,
      unlocked: this.#unlocked,
      refused: defectsTold(south.drivers),
      trust: plan.segments.size === 0 ? undefined : lighting.trust,
      siteRefused: this.#siteRefused,
      outbox: this.#troubles.get('outbox'),
      keeping: this.#troubles.get('keeping'),
      history: this.#troubles.get('history'),
      uplink: uplinkTold(this.#parts),
    })
    return this.#standing.look(wrong, now, clock.monotonicMs())
  }

  get alarms(): readonly Alarm[] {
    return this.#standing.alarms
  }

  /** for the next run */
  get standing(): StandingKept {
    return this.#standing.kept
  }

  status(): Promise<Status> {
    return statusTold(this.#parts, this.alarms)
  }

  points(): KnownPoint[] {
    const { plan, table } = this.#parts
    return [...table].map((known) => pointTold(plan, known))
  }

  /** Undefined: there is no such setpoint. */
  why(setpoint: string, at: Temporal.Instant | undefined): WhyTold | undefined {
    const { lighting, clock, plan } = this.#parts
    const why = lighting.control.why(setpoint, at)
    if (why === undefined) return undefined
    return {
      ...(why.ruling === undefined ? {} : { ruling: rulingTold(why.ruling) }),
      at: (at ?? clock.now()).toString(),
      timeZone: plan.site.place?.time_zone ?? 'UTC',
      trust: lighting.trust.trust,
    }
  }

  /** Undefined: there is no such segment. */
  async tonight(name: string): Promise<TonightTold | undefined> {
    const { plan, lighting, clock, history } = this.#parts
    const segment = plan.segments.get(name)
    if (segment === undefined) return undefined
    return await tonightTold(segment, {
      control: lighting.control,
      trust: lighting.trust.trust,
      clock,
      actual: (from, until) => history.range(levelSeries(name), from, until, mostSamples),
    })
  }

  /** Undefined: there is no such point, nor segment. */
  async series(
    point: string,
    from: Temporal.Instant,
    until: Temporal.Instant,
    most: number,
  ): Promise<SeriesTold | undefined> {
    const { plan, history } = this.#parts
    const known = [...plan.points.keys(), ...[...plan.segments.keys()].map(levelSeries)]
    if (!known.includes(point)) return undefined
    const samples = await history.range(point, from, until, most)
    return {
      point,
      from: from.toString(),
      until: until.toString(),
      samples: samples.map(({ atMs, value }) => [atMs, value]),
    }
  }

  /** Undefined: there is no such device. */
  device(name: string): DeviceTold | undefined {
    const { plan, table, plausibility, south, doubts } = this.#parts
    const device = plan.devices.get(name)
    if (device === undefined) return undefined
    return deviceTold(name, device, {
      plan,
      table,
      plausibility,
      driver: south.drivers.get(name),
      line: south.lines.get(device.line)?.line,
      health: healthOf(south, device.line, name),
      doubt: doubts.get(name),
    })
  }

  async data(): Promise<DataTold> {
    const { plan, north } = this.#parts
    const outbox = north.way?.outbox
    return dataTold(plan.policy, (await outbox?.streams()) ?? [], (await outbox?.ledger()) ?? [])
  }

  async ledger(): Promise<LedgerPage> {
    const { plan, ledger, clock } = this.#parts
    return ledgerPage(plan, await ledger.told(), clock.now())
  }

  /** Of one release, or of all; empty: nothing has left since the start. Undefined: there is no such release. */
  samples(release: string | undefined): SpecimenTold[] | undefined {
    const { plan, north } = this.#parts
    if (release === undefined) return north.lastSent.all.map(specimenTold)
    if (!plan.policy.releases.some(({ name }) => name === release)) return undefined
    const specimen = north.lastSent.of(release)
    return specimen === undefined ? [] : [specimenTold(specimen)]
  }

  async cost(month: string | undefined, savedKwhAYear: number | undefined): Promise<CostTold> {
    const { plan, ledger, ledgerFile, clock } = this.#parts
    return costTold({
      ...{ plan, file: ledgerFile, now: clock.now(), month, savedKwhAYear },
      told: await ledger.told(),
    })
  }

  exported(from: Temporal.Instant, until: Temporal.Instant, form: ExportForm): AsyncIterable<string> {
    return exported(this.#parts.plan, this.#parts.history, { from, until, form })
  }

  exportMetadata(): ExportMetadata {
    return exportMetadata(this.#parts.plan, this.points(), retention, this.#parts.clock.now())
  }

  async system(): Promise<SystemTold> {
    const { plan, clock, lighting, history, version, revision, folder, began, log } = this.#parts
    const { site } = plan
    const { oldest, bytes, quotaBytes } = await history.figures()
    return {
      version,
      node: process.version,
      site: site.site,
      title: site.title ?? site.site,
      started: began.toString(),
      now: clock.now().toString(),
      revision,
      clock: {
        trust: lighting.trust.trust,
        reason: lighting.trust.reason,
        ...(site.place === undefined ? {} : { zone: site.place.time_zone }),
      },
      disk: await diskTold(folder),
      memory: memoryTold(),
      cpu_share: cpuShare(),
      history: { bytes, quota_bytes: quotaBytes, ...(oldest === undefined ? {} : { oldest: oldest.toString() }) },
      log: [...log()],
    }
  }
}

/** What is wrong with one, or that nothing is any more. */
function note<Key>(wrongs: Map<Key, string>, of: Key, what: string | undefined): void {
  if (what === undefined) wrongs.delete(of)
  else wrongs.set(of, what)
}
