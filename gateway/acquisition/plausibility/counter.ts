/**
 * A counter as others see it: it never falls. Rolls over, is reset, is another meter's from now on: what was counted before
 * is carried on as an offset. Nothing is settled by one wild value, which is held back instead. Pure.
 */
import { furthest, grain, type Limits } from './limits.ts'

/** Belongs to the caller and is changed in place, so that a reading costs no copy. */
export interface Counter {
  readonly limits: Limits
  /** as the limits say, unless it was found to be faster */
  slewPerS: number
  /** the last that was believed, as the device says it; NaN: none yet */
  raw: number
  /** since when it is so: a meter that computes its count now and then jumps by what came together */
  changedMs: number
  /** what others were told last: raw + offset, or more */
  told: number
  offset: number
  /** the next fall is another meter's */
  isAnother: boolean
  /** a course that is not the one before, and is settled once it has lasted; `seen` 0: there is none */
  seen: number
  first: number
  /** what `first` could be if it had been counted from 0 */
  fromZero: number
  latest: number
  latestMs: number
  /** readings in a row that rose faster than was said, equally fast each; and how fast, a second */
  rising: number
  risePerS: number
  /** readings that settle it: more where another explanation is near */
  patience: number
}

/** What a device said, and what was made of it, as it is kept. */
export interface CounterMemory {
  readonly raw: number
  readonly told: number
  readonly offset: number
}

export type Outcome =
  /** as it was to be expected: others see `told` */
  | 'fine'
  /** others see `told`, and that something is wrong */
  | 'suspect'
  /** something was wrong, and passed by itself */
  | 'over'
  /** settled: the offset is another one now */
  | 'rolled-over'
  | 'reset'
  | 'exchanged'
  /** settled: it may well grow as fast as this */
  | 'faster'

/** So many readings that go together make a course. */
export const usualPatience = 3

/** Falls of so many grains are a float's rounding, or that of a sum of phases: what was told stands. */
const noiseGrains = 3

/** Rates that differ by no more are one. */
const alike = 3

/** `agoMs`: how long ago what is remembered was read; Infinity: nobody knows. */
export function counterOf(limits: Limits, memory: CounterMemory | undefined, nowMs: number, agoMs: number): Counter {
  return {
    limits,
    slewPerS: limits.slewPerS,
    raw: memory?.raw ?? NaN,
    changedMs: nowMs - agoMs,
    told: memory?.told ?? -Infinity,
    offset: memory?.offset ?? 0,
    isAnother: false,
    seen: 0,
    first: 0,
    fromZero: 0,
    latest: 0,
    latestMs: 0,
    rising: 0,
    risePerS: 0,
    patience: usualPatience,
  }
}

export function count(counter: Counter, value: number, nowMs: number): Outcome {
  const { limits, raw } = counter
  if (Number.isNaN(raw)) {
    believe(counter, value, nowMs)
    return 'fine'
  }
  const grown = value - raw
  if (grown === 0 && counter.seen === 0) {
    counter.isAnother = false
    return 'fine'
  }
  const elapsedMs = nowMs - counter.changedMs
  const most = furthest(limits, raw, elapsedMs, counter.slewPerS)
  if (grown >= 0 ? grown <= most : -grown <= noiseGrains * grain(limits, raw)) {
    const outcome = counter.seen === 0 ? 'fine' : 'over'
    if (grown > 0) believe(counter, value, nowMs)
    counter.seen = 0
    counter.rising = 0
    counter.isAnother = false
    return outcome
  }
  const { modulus } = limits
  if (modulus !== undefined && grown < 0 && !counter.isAnother) {
    const rolled = grown + modulus
    // After so long that it may have rolled over at any speed, only the greater fall is more likely that than a reset.
    if (rolled >= 0 && rolled <= Math.min(most, modulus / 2)) {
      counter.offset += modulus
      believe(counter, value, nowMs)
      return 'rolled-over'
    }
  }
  note(counter, value, elapsedMs, nowMs)
  if (counter.rising >= usualPatience) return settleFaster(counter, value, nowMs)
  return counter.seen >= counter.patience ? settle(counter, value, nowMs) : 'suspect'
}

/** A sum of floats may come out a little below what was told. */
function believe(counter: Counter, value: number, nowMs: number): void {
  counter.raw = value
  counter.changedMs = nowMs
  counter.told = Math.max(counter.told, value + counter.offset)
  counter.seen = 0
}

/** Goes on with the course that was begun, or begins one. */
function note(counter: Counter, value: number, elapsedMs: number, nowMs: number): void {
  const { limits, latest, latestMs, seen, slewPerS } = counter
  const grown = value - latest
  const passedMs = Math.max(1, nowMs - latestMs)
  const isNext =
    seen > 0 && grown >= -noiseGrains * grain(limits, latest) && grown <= furthest(limits, latest, passedMs, slewPerS)
  if (isNext) {
    counter.seen++
    counter.rising = 0
    if (grown <= 0) return
  } else {
    const isRise = seen > 0 ? grown > 0 : value > counter.raw
    const rise = seen > 0 ? grown / passedMs : (value - counter.raw) / Math.max(1, elapsedMs)
    const isAlike =
      counter.rising > 0 && 1_000 * rise <= alike * counter.risePerS && 1_000 * rise >= counter.risePerS / alike
    counter.rising = !isRise || !(rise > 0) ? 0 : isAlike ? counter.rising + 1 : 1
    counter.risePerS = 1_000 * rise
    if (counter.rising <= 1 || seen === 0) begin(counter, value, elapsedMs)
  }
  counter.latest = value
  counter.latestMs = nowMs
}

function begin(counter: Counter, value: number, elapsedMs: number): void {
  counter.seen = 1
  counter.first = value
  counter.fromZero = (counter.slewPerS * elapsedMs) / 1_000 + 2 * grain(counter.limits, value)
  counter.patience = usualPatience
}

/** Of a reset what was counted since counts; of another meter only what it counted before our eyes. */
function settle(counter: Counter, value: number, nowMs: number): Outcome {
  const isReset = !counter.isAnother && counter.first < counter.raw && counter.first <= counter.fromZero
  counter.offset = isReset ? counter.told : counter.told - counter.first
  counter.isAnother = false
  believe(counter, value, nowMs)
  return isReset ? 'reset' : 'exchanged'
}

/** A profile that says too little may not stop the count. */
function settleFaster(counter: Counter, value: number, nowMs: number): Outcome {
  counter.slewPerS = 2 * counter.risePerS
  counter.rising = 0
  if (counter.first < counter.raw) return settle(counter, value, nowMs)
  believe(counter, value, nowMs)
  return 'faster'
}
