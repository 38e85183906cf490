/** A recipient's books over all numberings: what came, what is kept, what is to be said. Knows no network. */
import { isOurs, parseTopic, topicsOf } from '../../gateway/uplink/topics.ts'
import { ask, type Asking } from './asking.ts'
import type { ReceiveEvent } from './events.ts'
import type { Ranges } from './numbers.ts'
import { beginningAt, declare, highest, missing, nothing, remembered, take, upto, type Stream } from './receiver.ts'
import type { Kept, Shelf, StreamName } from './shelf.ts'
import { parseMessage, parseState, type Message, type State } from './wire.ts'

/** What the recipient says to a gateway. */
export interface Word {
  readonly topic: string
  readonly payload: string
  readonly retain: boolean
  /** what is told once the broker has it */
  readonly told: ReceiveEvent
}

interface Numbering {
  readonly name: StreamName
  /** the gateway has said that it gave numbers up to this one */
  given: number
  stream: Stream
  asking: Asking | undefined
}

export class Recipient {
  readonly #shelf: Shelf | undefined
  readonly #on: (event: ReceiveEvent) => void
  readonly #hears: (release: string) => boolean
  readonly #numberings = new Map<string, Numbering>()
  /** by site: the outbox that was heard of last; what another one gave nobody there has any more */
  readonly #outboxes = new Map<string, string>()
  /** those that miss something */
  readonly #lacking = new Set<Numbering>()
  /** those whose receipt is to be said */
  readonly #owing = new Set<Numbering>()
  #uncommitted: Kept[] = []

  /** `hears`: the releases whose records come here; a site speaks of all that it has. */
  constructor(
    shelf: Shelf | undefined,
    on: (event: ReceiveEvent) => void,
    hears: (release: string) => boolean = () => true,
  ) {
    this.#shelf = shelf
    this.#hears = hears
    this.#on = on
    for (const { name, held, declared } of shelf?.streams() ?? []) this.#add(name, remembered(held, declared))
  }

  hear(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic)
    if (parsed?.kind === 'state') {
      const state = parseState(payload)
      if (state === undefined) {
        this.#on({ event: 'garbage', topic, detail: 'not a state' })
        return
      }
      this.#on({ event: 'state', tenant: parsed.tenant, site: parsed.site, state: state.s })
      this.#given(parsed, state)
      return
    }
    // A wide filter brings what others say to one another, too: commands, answers, receipts are for them.
    if (parsed?.kind !== 'record' && parsed?.kind !== 'history') {
      if (parsed === undefined && !isOurs(topic)) this.#on({ event: 'garbage', topic, detail: 'not a topic of Fanal' })
      return
    }
    if (payload.length === 0) return // somebody has emptied a retained topic
    const message = parseMessage(payload)
    if (message.kind === 'garbage') {
      this.#on({ event: 'garbage', topic, detail: message.detail })
      return
    }
    const { tenant, site, release } = parsed
    const name = { tenant, site, release, outbox: message.outbox }
    this.#outboxes.set(siteOf(name), name.outbox)
    const numbering = this.#numberings.get(keyOf(name)) ?? this.#add(name, this.#firstSeen(message))
    if (message.kind === 'record') this.#record(numbering, message, payload)
    else this.#gap(numbering, message)
    this.#look(numbering)
  }

  /** Puts on the shelf what came since the last time: only then are receipts due. Throws SHELF_WRITE. */
  commit(): void {
    if (this.#shelf === undefined || this.#uncommitted.length === 0) return
    const batch = this.#uncommitted
    this.#uncommitted = []
    this.#shelf.keep(batch)
    for (const { of } of batch) {
      const numbering = this.#numberings.get(keyOf(of))
      if (numbering !== undefined) this.#owing.add(numbering)
    }
  }

  /** Every receipt is to be said again: nobody knows what the broker still has. The newest outbox of a release comes last. */
  renew(): void {
    if (this.#shelf !== undefined) for (const numbering of this.#numberings.values()) this.#owing.add(numbering)
  }

  /** Receipts and requests that are due. Who keeps nothing says nothing. */
  words(nowMs: number): Word[] {
    if (this.#shelf === undefined || this.#uncommitted.length > 0) return []
    const receipts = [...this.#owing].flatMap((numbering) => receipt(numbering))
    this.#owing.clear()
    const requests = [...this.#lacking].flatMap((numbering) => {
      const { name } = numbering
      if ((this.#outboxes.get(siteOf(name)) ?? name.outbox) !== name.outbox) return []
      const { ranges, asking } = ask(numbering.asking, missing(numbering.stream, numbering.given), nowMs)
      numbering.asking = asking
      return ranges.length === 0 ? [] : request(numbering, ranges)
    })
    return [...receipts, ...requests]
  }

  #add(name: StreamName, stream: Stream): Numbering {
    const numbering = { name, stream, given: 0, asking: undefined }
    this.#numberings.set(keyOf(name), numbering)
    if (upto(stream) < highest(stream)) this.#lacking.add(numbering)
    return numbering
  }

  /** What a broker lost at the end of a numbering nobody would miss, if the gateway did not say how far it had come. */
  #given({ tenant, site }: Pick<StreamName, 'tenant' | 'site'>, { outbox, last = {} }: State): void {
    if (this.#shelf === undefined || outbox === undefined) return
    this.#outboxes.set(siteOf({ tenant, site }), outbox)
    for (const [release, number] of Object.entries(last)) {
      if (!this.#hears(release)) continue
      const name = { tenant, site, release, outbox }
      const numbering = this.#numberings.get(keyOf(name)) ?? this.#add(name, nothing)
      numbering.given = Math.max(numbering.given, number)
      this.#look(numbering)
    }
  }

  /** Whoever only watches does not miss what was before he came. */
  #firstSeen(message: Message): Stream {
    if (this.#shelf !== undefined) return nothing
    return beginningAt(message.kind === 'record' ? message.seq : message.gap.from)
  }

  #record(numbering: Numbering, message: Extract<Message, { kind: 'record' }>, payload: Uint8Array): void {
    const { name } = numbering
    const { boot, seq, t0, t1, p, a } = message
    const { stream, fresh } = take(numbering.stream, seq)
    if (!fresh) {
      this.#on({ event: 'duplicate', ...name, seq })
      // The gateway sends again what it has no receipt for: perhaps it lost ours.
      this.#owing.add(numbering)
      return
    }
    this.#jump(numbering, seq)
    numbering.stream = stream
    this.#keep(() => ({ kind: 'record', of: name, boot, seq, payload: Buffer.from(payload).toString() }))
    const late = message.hist === true ? { historical: true as const } : {}
    this.#on({ event: 'record', ...name, boot, seq, ...late, record: { t0, t1, p, ...(a === undefined ? {} : { a }) } })
  }

  #gap(numbering: Numbering, message: Extract<Message, { kind: 'gap' }>): void {
    const { name } = numbering
    const { boot } = message
    const { from, to, why } = message.gap
    const { stream, fresh } = declare(numbering.stream, [from, to])
    this.#jump(numbering, from)
    numbering.stream = stream
    for (const range of fresh) {
      this.#keep(() => ({ kind: 'gap', of: name, boot, range, why }))
      this.#on({ event: 'gap-declared', ...name, from: range[0], to: range[1], why })
    }
  }

  /** Who only watches keeps nothing. */
  #keep(what: () => Kept): void {
    if (this.#shelf !== undefined) this.#uncommitted.push(what())
  }

  /** What comes next leaves numbers out. */
  #jump({ name, stream }: Numbering, next: number): void {
    const last = highest(stream)
    if (next > last + 1) this.#on({ event: 'gap-found', ...name, from: last + 1, to: next - 1 })
  }

  #look(numbering: Numbering): void {
    const whole = upto(numbering.stream) === Math.max(highest(numbering.stream), numbering.given)
    if (!whole) this.#lacking.add(numbering)
    else if (this.#lacking.delete(numbering)) {
      numbering.asking = undefined
      this.#on({ event: 'gap-closed', ...numbering.name, upto: upto(numbering.stream) })
    }
  }
}

function siteOf({ tenant, site }: Pick<StreamName, 'tenant' | 'site'>): string {
  return `${tenant}/${site}`
}

function keyOf({ tenant, site, release, outbox }: StreamName): string {
  return `${tenant}/${site}/${release}/${outbox}`
}

function receipt({ name, stream }: Numbering): Word[] {
  const confirmed = upto(stream)
  if (confirmed === 0) return []
  return [
    {
      topic: topicsOf(name).receipt(name.release),
      payload: JSON.stringify({ v: 1, outbox: name.outbox, upto: confirmed }),
      retain: true,
      told: { event: 'receipt-given', ...name, upto: confirmed },
    },
  ]
}

function request({ name }: Numbering, ranges: Ranges): Word {
  return {
    topic: topicsOf(name).replay(name.release),
    payload: JSON.stringify({ v: 1, outbox: name.outbox, ranges }),
    retain: false,
    told: { event: 'replay-asked', ...name, ranges },
  }
}
