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
  readonly pass: boolean
  readonly method: string
  /** what else was seen: counts, seeds, spread */
  readonly seen?: Readonly<Record<string, number | string>>
}

/** A measured bar: it passes when it reaches its target. */
export function measured(bar: Bar, value: number, method: string, seen: Result['seen'] = {}): Result {
  const pass = bar.op === '<=' ? value <= bar.target : value >= bar.target
  return { id: bar.id, value, unit: bar.unit, target: bar.target, pass, method, seen }
}

/** A bar that cannot be measured yet does not pass. */
export function unmeasured(bar: Bar, why: string): Result {
  return { id: bar.id, value: null, unit: bar.unit, target: bar.target, pass: false, method: why }
}

/** The value below which this share of all lie; of none, NaN. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
