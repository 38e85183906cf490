/** What the history can keep of a site, and how long. */
import type { Sensitivity } from '../../drivers/quantities.ts'

export interface Series {
  /** a point, `feeder.power_active`, or something of the gateway's own, `segment:north.level` */
  readonly name: string
  readonly sensitivity: Sensitivity
  /** after the decimal point; what differs only beyond them is the same value */
  readonly digits: number
  /** Of presence: how fine its release lets it out. Without one it is not kept. */
  readonly finestMs?: number
}

export interface Sample {
  readonly atMs: number
  /** null: from here on no value is known */
  readonly value: number | null
}

const dayMs = 86_400_000

/**
 * How long each class stays, at most. A city may ask for a quarter's lighting; how people live is no archive.
 *
 * `technical`, `public`: 90 days tell nothing about people, and a season's faults from a season's habits.
 * `usage`: a load curve by the half hour needs its subscriber's consent where it leaves the meter (CNIL, on smart meters);
 * here it never leaves, and a week is what a complaint, or the comparison with the same night last week, needs.
 * `presence`: no longer than a load curve, and no finer than its release (see `grainMs`).
 * `identifier`: a history of who is none of a cabinet's business.
 */
export const retention: Readonly<Record<Sensitivity, number>> = {
  technical: 90 * dayMs,
  public: 90 * dayMs,
  usage: 7 * dayMs,
  presence: 7 * dayMs,
  identifier: 0,
}

/** Times are kept to a tenth of a second: no chart shows more, and a regular beat then costs next to nothing. */
export const timeGrainMs = 100

/** How fine a series is kept; undefined: not at all. */
export function grainMs({ sensitivity, finestMs }: Pick<Series, 'sensitivity' | 'finestMs'>): number | undefined {
  if (retention[sensitivity] === 0) return undefined
  return sensitivity === 'presence' ? finestMs : timeGrainMs
}

/** A value that does not change is told again so often. */
export const heartbeatMs = 15 * 60_000

/** With no word for so long, a value of this grain is no longer known. */
export function deadMs(grainMs: number): number {
  return heartbeatMs + 5 * 60_000 + 2 * grainMs
}
