/** An edge node on a stage: what happens to it, and what its hosts hear, read from the bytes that would leave. */
import { quantityNames } from '../../../../drivers/quantities.ts'
import { bad, good, type PointId, type Quality, type Value } from '../../../../drivers/reading.ts'
import type { AlarmSample, Disclosed, Suppressed } from '../../../disclosure/disclosed.ts'
import { compilePolicy, type Policy } from '../../../disclosure/policy.ts'
import { disclosed, powerReading } from '../../../outbox/testing/records.ts'
import type { Statistic } from '../../../releases.ts'
import { siteSchema } from '../../../site.ts'
import { decodePayload, type HeardMetric, type HeardPayload } from '../decode.ts'
import { encodePayload } from '../payload.ts'
import { newSession } from '../session.ts'
import { step, willOf, type SessionEvent } from '../step.ts'
import { topicOf, type Verb } from '../topics.ts'

const declared = {
  purpose: 'energy_efficiency',
  basis: 'public-task',
  recipient: { name: 'Ville', role: 'controller' },
  delivery: { 'best-effort': '10s' },
  retention: '3y',
  encodings: ['json', 'sparkplug'],
}

/** Releases as a site has them, but for what is the same in all. */
export function policyOf(releases: Record<string, object>): Policy {
  const whole = Object.fromEntries(Object.entries(releases).map(([name, own]) => [name, { ...declared, ...own }]))
  return compilePolicy(siteSchema.shape.releases.parse(whole), points)
}

/** Two devices with all that can be measured, and a segment. */
const points = new Map(
  (['feeder', 'pump', 'segment:north'] as const).flatMap((device) =>
    quantityNames.map((quantity) => [`${device}.${quantity}`, quantity] as const satisfies [PointId, unknown]),
  ),
)

/** Live values of two devices and all alarms; quarters of an hour of the one; and what is not told in this encoding. */
export const usual = policyOf({
  live: { points: ['*.power_active', '*.contact', 'feeder.serial_number'], alarms: ['*'] },
  quarters: { points: ['feeder.power_active'], treatment: [{ aggregate: { every: '15m', of: ['mean', 'count'] } }] },
  stored: { points: ['feeder.current'], encodings: ['json'] },
})

export const startMs = Date.UTC(2026, 11, 21, 16)

export interface Sampled {
  readonly value: Value | null
  readonly quality?: Quality | Suppressed
  /** after the record's beginning */
  readonly offsetMs?: number
}

const template = disclosed('any', [powerReading(1)])

/** A record as disclosure makes them: a second that begins at `fromMs`; series by point, or `point statistic`. */
export function record(
  release: string,
  fromMs: number,
  series: Record<string, Value | readonly Sampled[] | null>,
  more: Pick<Partial<Disclosed>, 'partial' | 'alarms'> = {},
): Disclosed {
  return {
    ...template,
    ...{ release, from: instant(fromMs), until: instant(fromMs + 1_000) },
    series: Object.entries(series).map(([name, values]) => {
      const [point, statistic] = name.split(' ') as [PointId, Statistic?]
      const samples = isList(values)
        ? values
        : [values === null ? { value: null, quality: bad('no-answer') } : { value: values }]
      return {
        ...{ point, ...(statistic === undefined ? {} : { statistic }) },
        samples: samples.map(({ value, quality = good, offsetMs = 0 }) => ({ offsetMs, value, quality })),
      }
    }),
    ...more,
  }
}

function isList(values: Value | readonly Sampled[] | null): values is readonly Sampled[] {
  return Array.isArray(values)
}

export function alarms(fromMs: number, ...list: Omit<AlarmSample, 'offsetMs'>[]): Disclosed {
  return record('live', fromMs, {}, { alarms: list.map((alarm) => ({ ...alarm, offsetMs: 0 })) })
}

function instant(ms: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(ms)
}

export interface Heard {
  readonly verb: Verb
  readonly device: string | undefined
  readonly topic: string
  readonly read: HeardPayload
  readonly release: string | undefined
}

export class Stage {
  readonly session
  readonly heard: Heard[] = []
  wallMs = startMs
  monotonicMs = 0
  /** the connection was ended by the node, so many times */
  left = 0

  constructor(policy: Policy = usual, primaryHost?: string) {
    this.session = newSession(policy, primaryHost)
  }

  /** What is heard of this alone. */
  do(event: SessionEvent): Heard[] {
    const { out, leave } = step(this.session, event, this)
    if (leave) this.left++
    const heard = out.map(({ verb, device, payload, release }): Heard => {
      const read = decodePayload(encodePayload(payload))
      if (read === undefined) throw new Error('not readable')
      return { verb, device, topic: topicOf({ group: 'Ville', edge: 'rue-haute' }, verb, device), read, release }
    })
    this.heard.push(...heard)
    return heard
  }

  will(): HeardPayload {
    const read = decodePayload(encodePayload(willOf(this.session, this)))
    if (read === undefined) throw new Error('not readable')
    return read
  }

  connect(): Heard[] {
    this.do({ event: 'connecting' })
    return this.do({ event: 'connected' })
  }

  /** Moves both clocks, and tells when a birth is due. */
  wait(ms: number): Heard[] {
    this.wallMs += ms
    this.monotonicMs += ms
    return this.do({ event: 'due' })
  }

  tell(...records: Disclosed[]): Heard[] {
    return this.do({ event: 'disclosed', records })
  }
}

export function metric(heard: Heard | undefined, name: string): HeardMetric {
  const found = heard?.read.metrics.find((each) => each.name === name)
  if (found === undefined) throw new Error(`${heard?.verb ?? 'nothing'} has no ${name}`)
  return found
}

export function verbs(heard: readonly Heard[]): string[] {
  return heard.map(({ verb, device }) => (device === undefined ? verb : `${verb} ${device}`))
}
