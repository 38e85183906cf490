/** What a segment does when nobody commands it: its program, or what stands in for it when nobody knows the time. Pure. */
import { nightOf, slotAt, type Night, type Slot } from './program.ts'
import type { Ruler } from './ruling.ts'
import type { Segment } from './segment.ts'
import type { Trust } from './trust.ts'

/** What is known of the dark by the segment's photocell; undefined: it cannot be read. */
export type Darkness = 'dark' | 'bright' | undefined

export interface Ground {
  readonly ruler: Ruler
  /** when something else begins; absent: nobody knows */
  readonly until?: Temporal.Instant
}

/** Nights and their slots are worked out once, and again when a moment lies outside. */
export class Nights {
  readonly #segment: Pick<Segment, 'declared' | 'place'>
  #night: Night | undefined
  #slot: Slot | undefined

  constructor(segment: Pick<Segment, 'declared' | 'place'>) {
    this.#segment = segment
  }

  slotAt(at: Temporal.Instant): Slot {
    const ms = at.epochMilliseconds
    if (this.#slot !== undefined && ms >= this.#slot.fromMs && ms < this.#slot.untilMs) return this.#slot
    if (this.#night === undefined || ms < this.#night.fromMs || ms >= this.#night.untilMs)
      this.#night = nightOf(this.#segment.declared.program, this.#segment.place, at)
    return (this.#slot = slotAt(this.#night, at))
  }
}

/** `now` is believed unless `trust` is unknown. */
export function groundOf(
  segment: Segment,
  nights: Nights,
  { trust, now, darkness }: { trust: Trust; now: Temporal.Instant; darkness: Darkness },
): Ground {
  if (trust === 'unknown') return { ruler: withoutTime(segment, darkness) }
  const { level, ground, until } = nights.slotAt(now)
  return { ruler: { ...program, level, ground }, until }
}

const program = { priority: 'program', source: { door: 'program', who: 'program' }, reason: '' } as const

/** Lit, unless the site has said why not, or a photocell sees daylight. */
function withoutTime({ declared }: Segment, darkness: Darkness): Ruler {
  const { on_loss: onLoss } = declared
  const without = (level: number, reason = ''): Ruler => ({ ...program, level, reason, ground: 'no-trusted-time' })
  if (typeof onLoss === 'object') return without(0, onLoss.off)
  switch (onLoss) {
    case 'on':
      return without(100)
    case 'program':
      return without(declared.program.level)
    case 'photocell':
      if (darkness === 'bright') return { ...program, level: 0, ground: 'photocell-bright' }
      return darkness === 'dark'
        ? { ...program, level: declared.program.level, ground: 'photocell-dark' }
        : without(declared.program.level)
  }
}

/** What a photocell says, given what it said before: between its two thresholds it stays as it was (hysteresis). */
export function darknessOf(
  lux: number | undefined,
  { on_below, off_above }: NonNullable<Segment['declared']['photocell']>,
  before: Darkness,
): Darkness {
  if (lux === undefined) return undefined
  if (lux < on_below) return 'dark'
  return lux > off_above ? 'bright' : (before ?? 'dark')
}
