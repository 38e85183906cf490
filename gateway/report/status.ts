/** How a gateway is, gathered from its parts. */
import type { Clock } from '../../drivers/clock.ts'
import type { Disturbance, LineAdapter } from '../../drivers/line.ts'
import { milliseconds } from '../../drivers/schema.ts'
import type { Presence } from '../control/presence.ts'
import { rulingTold } from '../doors.ts'
import type { Ledger } from '../ledger.ts'
import type { Lighting } from '../lighting.ts'
import { budgetTold, rounded } from '../line-budget.ts'
import type { AdapterTold, DevicePace, DisturbanceTold, SegmentStatus, Status } from '../local/answers.ts'
import type { PresenceTold } from '../local/session.ts'
import type { North } from '../north.ts'
import type { StreamState } from '../outbox/parcel.ts'
import type { Alarm } from '../observe/alarms.ts'
import type { Plan } from '../plan.ts'
import type { South } from '../south.ts'
import { suggestedTimeoutMs } from '../suggested-timeout.ts'
import { unreadNow } from './ledger.ts'

type LineStatus = Status['lines'][string]

export interface Parts {
  readonly plan: Plan
  readonly began: Temporal.Instant
  /** the same on the monotonic clock */
  readonly beganMs: number
  readonly clock: Clock
  /** device → why it does not look like its profile */
  readonly doubts: ReadonlyMap<string, string>
  readonly south: South
  readonly north: North
  readonly lighting: Lighting
}

/** `alarms`: what is wrong, and since when. Asks the outbox, so it takes as long as the disk lets it. */
export async function statusTold(
  parts: Parts & { readonly ledger: Pick<Ledger, 'heard'> },
  alarms: readonly Alarm[],
): Promise<Status> {
  const { plan, north, lighting, clock, ledger } = parts
  const { site, policy } = plan
  const { presence } = lighting.control
  const { way } = north
  const streams = new Map((await way?.outbox.streams())?.map((stream) => [stream.release, stream]))
  const unread = new Map(unreadNow(plan, ledger.heard, clock.now()).map(({ release, days }) => [release, days]))
  return {
    site: site.site,
    tenant: site.tenant,
    pid: process.pid,
    started: parts.began.toString(),
    ...(way === undefined ? {} : { outbox: { id: way.outbox.id, boot: way.outbox.boot } }),
    held: north.held,
    lines: linesTold(parts),
    devices: Object.fromEntries(
      Object.entries(devicesTold(parts)).map(([name, told]) => [name, { ...told, ...paceTold(parts, name) }]),
    ),
    segments: segmentsTold(lighting),
    time: {
      now: clock.now().toString(),
      trust: lighting.trust.trust,
      ...(site.place === undefined ? {} : { zone: site.place.time_zone }),
    },
    uplink: { ...uplinkTold(parts), ...caughtUpTold(parts, streams.values()) },
    releases: Object.fromEntries(
      policy.releases.map(({ name, delivery, declared, points }) => {
        const { last = 0, waiting = 0, historical, receipt } = streams.get(name) ?? {}
        const days = unread.get(name)
        return [
          name,
          {
            delivery: delivery.kind,
            recipient: declared.recipient.name,
            purpose: declared.purpose,
            points: points.length,
            last,
            waiting,
            ...(historical === undefined ? {} : { historical }),
            ...(receipt === undefined ? {} : { receipt }),
            ...(days === undefined ? {} : { unread_days: days }),
          },
        ]
      }),
    ),
    alarms: alarms.map(({ since, ...alarm }) => ({ ...alarm, since: since.toString() })),
    ...(presence === undefined ? {} : { presence: presenceTold(presence, clock) }),
    home: policy.home.length,
    ledger: (await way?.outbox.ledger()) ?? [],
  }
}

export function linesTold(parts: Pick<Parts, 'south' | 'plan' | 'clock' | 'beganMs'>): Status['lines'] {
  const { south, plan, clock, beganMs } = parts
  const passedS = (clock.monotonicMs() - beganMs) / 1_000
  return Object.fromEntries(
    [...south.lines].map(([name, { line, poller }]) => {
      const budget = plan.budgets.get(name)
      const told: LineStatus = {
        url: line.url,
        ...(line.adapter === undefined ? {} : { adapter: adapterTold(line.adapter) }),
        ...(line.trouble === undefined ? {} : { code: line.trouble.code }),
        ...line.counters,
        load: line.load,
        ...(passedS > 0 ? { requests_per_s: rounded(line.counters.requests / passedS) } : {}),
        ...(budget === undefined ? {} : { planned: budgetTold(budget) }),
        ...(line.disturbance === undefined ? {} : { disturbance: disturbanceTold(line.disturbance, clock) }),
        polls: poller.figures.polls,
        missed: poller.figures.missed,
        worst_late_ms: Math.round(poller.figures.worstLateMs),
      }
      return [name, told]
    }),
  )
}

function adapterTold({ path, driver, latencyTimerMs, set, knownBy }: LineAdapter): AdapterTold {
  return {
    path,
    ...(driver === undefined ? {} : { driver }),
    ...(latencyTimerMs === undefined ? {} : { latency_ms: latencyTimerMs }),
    set,
    known_by: knownBy,
  }
}

function disturbanceTold({ kind, sinceMs }: Disturbance, clock: Clock): DisturbanceTold {
  const since = clock.now().subtract({ milliseconds: Math.round(clock.monotonicMs() - sinceMs) })
  return { kind, since: since.toString() }
}

export function paceTold({ plan, south }: Pick<Parts, 'plan' | 'south'>, name: string): { pace?: DevicePace } {
  const device = plan.devices.get(name)
  if (device === undefined) return {}
  const timeoutMs = milliseconds(device.instance.profile.modbus.timeout)
  const latency = south.lines.get(device.line)?.line.latency(device.unit)
  if (latency === undefined) return { pace: { timeout_ms: timeoutMs } }
  const { answers, turnAround } = latency
  const suggested = suggestedTimeoutMs(turnAround.p99Ms, answers, timeoutMs)
  const spread = ({ medianMs, p99Ms }: { medianMs: number; p99Ms: number }) => ({
    median: rounded(medianMs),
    p99: rounded(p99Ms),
  })
  return {
    pace: {
      timeout_ms: timeoutMs,
      answers,
      turn_around_ms: spread(turnAround),
      latency_ms: spread(latency),
      ...(suggested === undefined ? {} : { suggested_timeout_ms: suggested }),
    },
  }
}

export function devicesTold({ plan, doubts, south }: Pick<Parts, 'plan' | 'doubts' | 'south'>): Status['devices'] {
  return Object.fromEntries(
    [...plan.devices].map(([name, { line, unit, instance }]) => {
      const doubt = doubts.get(name)
      const health = healthOf(south, line, name)
      const isDamaged = health === 'dead' && south.lines.get(line)?.poller.isDamaged(name) === true
      return [
        name,
        {
          profile: instance.profile.id,
          line,
          unit,
          health,
          ...(isDamaged ? { damaged: true } : {}),
          ...(doubt === undefined ? {} : { doubt }),
        },
      ]
    }),
  )
}

export function healthOf(south: South, line: string, device: string): Status['devices'][string]['health'] {
  const { line: wire, poller } = south.lines.get(line) ?? {}
  return wire?.trouble === undefined ? (poller?.healthOf(device).state ?? 'alive') : 'line-down'
}

export function segmentsTold({ control }: Lighting): Record<string, SegmentStatus> {
  const told: Record<string, SegmentStatus> = {}
  for (const { segment, state } of control.states()) {
    if (state === undefined) continue
    const { ruling, actual, progress } = state
    told[segment.name] = {
      title: segment.title,
      ruling: rulingTold(ruling),
      ...(actual === undefined ? {} : { actual: Math.round(actual) }),
      state: progress.state,
      ...('because' in progress ? { because: progress.because } : {}),
      setpoints: segment.outputs.map(({ setpoint }) => setpoint),
    }
  }
  return told
}

export function uplinkTold({ north, plan }: Pick<Parts, 'north' | 'plan'>): Status['uplink'] {
  const live = north.live === undefined ? {} : { sparkplug: north.live.status() }
  const { broker } = plan.site.uplink
  if (north.way === undefined) return { broker, connected: false, published: 0, refused: 0, refusing: {}, ...live }
  const { budget, ...told } = north.way.uplink.status()
  return { ...told, budget: { ...budget, waiting: [...budget.waiting] }, ...live }
}

function caughtUpTold({ north, clock }: Pick<Parts, 'north' | 'clock'>, streams: Iterable<StreamState>) {
  const records = [...streams].reduce((sum, { historical = 0 }) => sum + historical, 0)
  const seconds = records === 0 ? undefined : north.way?.uplink.caughtUpS(records)
  return seconds === undefined
    ? {}
    : {
        caught_up_by: clock
          .now()
          .add({ seconds: Math.ceil(seconds) })
          .toString(),
      }
}

export function presenceTold({ who, since, untilMs }: Presence, clock: Clock): PresenceTold {
  const until = clock.now().add({ milliseconds: Math.round(untilMs - clock.monotonicMs()) })
  return { who, since: since.toString(), until: until.toString() }
}
