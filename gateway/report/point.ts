/** A point as it is told to those who ask: with unit, age, quality, and where it leaves. */
import { quantities, type Quantity } from '../../drivers/quantities.ts'
import { hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import type { KnownPoint } from '../local/answers.ts'
import type { Plan } from '../plan.ts'

export function pointTold(plan: Plan, { reading, ageMs }: { reading: Reading; ageMs?: number }): KnownPoint {
  const { point, quality } = reading
  const name = plan.points.get(point)?.quantity
  const quantity: Quantity | undefined = name && quantities[name]
  return {
    point,
    quantity: name ?? '',
    unit: quantity?.unit ?? '',
    at: reading.at.toString(),
    state: quality.state,
    ...(quality.state === 'good' ? {} : { reason: quality.reason }),
    ...(hasValue(reading) ? { value: typeof reading.value === 'bigint' ? String(reading.value) : reading.value } : {}),
    ...(ageMs === undefined ? {} : { age_ms: Math.round(ageMs) }),
    releases: releasesOf(plan, point),
  }
}

function releasesOf({ policy }: Plan, point: PointId): string[] {
  return (policy.routes.get(point) ?? []).flatMap((index) => policy.releases[index]?.name ?? [])
}
