/** What a parcel is on the wire: a message in each of its encodings, but for those of them that have arrived already. */
import type { Parcel } from '../outbox/parcel.ts'
import type { Arrived } from './arrived.ts'
import type { Connection } from './connection.ts'
import { encode } from './encodings/json.ts'
import type { Message } from './last-sent.ts'
import { Letters, type Manner } from './letters.ts'
import type { Besides } from './ngsi.ts'
import { publishProperties } from './properties.ts'
import { together, type Sending } from './together.ts'
import type { Topics } from './topics.ts'
import { messageCost } from './wire-cost.ts'

export interface SendingsOptions {
  readonly connection: Pick<Connection, 'publish' | 'protocol'>
  readonly topics: Pick<Topics, 'record' | 'history'>
  /** absent: it is nobody's any more, and goes out as the others do */
  readonly mannerOf: (release: string) => Manner | undefined
  readonly tls: boolean
  /** what a parcel is in other encodings; absent: there are none */
  readonly besides?: Besides | undefined
  /** whether the release leaves as JSON, too; absent: all do */
  readonly speaksJson?: ((release: string) => boolean) | undefined
  /** outlives the connection */
  readonly arrived: Arrived
  /** a record has arrived in JSON, whatever becomes of its other encodings */
  readonly said: (release: string, message: Message) => void
}

export interface Outgoing {
  /** of the parcel as JSON: names the release and its lane, even where it does not speak JSON */
  readonly topic: string
  /** where it goes in all its encodings */
  readonly places: readonly string[]
  /** of all its encodings: topics and payloads, without MQTT's wrapping */
  readonly bytes: number
  /** of those that go now, on the wire */
  readonly cost: number
  /** Answers once, when all of it has arrived, or with why it has not. */
  readonly send: Sending
}

interface Encoded {
  readonly name: string
  readonly where: string
  readonly bytes: number
  readonly cost: number
  readonly send: Sending
}

export class Sendings {
  readonly #options: SendingsOptions
  readonly #letters: Letters

  constructor(options: SendingsOptions) {
    this.#options = options
    this.#letters = new Letters(options.topics, options.mannerOf)
  }

  of(parcel: Parcel, late: boolean): Outgoing {
    const { tls, besides, speaksJson, arrived, topics } = this.#options
    const { release } = parcel
    const others = (besides?.(parcel, late) ?? []).map(({ where, bytes, send }, index): Encoded => ({
      ...{ name: `besides ${index}`, where, bytes, send },
      cost: messageCost(0, bytes, tls),
    }))
    const all = (speaksJson?.(release) ?? true) ? [this.#json(parcel, late), ...others] : others
    const before = arrived.of(parcel)
    const left = all.filter(({ name }) => !before.has(name))
    return {
      topic: late ? topics.history(release) : topics.record(release),
      places: all.map(({ where }) => where),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
      cost: left.reduce((sum, { cost }) => sum + cost, 0),
      send: (answered) => this.#send(parcel, left, answered),
    }
  }

  #json(parcel: Parcel, late: boolean): Encoded {
    const { connection, tls, said } = this.#options
    const payload = encode(parcel, parcel.outbox, late)
    const { topic, properties } = this.#letters.next(parcel.release, late)
    const [topicBytes, payloadBytes] = [Buffer.byteLength(topic), Buffer.byteLength(payload)]
    const message = { topic, payload, properties: { ...publishProperties(connection.protocol, properties) } }
    const send: Sending = (answered) =>
      connection.publish(
        topic,
        payload,
        false,
        (outcome) => {
          if (outcome === 'acknowledged') {
            this.#letters.said(topic)
            if (parcel.kind === 'record') said(parcel.release, message)
          }
          answered(outcome)
        },
        properties,
      )
    const cost = messageCost(topicBytes, payloadBytes, tls)
    return { name: 'json', where: topic, bytes: topicBytes + payloadBytes, cost, send }
  }

  #send(parcel: Parcel, left: readonly Encoded[], answered: Parameters<Sending>[0]): void {
    const { arrived } = this.#options
    const now = new Set<string>()
    const sendings = left.map(
      ({ name, send }): Sending =>
        (told) =>
          send((outcome) => {
            if (outcome === 'acknowledged') now.add(name)
            told(outcome)
          }),
    )
    together(sendings, (outcome) => {
      if (outcome === 'acknowledged') arrived.settle(parcel)
      else arrived.note(parcel, now)
      answered(outcome)
    })
  }
}
