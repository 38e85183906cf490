/** One night of a segment, as the console draws it: the plan, what ruled, and what its lamps said. */
import type { Clock } from '../../drivers/clock.ts'
import type { Control } from '../control/control.ts'
import { nightOf } from '../control/program.ts'
import type { Segment } from '../control/segment.ts'
import type { Trust } from '../control/trust.ts'
import { rulerTold, rulingTold } from '../doors.ts'
import type { Sample } from '../history/history.ts'
import type { TonightTold } from '../local/pages.ts'

interface Parts {
  readonly control: Control
  readonly trust: Trust
  readonly clock: Clock
  /** what the segment's lamps said of themselves */
  readonly actual: (from: Temporal.Instant, until: Temporal.Instant) => Promise<readonly Sample[]>
}

/** While the program asks for light, nobody gets less than the floor (`envelope.ts`). */
function allowedNow({ range, declared }: Segment, asked: number): TonightTold['allowed'] {
  return asked === 0 ? range : { from: Math.max(range.from, declared.floor), to: range.to, off: false }
}

/** A pixel of a wide screen each. */
export const mostSamples = 1_000

export async function tonightTold(segment: Segment, { control, trust, clock, actual }: Parts): Promise<TonightTold> {
  const now = clock.now()
  const { fromMs, untilMs, slots } = nightOf(segment.declared.program, segment.place, now)
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs)
  const until = Temporal.Instant.fromEpochMilliseconds(untilMs)
  const ruling = control.why(segment.setpoint)?.ruling
  return {
    segment: segment.name,
    setpoint: segment.setpoint,
    title: segment.title,
    zone: segment.place.time_zone,
    now: now.toString(),
    from: from.toString(),
    until: until.toString(),
    trust,
    plan: slots.map((slot) => ({
      from: slot.from.toString(),
      until: slot.until.toString(),
      level: slot.level,
      ground: slot.ground,
    })),
    ruled: control.ruledSince(segment.setpoint, from).map(({ since, ruler }) => ({
      since: since.toString(),
      ...(ruler === undefined ? {} : { ruler: rulerTold(ruler) }),
    })),
    actual: (await actual(from, now)).map(({ atMs, value }) => [atMs, value]),
    ...(ruling === undefined ? {} : { ruling: rulingTold(ruling) }),
    floor: segment.declared.floor,
    allowed: allowedNow(segment, slots.find((slot) => now.epochMilliseconds < slot.untilMs)?.level ?? 0),
  }
}
