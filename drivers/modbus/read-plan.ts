/**
 * Which requests read a set of points in the least time on the wire.
 *
 * Exact: of blocks none of which lies within another, those that hold a point follow one another; let each point belong to
 * the last of them. Then points in the order of their addresses belong to blocks in that order, so the best plan is the best
 * way to cut the sorted points into runs, and dynamic programming finds it.
 */
import type { InstancePoint } from '../instance.ts'
import type { Table } from '../profile.ts'
import { transactionMs, type WireTime } from './wire-time.ts'

export interface Limits {
  /** registers, or bits, in one request, at most */
  readonly longest: (table: Table) => number
  /**
   * Whether all of `from` (inclusive) to `to` (exclusive) may be read at once. Where it may, so may every part of it; what a
   * point uses always may.
   */
  readonly readable: (table: Table, from: number, to: number) => boolean
  readonly wire: WireTime
}

/** One request: what it reads, and the points that lie in it. */
export interface Block {
  readonly table: Table
  readonly address: number
  readonly count: number
  readonly points: readonly InstancePoint[]
}

/** Each point is in exactly one block, whole. Blocks are in the order of their tables' first points, then of addresses. */
export function plan(points: readonly InstancePoint[], limits: Limits): Block[] {
  const tables = Map.groupBy(points, (point) => point.table)
  return [...tables].flatMap(([table, unsorted]) =>
    cut(
      table,
      unsorted.toSorted((a, b) => a.address - b.address || a.count - b.count),
      limits,
    ),
  )
}

/** What all these blocks take, in ms. */
export function planMs(blocks: readonly Block[], wire: WireTime): number {
  return blocks.reduce((sum, { table, count }) => sum + transactionMs(wire, table, count), 0)
}

function cut(table: Table, sorted: readonly InstancePoint[], { longest, readable, wire }: Limits): Block[] {
  const most = longest(table)
  /** of the first `n` points: what they take, and where their last block begins */
  const leastMs = [0]
  const begins = [0]
  for (let n = 1; n <= sorted.length; n++) {
    let end = 0
    let best = Infinity
    for (let first = n - 1; first >= 0; first--) {
      const point = sorted[first]
      if (point === undefined) break
      end = Math.max(end, point.address + point.count)
      const count = end - point.address
      const alone = first === n - 1
      if (!alone && (count > most || !readable(table, point.address, end))) break
      const ms = (leastMs[first] ?? Infinity) + transactionMs(wire, table, count)
      if (ms >= best) continue
      best = ms
      begins[n] = first
    }
    leastMs[n] = best
  }
  const blocks: Block[] = []
  for (let n = sorted.length; n > 0; n = begins[n] ?? 0) {
    const run = sorted.slice(begins[n], n)
    const address = run[0]?.address ?? 0
    const end = Math.max(...run.map((point) => point.address + point.count))
    blocks.unshift({ table, address, count: end - address, points: run })
  }
  return blocks
}
