/** Which requests read a set of points. */
import type { InstancePoint } from '../instance.ts'
import type { Table } from '../profile.ts'

export interface Limits {
  /** registers (or bits) in one request, at most */
  readonly longestRead: number
  /** registers (or bits) that nobody wants but that may be read to join two blocks, at most */
  readonly gap: number
  /** what the device does not have: no block reads over it */
  readonly missing?: readonly InstancePoint[]
}

/** One request: what it reads, and the points that lie in it. */
export interface Block {
  readonly table: Table
  readonly address: number
  readonly count: number
  readonly points: readonly InstancePoint[]
}

/** Each point is in exactly one block, whole. Blocks are in the order of their tables' first points, then of addresses. */
export function plan(points: readonly InstancePoint[], { longestRead, gap, missing = [] }: Limits): Block[] {
  const tables = Map.groupBy(points, (point) => point.table)
  return [...tables].flatMap(([table, unsorted]) => {
    const sorted = unsorted.toSorted((a, b) => a.address - b.address)
    const blocks: { address: number; end: number; points: InstancePoint[] }[] = []
    for (const point of sorted) {
      const end = point.address + point.count
      const block = blocks.at(-1)
      const joins =
        block !== undefined &&
        point.address - block.end <= gap &&
        Math.max(end, block.end) - block.address <= longestRead &&
        !missing.some((hole) => hole.table === table && hole.address < end && hole.address + hole.count > block.end)
      if (joins) {
        block.end = Math.max(end, block.end)
        block.points.push(point)
      } else blocks.push({ address: point.address, end, points: [point] })
    }
    return blocks.map(({ address, end, points }) => ({ table, address, count: end - address, points }))
  })
}
