/** What tells of few is suppressed, and says so: never a zero, which would tell that there was nobody. */
import { uncertain, type PointId } from '../../../drivers/reading.ts'
import type { QuantityName } from '../../../drivers/quantities.ts'
import type { Statistic } from '../../releases.ts'
import type { Sample, Series, Suppressed } from '../disclosed.ts'

export const tooFew: Suppressed = { state: 'suppressed', reason: 'too-few' }

/** Of numbers of people or passages: what is no number of at least so many does not leave. Missing stays missing. */
export function suppressFew(sample: Sample, least: number): Sample {
  const { value } = sample
  if (value === null) return sample
  if ((typeof value === 'number' || typeof value === 'bigint') && value >= least) return sample
  return { offsetMs: sample.offsetMs, value: null, quality: tooFew }
}

/** Those of a sum of points are the sum of theirs; the least or a quantile of a sum cannot be known from theirs. */
const additive: ReadonlySet<Statistic> = new Set(['mean', 'last', 'sum', 'increase', 'count'])

export function isAdditive(statistic: Statistic): boolean {
  return additive.has(statistic)
}

export function groupPoint(quantity: QuantityName): PointId {
  return `all.${quantity}`
}

/**
 * One sum for each quantity and statistic; of values as they are read, of each point's last. Doubtful as soon as one of the
 * points has told nothing: a sum that lacks some is no sum of all.
 */
export function sumPoints(
  series: readonly Series[],
  {
    least,
    quantityOf,
    points,
  }: {
    readonly least: number
    readonly quantityOf: ReadonlyMap<PointId, QuantityName>
    /** all that belong together */
    readonly points: readonly PointId[]
  },
): Series[] {
  const groups = new Map<string, { quantity: QuantityName; statistic: Statistic | undefined; members: Sample[] }>()
  for (const { point, statistic, samples } of series) {
    const quantity = quantityOf.get(point)
    const last = samples.at(-1)
    if (quantity === undefined || last === undefined || (statistic !== undefined && !isAdditive(statistic))) continue
    const key = `${quantity}.${statistic ?? ''}`
    const group = groups.get(key)
    if (group) group.members.push(last)
    else groups.set(key, { quantity, statistic, members: [last] })
  }
  return [...groups.values()].map(({ quantity, statistic, members }) => ({
    point: groupPoint(quantity),
    ...(statistic === undefined ? {} : { statistic }),
    samples: [sumOf(members, least, points.filter((point) => quantityOf.get(point) === quantity).length)],
  }))
}

function sumOf(members: readonly Sample[], least: number, all: number): Sample {
  const offsetMs = Math.max(...members.map((member) => member.offsetMs))
  const told = members.filter(({ value }) => typeof value === 'number' || typeof value === 'bigint')
  if (told.length < least) {
    const suppressed = members.find(({ quality }) => quality.state === 'suppressed')
    return { offsetMs, value: null, quality: suppressed?.quality ?? tooFew }
  }
  const value = told.reduce((sum, member) => sum + Number(member.value), 0)
  const doubtful = told.find(({ quality }) => quality.state !== 'good')
  return { offsetMs, value, quality: doubtful?.quality ?? (told.length < all ? uncertain('stale') : { state: 'good' }) }
}
