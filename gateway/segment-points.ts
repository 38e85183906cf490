/** What control knows of a segment, as points that a release may name: `segment:north.light_level`. */
import { good, type PointId, type Reading } from '../drivers/reading.ts'
import type { QuantityName } from '../drivers/quantities.ts'

export const segmentPoints = {
  /** what its lamps say, in per cent of full light */
  light_level: 'light_level',
  /** what rules it, in per cent of full light: its program, or a command */
  light_level_asked: 'light_level',
} as const satisfies Record<string, QuantityName>

type SegmentPoint = keyof typeof segmentPoints

export function segmentPoint(segment: string, name: SegmentPoint): PointId {
  return `segment:${segment}.${name}`
}

/** With the quantity of each. */
export function pointsOfSegments(segments: Iterable<string>): Map<PointId, QuantityName> {
  const names = Object.keys(segmentPoints) as SegmentPoint[]
  return new Map(
    [...segments].flatMap((segment) =>
      names.map((name): [PointId, QuantityName] => [segmentPoint(segment, name), segmentPoints[name]]),
    ),
  )
}

/** What control knows of a segment now; undefined as far as it does not. */
export interface Light {
  readonly segment: string
  readonly actual: number | undefined
  readonly asked: number | undefined
}

/** Lamps that cannot be asked say nothing, which is no darkness. */
export function readingsOfSegments(lights: Iterable<Light>, at: Temporal.Instant): Reading[] {
  return [...lights].flatMap(({ segment, actual, asked }) => [
    levelReading(segmentPoint(segment, 'light_level'), actual, at),
    levelReading(segmentPoint(segment, 'light_level_asked'), asked, at),
  ])
}

function levelReading(point: PointId, value: number | undefined, at: Temporal.Instant): Reading {
  return value === undefined
    ? { point, at, quality: { state: 'bad', reason: 'no-answer' } }
    : { point, at, quality: good, value }
}
