/** What a bench reports, one object a bar. */

export interface Bar {
  readonly id: string
  readonly target: number
  readonly op: '<=' | '>='
  readonly unit: string
}

export interface Result {
  readonly id: string
  /** null: it could not be measured, and `method` says why */
  readonly value: number | null
  readonly unit: string
  readonly target: number
  /** what a peer needed in the same run; null: there is none to measure beside */
  readonly peer: number | null
  /** ours over the peer's */
  readonly ratio: number | null
  readonly pass: boolean
  readonly method: string
  /** what else was seen: counts, seeds, spread */
  readonly seen?: Readonly<Record<string, number | string>>
}

/** A measured bar: it passes when it reaches its target. */
export function measured(bar: Bar, value: number, method: string, seen: Result['seen'] = {}): Result {
  const pass = bar.op === '<=' ? value <= bar.target : value >= bar.target
  return { ...alone(bar), value, pass, method, seen }
}

/** A bar that cannot be measured yet does not pass. */
export function unmeasured(bar: Bar, why: string, seen: Result['seen'] = {}): Result {
  return { ...alone(bar), value: null, pass: false, method: why, seen }
}

function alone({ id, unit, target }: Bar): Pick<Result, 'id' | 'unit' | 'target' | 'peer' | 'ratio'> {
  return { id, unit, target, peer: null, ratio: null }
}

/** Least, median and most of several runs, for whoever wants to know how far to trust the one figure. */
export function spread(values: readonly number[], digits = 0): Record<'least' | 'median' | 'most' | 'runs', string> {
  const told = (value: number) => value.toFixed(digits)
  return {
    least: told(Math.min(...values)),
    median: told(quantile(values, 0.5)),
    most: told(Math.max(...values)),
    runs: String(values.length),
  }
}

/** The value below which this share of all lie; of none, NaN. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
