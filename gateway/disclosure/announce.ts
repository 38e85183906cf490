/** The built-in releases: that the gateway is there, what it declares to send, and its answers. Named after nobody's data. */
import { quantities, quantityNames, unitCode, type QuantityName } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { Announced } from './disclosed.ts'
import type { Policy, Release } from './policy.ts'
import { groupPoint } from './treatments/minimum-group.ts'

/** Which outbox numbers the records, and in which of its runs: a recipient keeps both with each record. */
export interface Origin {
  readonly outbox: string
  readonly boot: number
}

/**
 * `last`: the last number that each release was given. What a broker acknowledged and lost at the very end no later number
 * would betray: by these a recipient knows what to ask for.
 */
export function online(origin: Origin, at: Temporal.Instant, last: ReadonlyMap<string, number> = new Map()): Announced {
  return announce('state', {
    ...{ v: 1, s: 'online', ts: at.epochMilliseconds, ...origin },
    ...(last.size === 0 ? {} : { last: Object.fromEntries(last) }),
  })
}

/** Also the will, which the broker speaks for a gateway that is gone: so it has no time of its own. */
export function offline(origin: Origin): Announced {
  return announce('state', { v: 1, s: 'offline', ...origin })
}

/**
 * Every release with its purpose and its points, and once each of their quantities, with unit and meaning: a broker takes
 * messages only so large. Points that stay home are not even named. `segments`: those that may be commanded, by name.
 */
export function description(
  policy: Policy,
  title: string | undefined,
  segments: ReadonlyMap<string, { readonly title: string }> = new Map(),
): Announced {
  const released = new Set([...policy.routes.keys()].map((point) => policy.quantityOf.get(point)))
  return announce('meta', {
    v: 1,
    ...(title === undefined ? {} : { title }),
    ...(segments.size === 0
      ? {}
      : { commands: Object.fromEntries([...segments].map(([name, { title }]) => [name, { title }])) }),
    releases: Object.fromEntries(policy.releases.map((release) => [release.name, describe(release, policy)])),
    quantities: Object.fromEntries(
      quantityNames
        .filter((name) => released.has(name))
        .map((name) => {
          const { kind, unit, label } = quantities[name]
          return [name, { kind, unit, unitCode: unitCode(unit), label }]
        }),
    ),
  })
}

function describe(release: Release, policy: Policy): object {
  const { purpose, basis, recipient, retention, licence, alarms, expires, delivery } = release.declared
  return {
    points: pointsTold(release, policy),
    ...(alarms.length === 0 ? {} : { alarms }),
    purpose,
    basis,
    recipient,
    // What is dropped stays home, and is not even named.
    treatment: release.declared.treatment.filter((step) => !('drop' in step)),
    delivery: delivery === 'durable' ? 'durable' : { 'best-effort': delivery['best-effort'].toString() },
    retention,
    ...(licence === undefined ? {} : { licence }),
    ...(expires === undefined ? {} : { expires: expires.toString() }),
  }
}

/** By their names as they leave: under a pseudonym no device is named, and of a group only the sum. */
function pointsTold({ points, treatment }: Release, { quantityOf }: Policy): Record<string, QuantityName> {
  const nameTold = (point: PointId, quantity: QuantityName) => {
    if (treatment.minimumGroup?.of === 'points') return groupPoint(quantity)
    return treatment.pseudonym === undefined ? point : `*.${point.slice(point.indexOf('.') + 1)}`
  }
  return Object.fromEntries(
    points.flatMap((point) => {
      const quantity = quantityOf.get(point)
      return quantity === undefined ? [] : [[nameTold(point, quantity), quantity]]
    }),
  )
}

/** What a commander is told: nothing of the street but what became of its own command. */
export interface Answer {
  /** of the command */
  readonly nonce?: string
  readonly setpoint: string
  readonly verdict: 'accepted' | 'released' | 'refused' | 'applied' | 'unconfirmed' | 'rejected' | 'superseded'
  /** of a refusal, with the words for its message, and the levels that would be obeyed */
  readonly code?: string
  readonly words?: Readonly<Record<string, string | number>>
  readonly allowed?: { readonly from: number; readonly to: number; readonly off: boolean }
  /** of what was accepted */
  readonly value?: number
  readonly until?: Temporal.Instant
  readonly rules?: boolean
  /** of a write that was not confirmed, or rejected */
  readonly because?: string
}

export function answer({ until, ...told }: Answer): Announced {
  return announce('answer', { v: 1, ...told, ...(until === undefined ? {} : { until: until.toString() }) })
}

function announce(topic: Announced['topic'], body: object): Announced {
  const announcement: Omit<Announced, keyof Announced & symbol> = { topic, body: JSON.stringify(body) }
  return announcement as Announced
}
