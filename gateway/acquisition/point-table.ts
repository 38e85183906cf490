/** What is known of each point, and how old it is. */
import type { Clock } from '../../drivers/clock.ts'
import { bad, hasValue, uncertain, type BadReason, type PointId, type Reading } from '../../drivers/reading.ts'

/** A value counts as fresh for so many polling periods: two polls may fail unnoticed. */
export const freshPeriods = 3
/** From here on it is no value any more. */
export const stalePeriods = 10

/** Failures of the way, not of the value: the last value still stands, and ages. */
const passing: ReadonlySet<BadReason> = new Set(['no-answer', 'garbled', 'line-down'])

export interface Known {
  readonly reading: Reading
  /** since the value was read; absent while there is none */
  readonly ageMs?: number
}

interface Row {
  readonly periodMs: number
  latest: Reading
  value: Extract<Reading, { value: unknown }> | undefined
  valueAtMs: number
}

export class PointTable {
  readonly #clock: Clock
  readonly #rows: ReadonlyMap<PointId, Row>

  /** `periodsMs`: how often each point is read. */
  constructor(periodsMs: ReadonlyMap<PointId, number>, clock: Clock) {
    this.#clock = clock
    const at = clock.now()
    this.#rows = new Map(
      [...periodsMs].map(([point, periodMs]) => [
        point,
        { periodMs, latest: { point, at, quality: bad('not-read') }, value: undefined, valueAtMs: 0 },
      ]),
    )
  }

  /** Takes fresh readings; those of points that no device has are not kept. */
  put(readings: readonly Reading[]): void {
    const nowMs = this.#clock.monotonicMs()
    for (const reading of readings) {
      const row = this.#rows.get(reading.point)
      if (row === undefined) continue
      row.latest = reading
      if (hasValue(reading)) {
        row.value = reading
        row.valueAtMs = nowMs
      } else if (!passing.has(reading.quality.reason)) {
        row.value = undefined
      }
    }
  }

  /** What is known of their points now, in their place: one missed poll is no news. */
  known(readings: readonly Reading[]): Reading[] {
    const nowMs = this.#clock.monotonicMs()
    return readings.map((reading) => {
      const row = this.#rows.get(reading.point)
      return row === undefined ? reading : known(row, nowMs).reading
    })
  }

  get(point: PointId): Known | undefined {
    const row = this.#rows.get(point)
    return row && known(row, this.#clock.monotonicMs())
  }

  /** Every point, in the site's order. */
  *[Symbol.iterator](): Generator<Known> {
    const nowMs = this.#clock.monotonicMs()
    for (const row of this.#rows.values()) yield known(row, nowMs)
  }
}

function known({ latest, value, valueAtMs, periodMs }: Row, nowMs: number): Known {
  if (value === undefined) return { reading: latest }
  const ageMs = nowMs - valueAtMs
  if (ageMs <= freshPeriods * periodMs) return { reading: value, ageMs }
  if (ageMs <= stalePeriods * periodMs) return { reading: { ...value, quality: uncertain('stale') }, ageMs }
  const quality = hasValue(latest) ? bad('stale') : latest.quality
  return { reading: { point: value.point, at: value.at, quality }, ageMs }
}
