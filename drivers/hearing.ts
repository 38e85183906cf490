/** What is probably wrong with a device, judged by what was heard when it was asked. Pure; its words are elsewhere. */
import type { Recognition } from './driver.ts'

export interface Heard {
  /** of its line, since it was opened or since it was looked at */
  readonly line: {
    readonly requests: number
    readonly answers: number
    readonly exceptions: number
    readonly garbled: number
    readonly foreign: number
    readonly late: number
  }
  /** it has answered, rightly or with an exception */
  readonly answers: boolean
  /** what came when it was asked was damaged */
  readonly damaged: boolean
  /** another unit of its line answers now */
  readonly othersAnswer: boolean
  readonly recognition: Recognition
}

/**
 * `line-mute`: not a byte on the whole line; `line-gibberish`: damaged bytes only; `line-others`: whole frames, and none to
 * us; `device-overlaps`: damaged for this unit alone; `device-absent`: silent among others that answer; `device-doubt`: it
 * answers, and is another.
 */
export type Cause =
  'line-mute' | 'line-gibberish' | 'line-others' | 'device-overlaps' | 'device-absent' | 'device-doubt'

/** Fewer questions tell nothing. */
const fewestRequests = 1

/** Undefined: nothing is wrong, or nobody can tell what. */
export function causeOf({ line, answers, damaged, othersAnswer, recognition }: Heard): Cause | undefined {
  if (recognition === 'differs') return 'device-doubt'
  if (answers || line.requests < fewestRequests) return undefined
  if (othersAnswer) return damaged ? 'device-overlaps' : 'device-absent'
  // Something has answered before: speed, parity and wires were right then.
  if (line.answers + line.exceptions > 0) return undefined
  if (line.foreign + line.late > 0) return 'line-others'
  return line.garbled > 0 ? 'line-gibberish' : 'line-mute'
}
