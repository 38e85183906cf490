/**
 * What may be written, whoever asks: limits, interlocks, floor of light, switchings, identity, rest, slew. Pure, and the
 * only maker of `Cleared`.
 *
 * The guards are a table, so that each can be shown to be needed: the property test removes them one by one.
 */
import type { Cleared, SetpointValue } from '../../drivers/driver.ts'
import type { Priority } from './command.ts'
import type { Refusal } from './refusal.ts'
import type { Output, Segment } from './segment.ts'

/** The level that a segment is to have, and how strongly. */
export interface Wish {
  readonly level: number
  readonly priority: Priority
}

/** What the world is like for a segment. */
export interface Surroundings {
  /** what the program asks for now; while it asks for light, the floor holds */
  readonly asked: number
  /** whether the segment was last written to give light */
  readonly lit: boolean
  /** how often it has been switched off since noon */
  readonly switchedOff: number
  /** interlocks that hold now, or cannot be read */
  readonly interlocks: Segment['declared']['interlocks']
}

/**
 * What is known of a device: it is `known` as the one that the site names, or a `stranger`; `unasked`, it was away, and is
 * being asked; `unheard`, it was known once, and cannot be asked now; `unknown`, it has never said who it is.
 */
export type Familiarity = 'known' | 'stranger' | 'unasked' | 'unheard' | 'unknown'

/** What is known of the output that is to be written. */
export interface OutputState {
  /** what was last written, or read where nothing was written yet; undefined: nobody knows */
  readonly present: SetpointValue | undefined
  /** on the monotonic clock; -Infinity: never */
  readonly writtenMs: number
  readonly device: Familiarity
  readonly nowMs: number
}

/** One write of one output: a step on the way to the wish, or its end. */
export interface Step {
  readonly value: SetpointValue
  readonly confirm: boolean
}

type SegmentGuard = (segment: Segment, wish: Wish, around: Surroundings) => Refusal | undefined
type StepGuard = (output: Output, wish: Wish, step: Step, state: OutputState) => Refusal | undefined

/** A dimmed street may be switched by people, but the program keeps so many switchings for itself: a late period, and dawn. */
const keptForProgram = 2

/** Writes of a ramp follow one another no faster. */
const leastStepMs = 200

/** From one step of a ramp to the next: as the device wants, and so that each is at least one unit. */
export function stepMs({ restMs, slewPerS }: Output): number {
  return Math.max(restMs, leastStepMs, Math.ceil(1_000 / slewPerS))
}

/** Where a value lies on the way of a ramp: what cannot be dimmed below some level goes out there, and comes on there. */
export function position({ limits: [least] }: Output, value: SetpointValue): number {
  return Math.max(Number(value), least)
}

export const segmentGuards = {
  limits: ({ range }, { level }) => {
    const fits = level === 0 ? range.off : level >= range.from && level <= range.to
    return fits ? undefined : { code: 'COMMAND_OUT_OF_LIMITS', words: { level }, allowed: range }
  },
  interlocks: (_, { level }, { interlocks }) => {
    const engaged = interlocks.find(({ forbids }) => (forbids === 'on') === level > 0)
    if (engaged === undefined) return undefined
    const words = { point: engaged.point, because: engaged.because }
    return { code: 'COMMAND_INTERLOCKED', words }
  },
  floor: ({ declared: { floor }, range: { from, to } }, { level, priority }, { asked }) => {
    if (priority === 'safety' || asked === 0 || level >= floor) return undefined
    return {
      code: 'COMMAND_BELOW_FLOOR',
      words: { floor, level },
      allowed: { from: Math.max(floor, from), to, off: false },
    }
  },
  switchings: ({ declared: { switchings }, range: { from, to } }, { level, priority }, { lit, switchedOff }) => {
    if (level > 0 || !lit || priority === 'safety') return undefined
    const kept = priority === 'program' ? 0 : Math.min(keptForProgram, switchings - 1)
    if (switchedOff < switchings - kept) return undefined
    return { code: 'COMMAND_SWITCHED_TOO_OFTEN', words: { switchings }, allowed: { from, to, off: false } }
  },
} as const satisfies Record<string, SegmentGuard>

export const stepGuards = {
  device: ({ device: name }, { priority }, { value }, { device }) => {
    if (device === 'known') return undefined
    if (device === 'stranger') return { code: 'COMMAND_WRONG_DEVICE', words: { device: name } }
    // A lamp that is not heard may still hear: the street may not stay dark for that, nor somebody's hands be in danger.
    const isForSafety = Number(value) > 0 || priority === 'safety'
    return device === 'unheard' && isForSafety ? undefined : { code: 'COMMAND_NOT_IDENTIFIED', words: { device: name } }
  },
  limits: ({ setpoint, limits: [least, most], off }, _wish, { value }) => {
    const number = Number(value)
    if ((number >= least && number <= most) || (number === 0 && off)) return undefined
    return {
      code: 'COMMAND_OUT_OF_LIMITS',
      words: { level: number, setpoint },
      allowed: { from: least, to: most, off },
    }
  },
  rest: ({ setpoint, restMs }, _wish, _step, { writtenMs, nowMs }) =>
    nowMs - writtenMs < restMs ? { code: 'COMMAND_TOO_SOON', words: { setpoint } } : undefined,
  slew: (output, { priority }, { value }, { present, writtenMs, nowMs }) => {
    // Where nobody knows what it is there is nothing to be gentle with; and safety does not wait.
    if (present === undefined || priority === 'safety') return undefined
    const elapsedMs = Math.min(nowMs - writtenMs, stepMs(output))
    const steep =
      Math.abs(position(output, value) - position(output, present)) > (output.slewPerS * elapsedMs) / 1_000 + 1e-9
    return steep ? { code: 'COMMAND_TOO_STEEP', words: { setpoint: output.setpoint } } : undefined
  },
} as const satisfies Record<string, StepGuard>

export type GuardName = keyof typeof segmentGuards | keyof typeof stepGuards

/** The guards that stand. */
export interface Envelope {
  /** Whether a segment may have this level now; undefined: it may. */
  refusalOf(segment: Segment, wish: Wish, around: Surroundings): Refusal | undefined
  /** Whether this may be written now. A refusal that is only too soon or too steep passes with time. */
  judge(
    segment: Segment,
    output: Output,
    wish: Wish,
    step: Step,
    around: Surroundings,
    state: OutputState,
  ): Cleared | Refusal
}

/** All guards stand but the one named, which is for tests only: they show that it is needed. */
export function envelope(without?: GuardName): Envelope {
  const standing = <T extends object>(guards: T) =>
    Object.entries(guards).flatMap(([name, guard]: [string, T[keyof T]]) => (name === without ? [] : [guard]))
  const ofSegment: readonly SegmentGuard[] = standing(segmentGuards)
  const ofStep: readonly StepGuard[] = standing(stepGuards)

  const refusalOf: Envelope['refusalOf'] = (segment, wish, around) => {
    for (const guard of ofSegment) {
      const refusal = guard(segment, wish, around)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }
  return {
    refusalOf,
    judge: (segment, output, wish, step, around, state) => {
      const refusal = refusalOf(segment, wish, around)
      if (refusal !== undefined) return refusal
      for (const guard of ofStep) {
        const refused = guard(output, wish, step, state)
        if (refused !== undefined) return refused
      }
      return clear(output, step)
    },
  }
}

export function isCleared(judged: Cleared | Refusal): judged is Cleared {
  return !('code' in judged)
}

function clear({ setpoint }: Output, { value, confirm }: Step): Cleared {
  const command: Omit<Cleared, keyof Cleared & symbol> = { setpoint, value, confirm }
  return command as Cleared
}
