/**
 * From many samples as many as a chart can show, so that what stands out still does. Pure, and of a stream: what it holds
 * depends on what is asked for, not on what there is.
 */
import type { Sample } from './series.ts'

interface Seen extends Sample {
  /** in which order they came */
  readonly order: number
}

/** Of a stretch of time: the extremes, the first moment nothing was known, and what it ended with. */
interface Stretch {
  least: Seen | undefined
  most: Seen | undefined
  unknown: Seen | undefined
  last: Seen
}
const perStretch = 4

/**
 * All samples that were added, if they are not more than `most`; otherwise the first, and of each stretch its least, its
 * greatest, its last and its first null. Oldest first; among those of one time, as they came.
 */
export class Thinning {
  readonly #fromMs: number
  readonly #stretchMs: number
  readonly #most: number
  /** while they are few */
  #all: Seen[] | undefined = []
  readonly #stretches: (Stretch | undefined)[]
  #first: Seen | undefined
  #count = 0

  /** Samples are from `fromMs` until `untilMs`; what is not counts to the nearest stretch. */
  constructor(fromMs: number, untilMs: number, most: number) {
    this.#most = Math.max(0, Math.floor(most))
    const stretches = Math.max(1, Math.floor((this.#most - 1) / perStretch))
    this.#stretches = Array.from({ length: stretches }, () => undefined)
    this.#fromMs = fromMs
    this.#stretchMs = Math.max(1, untilMs - fromMs) / stretches
  }

  add(atMs: number, value: number | null): void {
    const seen = { atMs, value, order: this.#count++ }
    if (this.#all !== undefined) {
      this.#all.push(seen)
      if (this.#all.length <= this.#most) return
      for (const each of this.#all) this.#fold(each)
      this.#all = undefined
      return
    }
    this.#fold(seen)
  }

  samples(): Sample[] {
    const chosen = this.#all ?? this.#chosen()
    return chosen.sort((a, b) => a.atMs - b.atMs || a.order - b.order).map(({ atMs, value }) => ({ atMs, value }))
  }

  #chosen(): Seen[] {
    const chosen = new Set<Seen>()
    const all = this.#stretches.filter((stretch) => stretch !== undefined)
    for (const { most } of all) if (most) chosen.add(most)
    for (const { least } of all) if (least) chosen.add(least)
    for (const { last } of all) chosen.add(last)
    for (const { unknown } of all) if (unknown) chosen.add(unknown)
    if (this.#first) chosen.add(this.#first)
    // Only where fewer than a stretch's are asked for is this fewer than all.
    return [...chosen].slice(0, this.#most)
  }

  #fold(seen: Seen): void {
    if (this.#first === undefined || seen.atMs < this.#first.atMs) this.#first = seen
    const at = Math.floor((seen.atMs - this.#fromMs) / this.#stretchMs)
    const place = Math.min(this.#stretches.length - 1, Math.max(0, at))
    const stretch = (this.#stretches[place] ??= { least: undefined, most: undefined, unknown: undefined, last: seen })
    if (seen.atMs >= stretch.last.atMs) stretch.last = seen
    if (seen.value === null) {
      if (stretch.unknown === undefined || seen.atMs < stretch.unknown.atMs) stretch.unknown = seen
      return
    }
    if (stretch.least?.value == null || seen.value < stretch.least.value) stretch.least = seen
    if (stretch.most?.value == null || seen.value > stretch.most.value) stretch.most = seen
  }
}
