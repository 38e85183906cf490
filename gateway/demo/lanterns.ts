/** The square's new lanterns: LED, behind a DALI gateway, the north side on the first phase, the south side on the second. */
import type { PhaseWatts } from './evening.ts'

/** Gears by group; the index is the group's on the DALI line, and the phase's on the feeder. */
export const lanternGroups = [
  [0, 1, 2, 3, 4, 5],
  [6, 7, 8, 9],
] as const
export const lanternCount = lanternGroups.flat().length

/** A gear that is dark still listens. */
const standbyWatts = 0.5
/** Full light takes 120 W, of which the driver itself takes some whenever it lights. */
const driverWatts = 6
const ledWatts = 114

/** What one lantern takes at `level` per cent of its light. */
export function lanternWatts(level: number): number {
  return level > 0 ? driverWatts + (ledWatts * level) / 100 : standbyWatts
}

/** What all lanterns take at these levels, gear by gear, on each phase. */
export function lanternLoad(levels: readonly number[]): PhaseWatts {
  const of = (gears: readonly number[]) => gears.reduce((watts, gear) => watts + lanternWatts(levels[gear] ?? 0), 0)
  const [north, south] = lanternGroups
  return [of(north), of(south), 0]
}
