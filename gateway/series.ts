/** Which series the history keeps of a site: its points that are numbers or switches, and the levels of its segments. */
import { quantities, type Quantity } from '../drivers/quantities.ts'
import { sensitivityOf } from './disclosure/sensitivity.ts'
import type { Series } from './history/history.ts'
import type { Plan } from './plan.ts'
import { levelSeries } from './report/report.ts'
import { segmentPoint } from './segment-points.ts'

const kept: ReadonlySet<Quantity['kind']> = new Set(['gauge', 'counter', 'switch'])

export function seriesOf({ points, segments, policy }: Plan): Series[] {
  const ofPoints = [...points].flatMap(([name, { quantity }]): Series[] => {
    const { kind, sensitivity: own, digits }: Quantity = quantities[quantity]
    const sensitivity = sensitivityOf(policy, name) ?? own
    if (!kept.has(kind)) return []
    const finestMs = finestRelease(policy, name)
    return [{ name, sensitivity, digits, ...(finestMs === undefined ? {} : { finestMs }) }]
  })
  const ofSegments = [...segments.keys()].map((segment): Series => {
    const point = segmentPoint(segment, 'light_level')
    const finestMs = finestRelease(policy, point)
    return {
      ...{ name: levelSeries(segment), sensitivity: sensitivityOf(policy, point) ?? 'public', digits: 0 },
      ...(finestMs === undefined ? {} : { finestMs }),
    }
  })
  return [...ofPoints, ...ofSegments]
}

/** How fine the finest release of a point is; undefined: it stays home, or leaves as it is read. */
function finestRelease(
  { routes, releases }: Plan['policy'],
  point: Parameters<Plan['policy']['routes']['get']>[0],
): number | undefined {
  const periods = (routes.get(point) ?? []).flatMap((index) => releases[index]?.treatment.aggregate?.everyMs ?? [])
  return periods.length === 0 ? undefined : Math.min(...periods)
}
