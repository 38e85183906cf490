/**
 * The least time in which points can be read, found by another way than drivers/modbus/read-plan.ts and with none of its
 * parts: whatever is still unread, its first register must begin some block; all blocks that do are tried. Exact, also
 * where points overlap.
 */
import type { InstancePoint } from '../../../drivers/instance.ts'
import type { Profile, Table } from '../../../drivers/profile.ts'

/** A line and a unit. */
export interface Wire {
  readonly charMs: number
  readonly gapMs: number
  readonly turnAroundMs: number
}

/** Eight bytes ask, five frame the answer (V1.02, 2.5.1); t3.5 before the question, and again before its answer. */
export function requestMs({ charMs, gapMs, turnAroundMs }: Wire, table: Table, count: number): number {
  return (8 + 5 + (isBits(table) ? Math.ceil(count / 8) : count * 2)) * charMs + 2 * gapMs + turnAroundMs
}

const isBits = (table: Table) => table === 'coil' || table === 'discrete'

/** Register by register, as the profile's own words have it: what one request may read. */
export class Legality {
  readonly #modbus: Profile['modbus']
  readonly #used: ReadonlySet<string>

  constructor({ modbus }: Profile, all: Iterable<InstancePoint>) {
    this.#modbus = modbus
    this.#used = new Set(
      [...all].flatMap(({ table, address, count }) =>
        Array.from({ length: count }, (_, index) => `${table}/${address + index}`),
      ),
    )
  }

  isLegal(table: Table, from: number, to: number): boolean {
    const longest = isBits(table) ? (this.#modbus.longest_read_bits ?? 2_000) : this.#modbus.longest_read
    if (to - from > longest) return false
    let unused = 0
    for (let at = from; at < to; at++) {
      if (this.#modbus.unreadable.some((hole) => hole.table === table && at >= hole.from && at < hole.to)) return false
      unused = this.#used.has(`${table}/${at}`) ? 0 : unused + 1
      if (unused > this.#modbus.gap) return false
    }
    return true
  }
}

interface Choice {
  readonly count: number
  /** all points of which no register is left out */
  readonly reads: bigint
}

/** The blocks that may begin with each point, for one set of points of one table; the same for every line. */
class Choices {
  readonly all: bigint
  readonly #table: Table
  readonly #from: readonly (readonly Choice[])[]

  constructor(points: readonly InstancePoint[], legality: Legality) {
    const sorted = points.toSorted((a, b) => a.address - b.address || a.count - b.count)
    const ends = [...new Set(sorted.map(({ address, count }) => address + count))]
    this.#table = sorted[0]?.table ?? 'holding'
    this.all = (1n << BigInt(sorted.length)) - 1n
    this.#from = sorted.map((first) =>
      ends.flatMap((to) => {
        const count = to - first.address
        if (count < first.count) return []
        if (count > first.count && !legality.isLegal(first.table, first.address, to)) return []
        let reads = 0n
        sorted.forEach((point, index) => {
          if (point.address >= first.address && point.address + point.count <= to) reads |= 1n << BigInt(index)
        })
        return [{ count, reads }]
      }),
    )
  }

  leastMs(wire: Wire): number {
    const known = new Map<bigint, number>([[0n, 0]])
    const least = (unread: bigint): number => {
      const before = known.get(unread)
      if (before !== undefined) return before
      let best = Infinity
      for (const { count, reads } of this.#from[lowest(unread)] ?? [])
        best = Math.min(best, requestMs(wire, this.#table, count) + least(unread & ~reads))
      known.set(unread, best)
      return best
    }
    return least(this.all)
  }
}

function lowest(mask: bigint): number {
  let index = 0
  while ((mask & 0xffff_ffffn) === 0n) {
    mask >>= 32n
    index += 32
  }
  const word = Number(mask & 0xffff_ffffn)
  return index + 31 - Math.clz32(word & -word)
}

/** How to ask for the least time of these points, on whatever line. */
export function optimum(points: readonly InstancePoint[], legality: Legality): (wire: Wire) => number {
  const choices = [...Map.groupBy(points, ({ table }) => table).values()].map((some) => new Choices(some, legality))
  return (wire) => choices.reduce((sum, each) => sum + each.leastMs(wire), 0)
}

/** What many masters do: join what is at most so far apart, as long as one request takes it, wherever that is. */
export function mergedBy(points: readonly InstancePoint[], gap: number, { modbus }: Profile): Block[] {
  const blocks: Block[] = []
  for (const [table, some] of Map.groupBy(points, (point) => point.table)) {
    const longest = isBits(table) ? (modbus.longest_read_bits ?? 2_000) : modbus.longest_read
    let last: Block | undefined
    for (const { address, count } of some.toSorted((a, b) => a.address - b.address || a.count - b.count)) {
      const to = Math.max(last?.to ?? 0, address + count)
      if (last !== undefined && address - last.to <= gap && to - last.from <= longest) last.to = to
      else blocks.push((last = { table, from: address, to: address + count }))
    }
  }
  return blocks
}

export interface Block {
  readonly table: Table
  readonly from: number
  to: number
}
