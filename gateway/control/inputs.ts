/** What a segment's contacts and its photocell say. */
import { hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import { darknessOf, type Darkness } from './ground.ts'
import type { Segment } from './segment.ts'

export type Interlock = Segment['declared']['interlocks'][number]

/** A value that is suspect changes nothing; so many in a row are no light that could be measured. */
const mostSuspects = 3

export class Inputs {
  readonly #declared: Segment['declared']
  readonly #points: ReadonlySet<string>
  readonly #contacts = new Map<string, boolean | undefined>()
  /** points that were asked at least once, with or without an answer */
  readonly #asked = new Set<PointId>()
  #darkness: Darkness
  /** readings of the photocell in a row that were suspect */
  #suspects = 0

  constructor({ declared }: Segment) {
    const { photocell, local, interlocks } = declared
    this.#declared = declared
    this.#points = new Set([photocell, local, ...interlocks].flatMap((input) => input?.point ?? []))
  }

  get darkness(): Darkness {
    return this.#darkness
  }

  /** Whether the contact that orders light is closed. */
  get isForced(): boolean {
    const { local } = this.#declared
    return local !== undefined && this.#contacts.get(local.point) === true
  }

  /** Interlocks that hold; one that cannot be read does. */
  get engaged(): Interlock[] {
    return this.#declared.interlocks.filter(({ point, is }) => (this.#contacts.get(point) ?? is) === is)
  }

  /** Whether each was asked at least once. */
  get areHeard(): boolean {
    return this.#asked.size === this.#points.size
  }

  /** Whether something has changed. */
  see(reading: Reading): boolean {
    const { point } = reading
    if (!this.#points.has(point)) return false
    if (hasValue(reading) || reading.quality.reason !== 'not-read') this.#asked.add(point)
    const darkness = this.#darkness
    const { photocell, local } = this.#declared
    if (photocell?.point === point) {
      const lux = hasValue(reading) && typeof reading.value === 'number' ? reading.value : undefined
      const isSuspect = hasValue(reading) && reading.quality.state === 'uncertain'
      this.#suspects = isSuspect ? this.#suspects + 1 : 0
      if (!isSuspect) this.#darkness = darknessOf(lux, photocell, darkness)
      else if (this.#suspects >= mostSuspects) this.#darkness = darknessOf(undefined, photocell, darkness)
    }
    const was = this.#contacts.get(point)
    const is = hasValue(reading) ? reading.value === true : undefined
    // The contact that orders light stays as it was while it cannot be read.
    if (is !== undefined || local?.point !== point) this.#contacts.set(point, is)
    return darkness !== this.#darkness || was !== this.#contacts.get(point)
  }
}
