/** What a meter counts: the integral of its load. */
import type { LoadCurve, PhaseLoad } from './evening.ts'

/** Import only: nobody in this street feeds in. */
export interface PhaseEnergy {
  readonly kilowattHours: number
  readonly kilovarHours: number
}
export type Energy = readonly [PhaseEnergy, PhaseEnergy, PhaseEnergy]

/** Noise in the loads lives for some ten seconds and longer: half of that misses nothing. */
const longestStepMs = 5_000
/** A clock that leaps by weeks must not stop the street while it counts. */
const mostSteps = 20_000

/** `energy` after the load has run from one instant to another; unchanged when time went backwards. */
export function accrue(energy: Energy, load: LoadCurve, from: Temporal.Instant, to: Temporal.Instant): Energy {
  const spanMs = to.epochMilliseconds - from.epochMilliseconds
  const steps = Math.min(mostSteps, Math.ceil(spanMs / longestStepMs))
  let counted = energy
  let at = from
  let before = load(at).phases
  for (let step = 1; step <= steps; step++) {
    const next = from.add({ milliseconds: Math.round((spanMs * step) / steps) })
    const after = load(next).phases
    const hours = (next.epochMilliseconds - at.epochMilliseconds) / 3_600_000
    counted = [
      add(counted[0], before[0], after[0], hours),
      add(counted[1], before[1], after[1], hours),
      add(counted[2], before[2], after[2], hours),
    ]
    at = next
    before = after
  }
  return counted
}

/** The trapezoid between two loads. */
function add(energy: PhaseEnergy, before: PhaseLoad, after: PhaseLoad, hours: number): PhaseEnergy {
  const kilohours = hours / 1_000
  return {
    kilowattHours: energy.kilowattHours + ((before.watts + after.watts) / 2) * kilohours,
    kilovarHours: energy.kilovarHours + ((before.vars + after.vars) / 2) * kilohours,
  }
}

/** The same reading on all three phases, for a meter that has already served a while. */
export function startingAt(kilowattHours: number, kilovarHours: number): Energy {
  const share = { kilowattHours: kilowattHours / 3, kilovarHours: kilovarHours / 3 }
  return [share, share, share]
}
