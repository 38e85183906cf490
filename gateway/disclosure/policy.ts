/** The site's releases, compiled: which point goes into which release, treated how. What is not named stays home. */
import { milliseconds } from '../../drivers/schema.ts'
import { quantities, type QuantityName } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { EncodingName, Priority, SiteRelease, Statistic, TreatmentStep } from '../releases.ts'
import { matches } from './patterns.ts'
import { withoutDropped } from './treatments/drop.ts'

export { matches }

export type Delivery = { readonly kind: 'durable' } | { readonly kind: 'best-effort'; readonly windowMs: number }

/** What is done before anything leaves, in the order of `releases.ts`; what is absent is not done. */
export interface Treatment {
  /** they are not among the release's points */
  readonly drop?: readonly string[]
  readonly changeOnly?: { readonly deadBand: number; readonly heartbeatMs: number }
  readonly aggregate?: { readonly everyMs: number; readonly of: readonly Statistic[] }
  readonly detail?: { readonly while: readonly string[]; readonly afterMs: number }
  readonly minimumGroup?: { readonly least: number; readonly of: 'counts' | 'points' }
  readonly noise?: { readonly epsilon: number; readonly perDay: number; readonly sensitivity: number }
  readonly clamp?: readonly [least: number, most: number]
  readonly bucket?: readonly number[]
  /** values are rounded to multiples of this */
  readonly step?: number
  readonly pseudonym?: { readonly rotatesMs: number }
  readonly coarsen?: { readonly timeMs?: number; readonly placeDegrees?: number }
  readonly delayMs?: number
}

export interface Release {
  readonly name: string
  /** named one by one, sorted, without what is dropped: a new device does not slip in under a running gateway */
  readonly points: readonly PointId[]
  /** patterns of codes */
  readonly alarms: readonly string[]
  readonly treatment: Treatment
  readonly delivery: Delivery
  readonly batchMs?: number
  readonly priority: Priority
  readonly encodings: readonly EncodingName[]
  /** from this moment nothing leaves any more; milliseconds since 1970 */
  readonly expiresMs?: number
  readonly declared: SiteRelease
}

export interface Policy {
  readonly releases: readonly Release[]
  /** point → indices of the releases that it is in */
  readonly routes: ReadonlyMap<PointId, readonly number[]>
  readonly quantityOf: ReadonlyMap<PointId, QuantityName>
  /** points that are read here and leave in no release, sorted */
  readonly home: readonly PointId[]
  /** on whose calendar windows begin and end */
  readonly timeZone: string
  /** tell of people: a window seen in part, which is as short as a stop makes it, tells none of their values */
  readonly guarded: ReadonlySet<PointId>
  readonly litByPeople: LitByPeople
}

/** Light that people order by passing, and the contacts that they close. */
export interface LitByPeople {
  readonly detectors: ReadonlySet<PointId>
  readonly light: ReadonlySet<PointId>
}

const litByNobody: LitByPeople = { detectors: new Set(), light: new Set() }

/**
 * `timeZone`: the street's, on whose calendar windows begin and releases expire. What only a site knows to tell of people,
 * the plan adds.
 */
export function compilePolicy(
  releases: Readonly<Record<string, SiteRelease>>,
  points: ReadonlyMap<PointId, QuantityName>,
  timeZone = 'UTC',
): Policy {
  const sorted = [...points.keys()].sort()
  const routes = new Map<PointId, number[]>()
  const compiled = Object.entries(releases).map(([name, declared], index): Release => {
    const { alarms, batch, priority, encodings, expires } = declared
    const treatment = treatmentOf(declared.treatment)
    const chosen = withoutDropped(
      sorted.filter((point) => declared.points.some((pattern) => matches(pattern, point))),
      treatment.drop ?? [],
    )
    for (const point of chosen) {
      const route = routes.get(point)
      if (route) route.push(index)
      else routes.set(point, [index])
    }
    return {
      ...{ name, points: chosen, alarms, treatment, delivery: deliveryOf(declared) },
      ...(batch === undefined ? {} : { batchMs: milliseconds(batch) }),
      ...{ priority, encodings, declared },
      ...(expires === undefined ? {} : { expiresMs: expires.toZonedDateTime(timeZone).epochMilliseconds }),
    }
  })
  return {
    releases: compiled,
    routes,
    quantityOf: points,
    home: sorted.filter((point) => !routes.has(point)),
    timeZone,
    guarded: new Set(
      [...points].flatMap(([point, name]) => (quantities[name].sensitivity === 'presence' ? [point] : [])),
    ),
    litByPeople: litByNobody,
  }
}

function treatmentOf(steps: readonly TreatmentStep[]): Treatment {
  return steps.map(compiledStep).reduce((all, one) => ({ ...all, ...one }), {})
}

function compiledStep(step: TreatmentStep): Treatment {
  if ('drop' in step) return { drop: step.drop }
  if ('change_only' in step) {
    const { dead_band, heartbeat } = step.change_only
    return { changeOnly: { deadBand: dead_band, heartbeatMs: milliseconds(heartbeat) } }
  }
  if ('aggregate' in step) return { aggregate: { everyMs: milliseconds(step.aggregate.every), of: step.aggregate.of } }
  if ('detail' in step) return { detail: { while: step.detail.while, afterMs: milliseconds(step.detail.after) } }
  if ('minimum_group' in step) return { minimumGroup: step.minimum_group }
  if ('noise' in step) {
    const { epsilon, per_day, sensitivity } = step.noise
    return { noise: { epsilon, perDay: per_day, sensitivity } }
  }
  if ('clamp' in step) return { clamp: step.clamp }
  if ('bucket' in step) return { bucket: step.bucket }
  if ('round' in step) return { step: step.round }
  if ('pseudonym' in step) return { pseudonym: { rotatesMs: milliseconds(step.pseudonym.rotates) } }
  if ('delay' in step) return { delayMs: milliseconds(step.delay) }
  const { time, place } = step.coarsen
  return {
    coarsen: {
      ...(time === undefined ? {} : { timeMs: milliseconds(time) }),
      ...(place === undefined ? {} : { placeDegrees: place }),
    },
  }
}

function deliveryOf({ delivery }: SiteRelease): Delivery {
  return delivery === 'durable'
    ? { kind: 'durable' }
    : { kind: 'best-effort', windowMs: milliseconds(delivery['best-effort']) }
}
