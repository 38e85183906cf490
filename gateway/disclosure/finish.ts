/** What is done to values on their way out, in the order of `releases.ts`: groups, noise, bounds, rounding, names. */
import { quantities, quantityNames, type Quantity, type QuantityName } from '../../drivers/quantities.ts'
import type { PointId, Value } from '../../drivers/reading.ts'
import type { Sample, Series } from './disclosed.ts'
import type { Policy, Release, Treatment } from './policy.ts'
import { bucket } from './treatments/bucket.ts'
import { clamp } from './treatments/clamp.ts'
import type { Bits } from './treatments/discrete-laplace.ts'
import { groupPoint, suppressFew, sumPoints } from './treatments/minimum-group.ts'
import { budgetSpent, withNoise, type Spent } from './treatments/noise.ts'
import { periodOf, pseudonymousName, pseudonymousPoint, pseudonymousValue, type Key } from './treatments/pseudonym.ts'
import { round } from './treatments/round.ts'

/** What some treatments need of the world. A policy that has them, and is not given it, discloses nothing: it throws. */
export interface Means {
  /** for noise: fair, and nobody can guess them */
  readonly bits?: Bits
  /** whether what is spent of budgets would still be known after a power cut; absent: it would */
  readonly remembers?: () => boolean
  /** for pseudonyms: who has it can tell whose they are */
  readonly secret?: Uint8Array
}

interface Finishing {
  readonly policy: Policy
  readonly release: Release
  readonly means: Means
  readonly spent: Spent
  /** of the record: which day's budget of noise, which period's pseudonyms */
  readonly atMs: number
}

/** The series as they leave, and what they cost of the budget of noise. */
export function finish(series: readonly Series[], finishing: Finishing): { series: Series[]; epsilon: number } {
  const { policy, release } = finishing
  const { minimumGroup, pseudonym } = release.treatment
  let epsilon = 0
  const finished = grouped(series, policy, release).map(({ samples, ...named }): Series => {
    const quantity = quantityOf(policy, named.point)
    const treated = samples.map((sample) => {
      const noised = noise(sample, named.point, quantity, finishing)
      epsilon += noised.epsilon
      return bounded(noised.sample, release.treatment)
    })
    return { ...named, samples: treated }
  })
  if (pseudonym === undefined) return { series: finished, epsilon }
  const key = keyOf(finishing)
  const named = finished.map(({ point, samples, ...statistic }): Series => ({
    // A sum of many is nobody's.
    point: minimumGroup?.of === 'points' ? point : pseudonymousPoint(key, point),
    ...statistic,
    samples: isIdentifier(quantityOf(policy, point)) ? samples.map((sample) => nameless(sample, key)) : samples,
  }))
  // In the order of the names that leave: the order of those that do not would tell them.
  return { series: named.sort((a, b) => (a.point < b.point ? -1 : a.point > b.point ? 1 : 0)), epsilon }
}

/** What an alarm is of, as it leaves. */
export function alarmName(of: string, finishing: Omit<Finishing, 'spent'>): string {
  if (finishing.release.treatment.pseudonym === undefined || of === '') return of
  return pseudonymousName(keyOf(finishing), of)
}

function grouped(series: readonly Series[], { quantityOf: all }: Policy, release: Release): readonly Series[] {
  const { minimumGroup } = release.treatment
  if (minimumGroup === undefined) return series
  const { least } = minimumGroup
  if (minimumGroup.of === 'points') return sumPoints(series, { least, quantityOf: all, points: release.points })
  return series.map(({ samples, ...named }) => ({
    ...named,
    samples: samples.map((sample) => suppressFew(sample, least)),
  }))
}

function noise(
  sample: Sample,
  point: PointId,
  quantity: Quantity | undefined,
  { policy, release, means: { bits, remembers }, spent, atMs }: Finishing,
): { sample: Sample; epsilon: number } {
  const declared = release.treatment.noise
  if (declared === undefined) return { sample, epsilon: 0 }
  if (bits === undefined) throw new RangeError(`${release.name} asks for noise, and there are no bits to make it of`)
  if (sample.value !== null && remembers?.() === false)
    return { sample: { offsetMs: sample.offsetMs, value: null, quality: budgetSpent }, epsilon: 0 }
  const isNeverNegative = (quantity?.range[0] ?? 0) >= 0
  return withNoise(sample, declared, { points: spenders(policy, release, point), atMs, spent, bits, isNeverNegative })
}

/** Whose budgets a number of this point costs: its own, or of a group's sum those of its points. */
function spenders({ quantityOf: all }: Policy, { treatment, points }: Release, point: PointId): readonly PointId[] {
  if (treatment.minimumGroup?.of !== 'points') return [point]
  const quantity = names.get(point)
  return points.filter((one) => all.get(one) === quantity)
}

function bounded(sample: Sample, treatment: Treatment): Sample {
  if (sample.value === null) return sample
  const value = coarse(sample.value, treatment)
  return value === sample.value ? sample : { ...sample, value }
}

function coarse(value: Value, { clamp: range, bucket: bounds, step }: Treatment): Value {
  const within = (one: Value) => (range === undefined ? one : clamp(one, range))
  const put = bounds === undefined ? within(value) : bucket(within(value), bounds)
  return step === undefined ? put : within(round(put, step)) // the nearest multiple may lie outside
}

function keyOf({ release, means: { secret }, atMs }: Omit<Finishing, 'spent'>): Key {
  if (secret === undefined) throw new RangeError(`${release.name} asks for pseudonyms, and there is no key for them`)
  return { secret, release: release.name, period: periodOf(atMs, release.treatment.pseudonym?.rotatesMs ?? Infinity) }
}

function nameless(sample: Sample, key: Key): Sample {
  return sample.value === null ? sample : { ...sample, value: pseudonymousValue(key, sample.value) }
}

/** Of a group's sum that of its points. */
function quantityOf(policy: Policy, point: PointId): Quantity | undefined {
  const name = policy.quantityOf.get(point) ?? names.get(point)
  return name === undefined ? undefined : quantities[name]
}

const names: ReadonlyMap<PointId, QuantityName> = new Map(quantityNames.map((name) => [groupPoint(name), name]))

function isIdentifier(quantity: Quantity | undefined): boolean {
  return quantity?.sensitivity === 'identifier'
}
