/**
 * A believable evening: what the two meters of the demo's street measure at an instant.
 * Pure: the same seed and instant always give the same load, so that any night can be shown again.
 */
import { chance, smoothNoise, smoothstep, type Noise } from './noise.ts'
import { sky, type Sky } from './sky.ts'

/** One phase against neutral; the power factor is of the fundamental, inductive and importing, thus positive. */
export interface PhaseLoad {
  readonly volts: number
  readonly amps: number
  readonly watts: number
  readonly vars: number
  readonly powerFactor: number
}

export interface Load {
  readonly phases: readonly [PhaseLoad, PhaseLoad, PhaseLoad]
  readonly hertz: number
}

export type LoadCurve = (at: Temporal.Instant) => Load

export type PhaseWatts = readonly [number, number, number]

const unlit = (): PhaseWatts => [0, 0, 0]
/** LED drivers look a little like capacitors. */
const ledVarsPerWatt = -0.12

/**
 * The street's feeder: its lamps, and the town's hall behind it: its kitchen in the morning and at noon, its evenings. One seed is one street, of both meters.
 * `lanterns`: what the lanterns that somebody commands take now; the old ones on the third phase have photocells.
 */
export function feeder(seed: number, lanterns: () => PhaseWatts = unlit): LoadCurve {
  const noise = smoothNoise(seed)
  const lamps = sodiumLamps(seed)
  const hall = [1_200, 900, 1_500] as const
  return curve(noise, (phase, seconds, above) => {
    const wandering =
      1 +
      0.1 * noise(phase, seconds, 900) +
      0.05 * noise(10 + phase, seconds, 90) +
      0.02 * noise(20 + phase, seconds, 11)
    const hallWatts = hall[phase] * hallUse(above.hour) * wandering
    const hallVars = hallWatts * (0.25 + 0.05 * noise(30 + phase, seconds, 600))
    const ledWatts = lanterns()[phase]
    const oldWatts = phase === 2 ? lamps.reduce((sum, lamp) => sum + sodium.watts * brightness(lamp, above), 0) : 0
    return {
      watts: hallWatts + ledWatts + oldWatts,
      vars: hallVars + ledWatts * ledVarsPerWatt + oldWatts * sodium.varsPerWatt,
    }
  })
}

/** The yard behind it: a workshop on working days, and a charging post on the second phase. */
export function yard(seed: number): LoadCurve {
  const noise = smoothNoise(seed)
  const standby = [260, 180, 220] as const
  const workshop = [2_100, 1_500, 1_800] as const
  return curve(noise, (phase, seconds, above) => {
    const working =
      workshop[phase] *
      openingHours(above) *
      (1 + 0.2 * noise(120 + phase, seconds, 300) + 0.08 * noise(130 + phase, seconds, 17))
    const building = standby[phase] * (1 + 0.15 * noise(140 + phase, seconds, 700)) + working
    const charging = phase === 1 ? 7_200 * chargingShare(seed, above) : 0
    return {
      watts: building + charging,
      vars: building * (0.45 + 0.08 * noise(150 + phase, seconds, 400)) + charging * 0.06,
    }
  })
}

type Phase = 0 | 1 | 2

/** Completes what the phases take with what the network gives: voltage, frequency, current. */
function curve(
  noise: Noise,
  taken: (phase: Phase, seconds: number, above: Sky) => { watts: number; vars: number },
): LoadCurve {
  const openVolts = [236.4, 235.1, 235.9] as const
  const ohms = 0.12
  return (at) => {
    const seconds = at.epochMilliseconds / 1_000
    const above = sky(at)
    const phase = (phase: Phase): PhaseLoad => {
      const { watts, vars } = taken(phase, seconds, above)
      const open =
        openVolts[phase] -
        2 * hump(above.hour, 20, 2.5) + // the whole quarter cooks
        1.8 * noise(40, seconds, 1_800) +
        0.5 * noise(50 + phase, seconds, 60) +
        0.15 * noise(60 + phase, seconds, 7)
      const volts = open - (ohms * watts) / open // along the feeder a load loses R·P/U
      const voltAmps = Math.hypot(watts, vars)
      return { volts, amps: voltAmps / volts, watts, vars, powerFactor: watts / voltAmps }
    }
    return {
      phases: [phase(0), phase(1), phase(2)],
      hertz: 50 + 0.025 * noise(70, seconds, 240) + 0.01 * noise(71, seconds, 13),
    }
  }
}

/** A hill of height 1 at `centre`, `width` hours to each side (a Gaussian's sigma), round the clock. */
function hump(hour: number, centre: number, width: number): number {
  const away = Math.abs(hour - centre)
  const hours = Math.min(away, 24 - away)
  return Math.exp(-0.5 * (hours / width) ** 2)
}

/** What the hall takes, 1 being much: little at night, breakfast, lunch, and what goes on there from 18 to 22 h. */
function hallUse(hour: number): number {
  return 0.3 + 0.35 * hump(hour, 7.8, 1.2) + 0.25 * hump(hour, 12.6, 1.3) + 0.9 * hump(hour, 20, 1.9)
}

interface Lamp {
  /** the sun's elevation at which its photocell switches; no two agree */
  readonly switchesAt: number
}

/** 150 W and a ballast. */
const sodium = { watts: 169, varsPerWatt: 0.55 } as const

/** The four old lanterns that are left. */
function sodiumLamps(seed: number): readonly Lamp[] {
  return Array.from({ length: 4 }, (_, index) => ({ switchesAt: -1.5 - 3 * chance(seed, 102, index) }))
}

/** From 0 to 1. The evening sun sinks a degree in six to eight minutes, so its elevation serves as the lamp's clock. */
function brightness(lamp: Lamp, above: Sky): number {
  const below = lamp.switchesAt - above.sunElevation
  const on = smoothstep(0, 0.05, below)
  return above.morning ? on : on * (0.45 + 0.55 * smoothstep(0, 0.7, below)) // some five minutes to full power
}

/** Monday to Friday, half past seven to half past five, and quiet over lunch. */
function openingHours({ hour, day }: Sky): number {
  const weekday = (day + 3) % 7 // 0 is Monday
  if (weekday > 4) return 0
  return smoothstep(7.2, 8, hour) * smoothstep(17.8, 17, hour) * (1 - 0.6 * hump(hour, 12.8, 0.4))
}

/** How likely a car comes in each three hours of the day, from midnight. */
const arrivals = [0.15, 0.1, 0.3, 0.6, 0.6, 0.5, 0.85, 0.5] as const

/** From 0 to 1: at most one car in three hours, which charges at full power and tapers off at the end. */
function chargingShare(seed: number, { hour, day }: Sky): number {
  const slot = Math.floor(hour / 3)
  const draw = (channel: number) => chance(seed, channel, day * 8 + slot)
  if (draw(110) >= (arrivals[slot] ?? 0)) return 0
  const begin = 0.05 + 0.6 * draw(111)
  const end = begin + 1 + 1.2 * draw(112)
  const since = hour - slot * 3
  return smoothstep(begin, begin + 0.01, since) * smoothstep(end, end - 0.25, since)
}
