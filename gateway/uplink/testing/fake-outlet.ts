/** An outbox in memory, that notes what the uplink tells it. */
import type { Range } from '../../outbox/outbox.ts'
import type { Parcel } from '../../outbox/parcel.ts'
import type { Outlet } from '../mqtt.ts'

export interface FakeOutlet extends Outlet {
  /** Puts so many records of a release in line; historical ones as if they had waited for the connection. */
  add(release: string, count: number, historical?: 'historical'): void
  /** `release seq`, in the order of the broker's acknowledgements */
  readonly acknowledged: string[]
  /** releases that go before all others */
  readonly urgent: Set<string>
  readonly bytes: number[]
  readonly receipts: { release: string; outbox: string; upto: number }[]
  readonly replays: { release: string; outbox: string; ranges: readonly Range[] }[]
  readonly announced: string[]
  /** the largest number of parcels that were taken and not yet answered */
  mostUnderWay(): number
  waiting(): number
}

interface Place {
  readonly release: string
  readonly seq: number
}

export function fakeOutlet(id = 'b0x'): FakeOutlet {
  const lines = new Map<string, number[]>()
  const historical = new Set<string>()
  const underWay = new Map<number, Place>()
  const last = new Map<string, number>()
  let tickets = 0
  let turn = 0
  let most = 0
  const takers = new Set<() => void>()
  const wake = () => {
    const all = [...takers]
    takers.clear()
    for (const each of all) each()
  }

  const putBack = (ticket: number) => {
    const place = underWay.get(ticket)
    if (place === undefined) return
    underWay.delete(ticket)
    lines.get(place.release)?.push(place.seq)
    lines.get(place.release)?.sort((a, b) => a - b)
    wake()
  }
  const isLate = ({ release, seq }: Place) => historical.has(`${release} ${seq}`)
  const next = (late: boolean, except: readonly string[] = []): Parcel | undefined => {
    const wanted = [...lines.keys()].filter((release) => !except.includes(release))
    const [urgent, others] = [true, false].map((first) =>
      wanted.filter((release) => outlet.urgent.has(release) === first),
    )
    return nextOf(urgent ?? [], late) ?? nextOf(others ?? [], late)
  }
  const nextOf = (names: readonly string[], late: boolean): Parcel | undefined => {
    for (let skipped = 0; skipped < names.length; skipped++) {
      const release = names[turn++ % names.length] ?? ''
      const line = lines.get(release) ?? []
      const at = line.findIndex((seq) => isLate({ release, seq }) === late)
      const [seq] = at < 0 ? [] : line.splice(at, 1)
      if (seq === undefined) continue
      underWay.set(++tickets, { release, seq })
      most = Math.max(most, underWay.size)
      const body = `{"t0":0,"t1":1,"p":{"n":${seq}}}`
      const record = { kind: 'record' as const, outbox: id, ticket: tickets, release, seq, boot: 1, body }
      return late ? { ...record, historical: true } : record
    }
    return undefined
  }

  const outlet: FakeOutlet = {
    id,
    boot: 1,
    acknowledged: [],
    urgent: new Set(),
    bytes: [],
    receipts: [],
    replays: [],
    announced: [],
    mostUnderWay: () => most,
    waiting: () => underWay.size + [...lines.values()].reduce((sum, line) => sum + line.length, 0),
    add: (release, count, late) => {
      const line = lines.get(release) ?? []
      lines.set(release, line)
      for (let n = 0; n < count; n++) {
        const seq = (last.get(release) ?? 0) + 1
        last.set(release, seq)
        line.push(seq)
        if (late !== undefined) historical.add(`${release} ${seq}`)
      }
      wake()
    },
    take: async ({ most: count, historical: lateCount, except, exceptHistorical }, signal) => {
      for (;;) {
        signal.throwIfAborted()
        const parcels: Parcel[] = []
        const fill = (upTo: number, late: boolean) => {
          while (parcels.length < upTo) {
            const parcel = next(late, late ? exceptHistorical : except)
            if (parcel === undefined) return
            parcels.push(parcel)
          }
        }
        fill(count, false)
        fill(Math.min(count, parcels.length + lateCount), true)
        if (parcels.length > 0) return parcels
        await new Promise<void>((resolve) => {
          takers.add(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    },
    putBack: (given) => {
      for (const ticket of given) putBack(ticket)
    },
    sent: (ticket, bytes) => {
      const place = underWay.get(ticket)
      if (place === undefined) throw new Error(`ticket ${ticket} is not under way`)
      underWay.delete(ticket)
      outlet.acknowledged.push(`${place.release} ${place.seq}`)
      outlet.bytes.push(bytes)
    },
    disconnected: () => {
      for (const ticket of [...underWay.keys()]) putBack(ticket)
    },
    receipt: (release, outbox, upto) => void outlet.receipts.push({ release, outbox, upto }),
    replay: (release, outbox, ranges) => void outlet.replays.push({ release, outbox, ranges }),
    noteAnnounced: (topic) => void outlet.announced.push(topic),
  }
  return outlet
}
