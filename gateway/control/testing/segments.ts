/** Segments for tests: one output, and what the site says of it, each as different from the usual as a test wants. */
import type { PointId } from '../../../drivers/reading.ts'
import { siteSchema, type SiteSegment } from '../../site.ts'
import { rangeOf } from '../levels.ts'
import type { Output, Segment } from '../segment.ts'

export function outputOf(differing: Partial<Output> = {}): Output {
  return {
    setpoint: 'lamps.group_0_level',
    device: 'lamps',
    form: 'light_level',
    limits: [10, 100],
    off: true,
    slewPerS: 10,
    restMs: 500,
    confirmBy: ['lamps.gear_0_level'],
    tolerance: 1,
    confirmWithinMs: 5_000,
    onLoss: undefined,
    ...differing,
  }
}

export function segmentOf(
  declared: Partial<Record<keyof SiteSegment, unknown>> = {},
  outputs: readonly Output[] = [outputOf()],
): Segment {
  return {
    name: 'north',
    title: 'Rue Haute',
    setpoint: 'north.level',
    outputs,
    range: rangeOf(outputs),
    place: { latitude: 48.27, longitude: 7.4, time_zone: 'Europe/Paris' },
    declared: siteSchema.shape.segments.unwrap().valueType.parse({
      setpoints: outputs.map(({ setpoint }) => setpoint),
      program: {
        from: 'sunset',
        until: 'sunrise',
        level: 100,
        late: { from: '23:00', until: '05:00', level: 50 },
      },
      floor: 30,
      on_loss: 'program',
      ...declared,
    }),
  }
}

export const relay: Output = outputOf({
  setpoint: 'relay.k1' satisfies PointId,
  device: 'relay',
  form: 'relay',
  limits: [0, 1],
  slewPerS: Infinity,
  restMs: 1_000,
  confirmBy: ['relay.k1'],
  tolerance: 0,
})
