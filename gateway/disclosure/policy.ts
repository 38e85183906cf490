/** The site's releases, compiled: which point goes into which release, treated how. What is not named stays home. */
import { milliseconds } from '../../drivers/schema.ts'
import type { QuantityName } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { SiteRelease, Statistic } from '../site.ts'

export type Delivery = { readonly kind: 'durable' } | { readonly kind: 'best-effort'; readonly windowMs: number }

export interface Release {
  readonly name: string
  /** named one by one, sorted: a new device does not slip in under a running gateway */
  readonly points: readonly PointId[]
  readonly aggregate?: { readonly everyMs: number; readonly of: readonly Statistic[] }
  /** values are rounded to multiples of this */
  readonly step?: number
  readonly delivery: Delivery
  readonly declared: SiteRelease
}

export interface Policy {
  readonly releases: readonly Release[]
  /** point → indices of the releases that it is in */
  readonly routes: ReadonlyMap<PointId, readonly number[]>
  readonly quantityOf: ReadonlyMap<PointId, QuantityName>
  /** points that are read here and leave in no release, sorted */
  readonly home: readonly PointId[]
}

/** Whether `device.point` fits a pattern in which `*` stands for any letters of either half. */
export function matches(pattern: string, point: string): boolean {
  const source = pattern.replaceAll(/[^a-z0-9_*-]/g, '\\$&').replaceAll('*', '[^.]*')
  return new RegExp(`^${source}$`).test(point)
}

export function compilePolicy(
  releases: Readonly<Record<string, SiteRelease>>,
  points: ReadonlyMap<PointId, QuantityName>,
): Policy {
  const sorted = [...points.keys()].sort()
  const routes = new Map<PointId, number[]>()
  const compiled = Object.entries(releases).map(([name, declared], index): Release => {
    const chosen = sorted.filter((point) => declared.points.some((pattern) => matches(pattern, point)))
    for (const point of chosen) {
      const route = routes.get(point)
      if (route) route.push(index)
      else routes.set(point, [index])
    }
    return { name, points: chosen, ...treatmentOf(declared), delivery: deliveryOf(declared), declared }
  })
  return { releases: compiled, routes, quantityOf: points, home: sorted.filter((point) => !routes.has(point)) }
}

function treatmentOf({ treatment }: SiteRelease): Pick<Release, 'aggregate' | 'step'> {
  let compiled: Pick<Release, 'aggregate' | 'step'> = {}
  for (const step of treatment) {
    compiled =
      'aggregate' in step
        ? { ...compiled, aggregate: { everyMs: milliseconds(step.aggregate.every), of: step.aggregate.of } }
        : { ...compiled, step: step.round }
  }
  return compiled
}

function deliveryOf({ delivery }: SiteRelease): Delivery {
  return delivery === 'durable'
    ? { kind: 'durable' }
    : { kind: 'best-effort', windowMs: milliseconds(delivery['best-effort']) }
}
