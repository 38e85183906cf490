/** What the running gateway tells over its socket, gathered from the parts. */
import type { Clock } from '../drivers/clock.ts'
import type { PointTable } from './acquisition/point-table.ts'
import { rulingTold } from './doors.ts'
import type { Lighting } from './lighting.ts'
import type { Presence } from './control/presence.ts'
import type { KnownPoint, SegmentStatus, Status } from './local/answers.ts'
import type { PresenceTold } from './local/session.ts'
import type { Alarm } from './observe/alarms.ts'
import type { North } from './north.ts'
import type { Plan } from './plan.ts'
import type { South } from './south.ts'
import { pointTold } from './told.ts'

export function pointsTold(plan: Plan, table: PointTable): KnownPoint[] {
  return [...table].map((known) => pointTold(plan, known))
}

export async function statusTold(gateway: {
  plan: Plan
  began: Temporal.Instant
  clock: Clock
  /** device → why it does not look like its profile */
  doubts: ReadonlyMap<string, string>
  south: South
  north: North
  lighting: Lighting
  alarms: readonly Alarm[]
}): Promise<Status> {
  const { plan, south, north, lighting, doubts, clock } = gateway
  const { presence } = lighting.control
  const { site, policy } = plan
  const { way } = north
  const streams = new Map((await way?.outbox.streams())?.map((stream) => [stream.release, stream]))
  return {
    site: site.site,
    tenant: site.tenant,
    pid: process.pid,
    started: gateway.began.toString(),
    ...(way === undefined ? {} : { outbox: { id: way.outbox.id, boot: way.outbox.boot } }),
    held: north.held,
    lines: Object.fromEntries(
      [...south.lines].map(([name, { line, poller }]) => [
        name,
        {
          url: line.url,
          ...(line.trouble === undefined ? {} : { code: line.trouble.code }),
          ...line.counters,
          load: line.load,
          polls: poller.figures.polls,
          missed: poller.figures.missed,
          worst_late_ms: Math.round(poller.figures.worstLateMs),
        },
      ]),
    ),
    devices: Object.fromEntries(
      [...plan.devices].map(([name, { line, unit, instance }]) => {
        const doubt = doubts.get(name)
        const { line: wire, poller } = south.lines.get(line) ?? {}
        const health = wire?.trouble === undefined ? (poller?.healthOf(name).state ?? 'alive') : 'line-down'
        return [name, { profile: instance.profile.id, line, unit, health, ...(doubt === undefined ? {} : { doubt }) }]
      }),
    ),
    segments: Object.fromEntries(segmentsTold(lighting)),
    time: {
      now: clock.now().toString(),
      trust: lighting.trust.trust,
      ...(site.place === undefined ? {} : { zone: site.place.time_zone }),
    },
    uplink: way?.uplink.status() ?? {
      broker: site.uplink.broker,
      connected: false,
      published: 0,
      refused: 0,
      refusing: {},
    },
    releases: Object.fromEntries(
      policy.releases.map(({ name, delivery, declared, points }) => {
        const { last = 0, waiting = 0, receipt } = streams.get(name) ?? {}
        return [
          name,
          {
            delivery: delivery.kind,
            recipient: declared.recipient.name,
            purpose: declared.purpose,
            points: points.length,
            last,
            waiting,
            ...(receipt === undefined ? {} : { receipt }),
          },
        ]
      }),
    ),
    alarms: gateway.alarms.map(({ since, ...alarm }) => ({ ...alarm, since: since.toString() })),
    ...(presence === undefined ? {} : { presence: presenceTold(presence, clock) }),
    home: policy.home.length,
    ledger: (await way?.outbox.ledger()) ?? [],
  }
}

export function presenceTold({ who, since, untilMs }: Presence, clock: Clock): PresenceTold {
  const until = clock.now().add({ milliseconds: Math.round(untilMs - clock.monotonicMs()) })
  return { who, since: since.toString(), until: until.toString() }
}

function* segmentsTold({ control }: Lighting): Generator<[name: string, told: SegmentStatus]> {
  for (const { segment, state } of control.states()) {
    if (state === undefined) continue
    const { ruling, actual, progress } = state
    yield [
      segment.name,
      {
        title: segment.title,
        ruling: rulingTold(ruling),
        ...(actual === undefined ? {} : { actual: Math.round(actual) }),
        state: progress.state,
        ...('because' in progress ? { because: progress.because } : {}),
        setpoints: segment.outputs.map(({ setpoint }) => setpoint),
      },
    ]
  }
}
