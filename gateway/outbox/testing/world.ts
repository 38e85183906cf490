/** An outbox and its recipients: what they hold, and what must never be. The model behind random histories and power cuts. */
import { expect } from 'vitest'
import type { Parcel } from '../parcel.ts'
import { Ranges, type Range } from '../ranges.ts'
import type { StoreOptions } from '../store.ts'
import { bestEffort, day, durable, Runs, upTo, windowMs } from './runs.ts'

/** Of each kind, one whose recipient gives receipts, and one whose recipient never does. */
const deliveries = { bill: durable, log: durable, live: bestEffort, loose: bestEffort }
export type Release = keyof typeof deliveries
export const releases: readonly Release[] = ['bill', 'log', 'live', 'loose']
const confirms: Record<Release, boolean> = { bill: true, log: false, live: true, loose: false }

export type Step =
  | { readonly does: 'append'; readonly release: Release; readonly records: number }
  | { readonly does: 'take'; readonly most: number }
  /**
   * `sent`: arrives, and the broker says so; `arrive`: arrives, and nobody hears of it; `lose`: the broker says
   * that it has it, and loses it; one of those under way
   */
  | { readonly does: 'sent' | 'arrive' | 'lose' | 'put back'; readonly which: number }
  | { readonly does: 'receipt'; readonly release: Release }
  /** a receipt for another outbox's numbers */
  | { readonly does: 'lie'; readonly release: Release; readonly upto: number }
  | { readonly does: 'replay'; readonly release: Release; readonly from: number; readonly length: number }
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'disconnect' | 'crash' | 'restart' }

interface Made {
  readonly body: string
  readonly atMs: number
  /** the append has not resolved: it may be there or not */
  isUnsure: boolean
  /** a power cut came within the record's window */
  mayBeLost: boolean
}

interface Recipient {
  readonly held: Map<number, string>
  /** numbers that it need not wait for */
  readonly excused: Ranges
  /** both together */
  readonly covered: Ranges
}

export class World {
  readonly runs: Runs
  cuts = 0
  cutGaps = 0
  #underWay: Parcel[] = []
  /** of each release, live and historical, the last number taken; forgotten when something goes back in line */
  readonly #floor = new Map<string, number>()
  readonly #made: Record<Release, Made[]> = { bill: [], log: [], live: [], loose: [] }
  readonly #recipients = new Map<string, Recipient>(
    releases.map((release) => [release, { held: new Map(), excused: new Ranges(), covered: new Ranges() }]),
  )

  /** what happens after the power was lost is seen by nobody, but may still be written */
  readonly #hasPower: () => boolean
  /** until when there was power, in the time of `runs` */
  #poweredMs = 0

  constructor(options: StoreOptions, hasPower = () => true) {
    this.runs = new Runs(options, deliveries)
    this.#hasPower = hasPower
  }

  do(step: Step): void {
    const { runs } = this
    if (!this.#hasPower() && !['append', 'wait', 'restart'].includes(step.does)) return
    this.#do(step)
    if (this.#hasPower()) this.#poweredMs = runs.nowMs
  }

  #do(step: Step): void {
    const { runs } = this
    switch (step.does) {
      case 'append':
        this.#append(step.release, step.records)
        return
      case 'take':
        this.#take(step.most)
        return
      case 'sent':
      case 'arrive':
      case 'lose':
      case 'put back':
        this.#one(step.does, step.which)
        return
      case 'disconnect':
        this.#lineChanged()
        this.#underWay = []
        runs.lanes.disconnected()
        return
      case 'receipt':
        this.#confirm(step.release)
        return
      case 'lie':
        runs.lanes.receipt(step.release, 'another outbox', step.upto)
        return
      case 'replay':
        this.#lineChanged()
        runs.lanes.replay(step.release, runs.store.id, [{ from: step.from, to: step.from + step.length }])
        return
      case 'wait':
        runs.tick(step.ms)
        return
      case 'crash':
        this.cut()
        runs.crash()
        return
      case 'restart':
        this.#lineChanged()
        this.#underWay = []
        runs.restart()
        return
    }
  }

  /** The power is cut now; whoever calls this starts the outbox anew. */
  cut(): void {
    this.cuts++
    this.#lineChanged()
    this.#underWay = []
    for (const release of releases) {
      for (const record of this.#made[release]) record.mayBeLost ||= record.atMs > this.#poweredMs - windowMs
    }
  }

  /** From now on the connection is good: everything goes out, and what must have arrived has. Ends with a restart. */
  settle(): void {
    const { runs } = this
    this.do({ does: 'disconnect' })
    for (const release of releases) if (confirms[release]) this.#append(release, 1)
    this.#receiveAll()
    // The record just made shows a recipient what a broker has lost before it.
    this.#lineChanged()
    for (const { release, last } of runs.lanes.streams()) {
      const missing = new Ranges([{ from: 1, to: last }])
      const { covered } = this.#recipient(release)
      for (const { from, to } of covered) missing.remove(from, to)
      runs.lanes.replay(release, runs.store.id, [...missing])
    }
    this.#receiveAll()
    for (const release of releases) {
      this.#checkArrived(release)
      this.#confirm(release)
    }
    if (this.cuts === 0) expect(this.cutGaps, 'gaps without a cut').toBe(0)
    this.do({ does: 'restart' })
    for (const { release, waiting, last } of runs.lanes.streams()) {
      expect(waiting, `kept of ${release}`).toBe(release === 'log' ? last : 0)
    }
    for (const { id, release, held } of runs.store.streams()) {
      expect(runs.store.count(id, { from: 1, to: 2 ** 39 }), `rows of ${release}, as counted`).toBe(held)
    }
  }

  #receiveAll(): void {
    for (let parcels = this.#take(5); parcels.length > 0; parcels = this.#take(5)) {
      for (const { ticket } of parcels) {
        this.#one(
          'sent',
          this.#underWay.findIndex((parcel) => parcel.ticket === ticket),
        )
      }
    }
  }

  #checkArrived(release: Release): void {
    const made = this.#made[release]
    const held = this.#recipient(release).held
    const isDurable = deliveries[release].kind === 'durable'
    const bodies = new Set(held.values())
    const lost = made.filter(
      ({ body, isUnsure, mayBeLost }) => !bodies.has(body) && !isUnsure && (isDurable || !mayBeLost),
    )
    expect(lost, `lost of ${release}`).toEqual([])
    expect(bodies.size, `${release}: a record under two numbers`).toBe(held.size)

    const order = [...held].sort(([a], [b]) => a - b).map(([, body]) => Number(body.split(' ')[1]))
    expect(order, `${release}: made in the order of their numbers`).toEqual(order.toSorted((a, b) => a - b))

    const stream = this.runs.lanes.streams().find((each) => each.release === release)
    expect(this.#covered(release), `${release}: nothing unaccounted for`).toBe(stream?.last)
    if (isDurable) expect(stream?.last, `${release}: no number skipped`).toBe(held.size)
  }

  #append(release: Release, records: number): void {
    const made = this.#made[release]
    const added = Array.from({ length: records }, (_, n) => ({
      body: `${release} ${made.length + n}`,
      atMs: this.runs.nowMs,
      isUnsure: true,
      mayBeLost: false,
    }))
    made.push(...added)
    this.runs.append(release, ...added.map(({ body }) => body))
    const isUnsure = !this.#hasPower()
    for (const record of added) record.isUnsure = isUnsure
  }

  #take(most: number): Parcel[] {
    const parcels = this.runs.lanes.take(upTo(most))
    expect(parcels.length).toBeLessThanOrEqual(most)
    for (const parcel of parcels) {
      const { from, to } = numbers(parcel)
      const line = `${parcel.release}${parcel.historical ? ', historical' : ''}`
      expect(from, `${line}: order`).toBeGreaterThan(this.#floor.get(line) ?? 0)
      this.#floor.set(line, to)
      const twice = this.#underWay.filter(
        (other) => other.release === parcel.release && numbers(other).from <= to && numbers(other).to >= from,
      )
      expect(twice, 'under way twice').toEqual([])
      this.#underWay.push(parcel)
      if (parcel.kind === 'gap' && parcel.why === 'power-cut') this.cutGaps++
    }
    return parcels
  }

  #one(does: 'sent' | 'arrive' | 'lose' | 'put back', which: number): void {
    const at = which % Math.max(1, this.#underWay.length)
    const parcel = this.#underWay[at]
    if (parcel === undefined) return
    // Who gives no receipts and asks for nothing has only the broker's word.
    if (does === 'lose' && !confirms[parcel.release as Release]) return
    if (does === 'lose') this.#lose(parcel)
    if (does === 'sent' || does === 'arrive') this.#receive(parcel)
    if (does !== 'arrive') this.#underWay.splice(at, 1)
    if (does === 'sent' || does === 'lose') this.runs.lanes.sent(parcel.ticket, 100, day)
    if (does === 'put back') this.runs.lanes.putBack([parcel.ticket])
    if (does === 'put back') this.#lineChanged()
  }

  /** A best-effort record is not kept for a recipient that is not there. */
  #lose(parcel: Parcel): void {
    if (parcel.kind === 'gap') return
    const made = releases.flatMap((release) => this.#made[release]).find(({ body }) => body === parcel.body)
    if (made !== undefined) made.mayBeLost = true
  }

  #receive(parcel: Parcel): void {
    const { held, excused, covered } = this.#recipient(parcel.release)
    const { from, to } = numbers(parcel)
    covered.add(from, to)
    if (parcel.kind === 'gap') {
      excused.add(from, to)
      return
    }
    const { release, seq, body } = parcel
    expect(held.get(seq) ?? body, `${release}: number ${seq} given twice`).toBe(body)
    expect(excused.count(seq, seq), `${release}: ${seq} comes, after it was said not to`).toBe(0)
    held.set(seq, body)
  }

  #confirm(release: Release): void {
    if (confirms[release]) this.runs.lanes.receipt(release, this.runs.store.id, this.#covered(release))
  }

  /** The highest number up to which the recipient misses nothing. */
  #covered(release: Release): number {
    const first = this.#recipient(release).covered.first()
    return first?.from === 1 ? first.to : 0
  }

  #recipient(release: string): Recipient {
    const recipient = this.#recipients.get(release)
    if (recipient === undefined) throw new RangeError(`nobody receives ${release}`)
    return recipient
  }

  #lineChanged(): void {
    this.#floor.clear()
  }
}

function numbers(parcel: Parcel): Range {
  return parcel.kind === 'gap' ? parcel : { from: parcel.seq, to: parcel.seq }
}
