/** Which encodings of a parcel have arrived while another was refused: they do not go again with it. In memory, and bounded. */
import type { Parcel } from '../outbox/parcel.ts'

/** Few wait so: a release of which one is refused waits as a whole. Of one that is forgotten here all goes again. */
const mostParcels = 1_000

export class Arrived {
  readonly #encodings = new Map<string, ReadonlySet<string>>()

  of(parcel: Parcel): ReadonlySet<string> {
    return this.#encodings.get(keyOf(parcel)) ?? none
  }

  note(parcel: Parcel, encodings: ReadonlySet<string>): void {
    const key = keyOf(parcel)
    const all = this.of(parcel).union(encodings)
    this.#encodings.delete(key)
    if (all.size > 0) this.#encodings.set(key, all)
    const [oldest] = this.#encodings.keys()
    if (this.#encodings.size > mostParcels && oldest !== undefined) this.#encodings.delete(oldest)
  }

  /** All of it has. */
  settle(parcel: Parcel): void {
    this.#encodings.delete(keyOf(parcel))
  }

  /** The recipient of this release asks for what it lacks. */
  forget(release: string): void {
    for (const key of [...this.#encodings.keys()]) if (key.startsWith(`${release} `)) this.#encodings.delete(key)
  }
}

const none: ReadonlySet<string> = new Set()

function keyOf(parcel: Parcel): string {
  const numbers = parcel.kind === 'record' ? parcel.seq : `${parcel.from}-${parcel.to}`
  return `${parcel.release} ${parcel.outbox} ${numbers}`
}
