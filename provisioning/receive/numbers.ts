/** Sets of whole numbers, kept as few ranges: a recipient of a million records remembers two numbers. */

/** Both ends included. */
export type Range = readonly [from: number, to: number]

/** Ascending, and apart from one another. */
export type Ranges = readonly Range[]

export function has(ranges: Ranges, number: number): boolean {
  return ranges.some(([from, to]) => from <= number && number <= to)
}

/** The set with the numbers of `range` as well. */
export function join(ranges: Ranges, [from, to]: Range): Ranges {
  const before = ranges.filter((range) => range[1] < from - 1)
  const after = ranges.filter((range) => range[0] > to + 1)
  const touched = ranges.slice(before.length, ranges.length - after.length)
  return [...before, [Math.min(from, touched[0]?.[0] ?? from), Math.max(to, touched.at(-1)?.[1] ?? to)], ...after]
}

/** The numbers of `range` that are not in the set. */
export function outside(ranges: Ranges, [from, to]: Range): Ranges {
  const rest: Range[] = []
  let next = from
  for (const [first, last] of ranges) {
    if (last < next) continue
    if (first > to) break
    if (first > next) rest.push([next, first - 1])
    next = last + 1
  }
  if (next <= to) rest.push([next, to])
  return rest
}

export function count(ranges: Ranges): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
}
