/** How often points are read. */
import type { InstancePoint } from '../drivers/instance.ts'
import { pollClasses, type PollClass } from '../drivers/profile.ts'
import { milliseconds } from '../drivers/schema.ts'
import type { Site, SiteSegment } from './site.ts'

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

/** Contacts and photocells that segments act on. */
export function inputsOf({ photocell, local, interlocks }: SiteSegment): string[] {
  return [photocell, local, ...interlocks].flatMap((input) => (input ? [input.point] : []))
}

/** A device's points as they are read: what a segment acts on in the fast class, whatever the profile says. */
export function pointsRead(
  device: string,
  points: ReadonlyMap<string, InstancePoint>,
  inputs: ReadonlySet<string>,
): ReadonlyMap<string, InstancePoint> {
  return new Map(
    [...points].map(([name, point]) => [name, inputs.has(`${device}.${name}`) ? { ...point, poll: 'fast' } : point]),
  )
}
