/** Which registers of a device may be read together: as its profile says, and as the device has shown. */
import type { InstancePoint } from '../instance.ts'
import type { Profile, Table } from '../profile.ts'
import { longestRead } from './request.ts'
import type { Limits } from './read-plan.ts'

/** Registers, or bits, of a table: from `from` (inclusive) to `to` (exclusive). */
export interface Extent {
  readonly table: Table
  readonly from: number
  readonly to: number
}

/** `points`: all that the profile has, read or not: each of their registers may be read. */
export function layoutOf(
  { modbus }: Pick<Profile, 'modbus'>,
  points: Iterable<InstancePoint>,
): Pick<Limits, 'longest' | 'readable'> {
  const used = Map.groupBy(points, ({ table }) => table)
  const extents = new Map([...used].map(([table, all]) => [table, joined(all)]))
  return {
    longest: (table) =>
      table === 'coil' || table === 'discrete' ? (modbus.longest_read_bits ?? longestRead.bits) : modbus.longest_read,
    readable: (table, from, to) => {
      if (modbus.unreadable.some((hole) => hole.table === table && hole.from < to && hole.to > from)) return false
      let at = from
      for (const extent of extents.get(table) ?? []) {
        if (extent.to <= at) continue
        if (extent.from >= to) break
        if (extent.from - at > modbus.gap) return false
        at = extent.to
      }
      return to - at <= modbus.gap
    },
  }
}

/** Where registers are used, in order of address, those that touch or overlap joined. */
function joined(points: readonly InstancePoint[]): { from: number; to: number }[] {
  const extents: { from: number; to: number }[] = []
  for (const { address, count } of points.toSorted((a, b) => a.address - b.address)) {
    const last = extents.at(-1)
    if (last !== undefined && address <= last.to) last.to = Math.max(last.to, address + count)
    else extents.push({ from: address, to: address + count })
  }
  return extents
}
