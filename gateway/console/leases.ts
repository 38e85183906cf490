/** What may be chosen when the light is overridden: levels and lengths. Pure. */
import type { TonightTold } from '../local/pages.ts'

type Allowed = TonightTold['allowed']

const quarters = [25, 50, 75, 100]

/** Off where it is allowed, the least, the most, and what lies between in quarters. */
export function presetsOf({ from, to, off }: Allowed): number[] {
  const levels = [from, ...quarters.filter((level) => level >= from + 10 && level <= to - 10), to]
  return [...(off && from > 0 ? [0] : []), ...new Set(levels)]
}

/** The nearest level that is allowed, going from one by a step; below the least there is only off. */
export function stepped(level: number, by: number, { from, to, off }: Allowed): number {
  if (level === 0 && from > 0) return by > 0 ? from : 0
  const next = Math.min(to, level + by)
  if (next >= from) return next
  return level > from ? from : off ? 0 : from
}

/** Where the slider begins: what rules now, brought within what is allowed. */
export function beginAt(level: number | undefined, { from, to }: Allowed): number {
  return Math.round(Math.min(to, Math.max(from, level ?? to)))
}

export const leaseMinutes = [15, 30, 60, 120, 240, 480] as const

/** What the plan asks for at a moment; undefined: it lies outside of this night. */
export function planAt(plan: TonightTold['plan'], atMs: number): TonightTold['plan'][number] | undefined {
  return plan.find(({ from, until }) => Date.parse(from) <= atMs && atMs < Date.parse(until))
}
