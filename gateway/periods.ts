/** How often points are read. */
import { pollClasses, type PollClass } from '../drivers/profile.ts'
import { milliseconds } from '../drivers/schema.ts'
import type { Site } from './site.ts'

export type Periods = Readonly<Record<PollClass, number>>

/** How long each class is, where the site does not say. */
export const defaultPeriodsMs: Periods = { fast: 2_000, normal: 10_000, slow: 60_000 }

export function periodsOf(polling: Site['polling']): Periods {
  const periodsMs = { ...defaultPeriodsMs }
  for (const poll of pollClasses) {
    const period = polling[poll]
    if (period !== undefined) periodsMs[poll] = milliseconds(period)
  }
  return periodsMs
}
