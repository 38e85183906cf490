/** Topic and properties of each record. What a message says of itself costs bytes each time: the first of a topic says it. */
import type { Priority } from '../releases.ts'
import type { PublishProperties } from './connection.ts'
import type { Topics } from './topics.ts'

/** How a release's records travel. */
export interface Manner {
  readonly priority: Priority
  /** told as user properties: never of persons */
  readonly about: Readonly<Record<string, string>>
  /** so long a broker may keep one for a recipient that is away; absent: without end */
  readonly expiresInS?: number
}

/** What it says of itself besides where it goes. */
export interface Letter {
  readonly topic: string
  readonly properties: PublishProperties
}

export class Letters {
  readonly #topics: Pick<Topics, 'record' | 'history'>
  readonly #mannerOf: (release: string) => Manner | undefined
  /** topics on which this connection has said what is to be said of them */
  readonly #introduced = new Set<string>()

  constructor(topics: Pick<Topics, 'record' | 'history'>, mannerOf: (release: string) => Manner | undefined) {
    this.#topics = topics
    this.#mannerOf = mannerOf
  }

  next(release: string, late: boolean): Letter {
    const topic = late ? this.#topics.history(release) : this.#topics.record(release)
    const { about, expiresInS } = this.#mannerOf(release) ?? {}
    const expires = expiresInS === undefined ? {} : { expiresInS }
    if (this.#introduced.has(topic)) return { topic, properties: { bare: true, ...expires } }
    return { topic, properties: { ...(about === undefined ? {} : { about }), ...expires } }
  }

  /** One has arrived: the broker knows. */
  said(topic: string): void {
    this.#introduced.add(topic)
  }
}
