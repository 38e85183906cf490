/** The last message of each release as it was sent, for whoever wants to see what leaves. In memory, and bounded. */

/** What a broker got. */
export interface Message {
  readonly topic: string
  readonly payload: string | Uint8Array
  /** MQTT 5's; absent: none */
  readonly properties?: Readonly<Record<string, unknown>>
}

export interface Specimen {
  readonly release: string
  /** when the broker acknowledged it */
  readonly at: Temporal.Instant
  readonly topic: string
  /** as text; `base64`: what is no text, in that */
  readonly payload: string
  readonly form: 'text' | 'base64'
  /** of all of it; more than the payload here where it was cut */
  readonly bytes: number
  readonly properties: Readonly<Record<string, unknown>>
}

/** Records are cut into portions below 48 KiB: only another's encoding is longer. */
const longestBytes = 64 * 1_024
const mostReleases = 64

export class LastSent {
  readonly #specimens = new Map<string, Specimen>()

  note(release: string, { topic, payload, properties = {} }: Message, at: Temporal.Instant): void {
    const bytes = Buffer.from(payload)
    const kept = bytes.subarray(0, longestBytes)
    const form = typeof payload === 'string' || isText(bytes) ? 'text' : 'base64'
    const shown = kept.toString(form === 'text' ? 'utf8' : 'base64')
    this.#specimens.delete(release)
    this.#specimens.set(release, { release, at, topic, payload: shown, form, bytes: bytes.length, properties })
    const [oldest] = this.#specimens.keys()
    if (this.#specimens.size > mostReleases && oldest !== undefined) this.#specimens.delete(oldest)
  }

  /** By name of the release; undefined: nothing of it has left since the start. */
  of(release: string): Specimen | undefined {
    return this.#specimens.get(release)
  }

  get all(): readonly Specimen[] {
    return [...this.#specimens.values()].sort((a, b) => (a.release < b.release ? -1 : 1))
  }
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
