/** One point's share of a window: enough to say what the release asks for, and nothing that would say more. */
import {
  good,
  hasValue,
  uncertain,
  type Bad,
  type Good,
  type Reading,
  type Uncertain,
  type Value,
} from '../../../drivers/reading.ts'
import type { Quantity } from '../../../drivers/quantities.ts'
import type { Statistic } from '../../releases.ts'
import { Quantiles } from './quantiles.ts'

const shares = {
  p5: 0.05,
  p10: 0.1,
  p25: 0.25,
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
} as const satisfies Partial<Record<Statistic, number>>

type Quantile = keyof typeof shares

function isQuantile(statistic: Statistic): statistic is Quantile {
  return Object.hasOwn(shares, statistic)
}

const notRead: Bad = { state: 'bad', reason: 'not-read' }
/** what counts was before the window, or is not known from its begin on */
const stale = uncertain('stale')
/** a counter that fell: what it counted before is not known */
const suspect = uncertain('suspect')

/** Of a counter, what it stood at and how much it rose; of what is no number, how it was last. */
export function makesSense(kind: Quantity['kind'], statistic: Statistic): boolean {
  switch (kind) {
    case 'gauge':
      return statistic !== 'increase'
    case 'counter':
      return ['increase', 'last', 'min', 'max', 'mean', 'count'].includes(statistic)
    case 'switch':
    case 'state':
    case 'text':
      return statistic === 'last'
  }
}

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
  /** of a counter: the sum of its steps, and how many there were */
  increase: number
  steps: number
  /** the latest number of all, also of windows before; undefined: there has been none */
  base: number | bigint | undefined
  /** windows since that number was read */
  baseAge: number
  /** how sure the increase is */
  rise: Good | Uncertain
  /** where they are asked for */
  readonly quantiles: Quantiles | undefined
}

export function accumulator(of: readonly Statistic[] = []): Accumulator {
  return {
    count: 0,
    sum: 0,
    least: Infinity,
    most: -Infinity,
    last: undefined,
    quality: good,
    missing: notRead,
    increase: 0,
    steps: 0,
    base: undefined,
    baseAge: 0,
    rise: good,
    quantiles: of.some(isQuantile) ? new Quantiles() : undefined,
  }
}

/** The next window begins: only a counter's last number is carried over, so that its increases add up. */
export function renew(share: Accumulator): void {
  share.baseAge = share.count === 0 ? share.baseAge + 1 : 1
  share.count = 0
  share.sum = 0
  share.least = Infinity
  share.most = -Infinity
  share.last = undefined
  share.quality = good
  share.missing = notRead
  share.increase = 0
  share.steps = 0
  share.rise = good
  share.quantiles?.clear()
}

export function add(share: Accumulator, reading: Reading): void {
  if (!hasValue(reading)) {
    share.missing = reading.quality
    share.last = undefined // the value before it is no longer how things stand
    return
  }
  const { value } = reading
  if (typeof value === 'number' && !Number.isFinite(value)) {
    share.missing = { state: 'bad', reason: 'implausible' } // one of them would make all of the window none
    share.last = undefined
    return
  }
  share.last = value
  if (reading.quality.state === 'uncertain') share.quality = reading.quality
  if (typeof value !== 'number' && typeof value !== 'bigint') return
  const number = Number(value)
  rise(share, value)
  share.count++
  share.sum += number
  if (number < share.least) share.least = number
  if (number > share.most) share.most = number
  share.quantiles?.add(number)
}

/** A counter that fell has begun anew: how much it counted before that nobody knows, so that step counts nothing. */
function rise(share: Accumulator, value: number | bigint): void {
  const { base } = share
  share.base = value
  if (base === undefined) {
    share.rise = stale
    return
  }
  if (share.count === 0 && share.baseAge > 1) share.rise = stale
  // Of two whole numbers exactly: 64 bits are more than a float holds.
  const step =
    typeof value === 'bigint' && typeof base === 'bigint' ? Number(value - base) : Number(value) - Number(base)
  share.steps++
  if (step < 0) share.rise = suspect
  else share.increase += step
}

/** The statistic, or null where the window has none: missing is never zero. */
export function statisticOf(share: Accumulator, statistic: Statistic): Value | null {
  if (statistic === 'last') return share.last ?? null
  if (statistic === 'count') return share.count
  if (share.count === 0) return null
  if (isQuantile(statistic)) return share.quantiles?.at(shares[statistic]) ?? null
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
      // One number, and none before it: nothing is known of what was counted.
      return share.steps === 0 ? null : share.increase
  }
}

/** How far the statistic is to be believed. */
export function qualityOf(share: Accumulator, statistic: Statistic): Good | Uncertain {
  if (statistic === 'count') return good
  return statistic === 'increase' && share.quality.state === 'good' ? share.rise : share.quality
}
