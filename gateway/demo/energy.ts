/** What a meter counts: the integral of its load. */
import type { LoadCurve } from './evening.ts'

/** Import only: nobody in this street feeds in. */
export interface Energy {
  readonly kilowattHours: number
  readonly kilovarHours: number
}

/** Noise in the loads lives for some ten seconds and longer: half of that misses nothing. */
const longestStepMs = 5_000
/** A clock that leaps by weeks must not stop the street while it counts. */
const mostSteps = 20_000

/** `energy` after the load has run from one instant to another; unchanged when time went backwards. */
export function accrue(energy: Energy, load: LoadCurve, from: Temporal.Instant, to: Temporal.Instant): Energy {
  const spanMs = to.epochMilliseconds - from.epochMilliseconds
  if (spanMs <= 0) return energy
  const steps = Math.min(mostSteps, Math.ceil(spanMs / longestStepMs))
  const stepMs = spanMs / steps
  let wattMs = 0
  let varMs = 0
  let before = totals(load, from.epochMilliseconds)
  for (let step = 1; step <= steps; step++) {
    const after = totals(load, from.epochMilliseconds + step * stepMs)
    wattMs += ((before.watts + after.watts) / 2) * stepMs
    varMs += ((before.vars + after.vars) / 2) * stepMs
    before = after
  }
  const perKiloHour = 3_600_000 * 1_000
  return {
    kilowattHours: energy.kilowattHours + wattMs / perKiloHour,
    kilovarHours: energy.kilovarHours + varMs / perKiloHour,
  }
}

function totals(load: LoadCurve, epochMs: number): { watts: number; vars: number } {
  const { phases } = load(Temporal.Instant.fromEpochMilliseconds(Math.round(epochMs)))
  return {
    watts: phases[0].watts + phases[1].watts + phases[2].watts,
    vars: phases[0].vars + phases[1].vars + phases[2].vars,
  }
}
