/** One point's share of a window: enough to say mean, least, most and last, and nothing that would say more. */
import {
  good,
  hasValue,
  type Bad,
  type Good,
  type Reading,
  type Uncertain,
  type Value,
} from '../../../drivers/reading.ts'
import type { Statistic } from '../../releases.ts'

export interface Accumulator {
  count: number
  sum: number
  least: number
  most: number
  /** undefined when the latest reading had none */
  last: Value | undefined
  /** the worst of the values that count */
  quality: Good | Uncertain
  /** why there is nothing, where there is nothing */
  missing: Bad
}

export function accumulator(): Accumulator {
  return {
    count: 0,
    sum: 0,
    least: Infinity,
    most: -Infinity,
    last: undefined,
    quality: good,
    missing: { state: 'bad', reason: 'not-read' },
  }
}

export function add(share: Accumulator, reading: Reading): void {
  if (!hasValue(reading)) {
    share.missing = reading.quality
    share.last = undefined // the value before it is no longer how things stand
    return
  }
  share.last = reading.value
  if (reading.quality.state === 'uncertain') share.quality = reading.quality
  if (typeof reading.value !== 'number' && typeof reading.value !== 'bigint') return
  const number = Number(reading.value)
  share.count++
  share.sum += number
  if (number < share.least) share.least = number
  if (number > share.most) share.most = number
}

/** The statistic, or null where the window has none: missing is never zero. */
export function statisticOf(share: Accumulator, statistic: Statistic): Value | null {
  if (statistic === 'last') return share.last ?? null
  if (statistic === 'count') return share.count
  if (share.count === 0) return null
  switch (statistic) {
    case 'mean':
      return share.sum / share.count
    case 'min':
      return share.least
    case 'max':
      return share.most
    case 'sum':
      return share.sum
    case 'increase':
    case 'p5':
    case 'p10':
    case 'p25':
    case 'p50':
    case 'p75':
    case 'p90':
    case 'p95':
    case 'p99':
      throw new RangeError(`${statistic} is not computed yet`)
  }
}
