/** How long a line is taken by a request and its answer. */
import type { Profile, Table } from '../profile.ts'
import { milliseconds } from '../schema.ts'
import type { Timing } from './timing.ts'

export interface WireTime {
  /** one character, in ms; where the wire is not ours to time, next to nothing, so that fewer bytes are still better */
  readonly charMs: number
  /** the silence before a request, and before the unit takes it to be whole */
  readonly gapMs: number
  /** how long the unit thinks before its answer begins */
  readonly turnAroundMs: number
}

/** Unit, function, address, count and CRC (Modbus over Serial Line V1.02, 2.5.1). */
const requestBytes = 8
/** What a byte counts for where the wire is not ours to time: some 10 Mbit/s. */
const untimedCharMs = 0.001

export function wireOf({ charMs, gapMs }: Timing): Omit<WireTime, 'turnAroundMs'> {
  return { charMs: charMs || untimedCharMs, gapMs }
}

/** Unit, function, byte count and CRC. */
const answerFrameBytes = 5

/** From the first byte of the request to the moment when the next one may begin, in ms. */
export function transactionMs({ charMs, gapMs, turnAroundMs }: WireTime, table: Table, count: number): number {
  const values = table === 'coil' || table === 'discrete' ? Math.ceil(count / 8) : 2 * count
  return (requestBytes + answerFrameBytes + values) * charMs + 2 * gapMs + turnAroundMs
}

/** The same of a write of one register or coil, whose answer repeats it (Modbus Application Protocol V1.1b3, 6.5, 6.6). */
export function writeMs({ charMs, gapMs, turnAroundMs }: WireTime): number {
  return 2 * requestBytes * charMs + 2 * gapMs + turnAroundMs
}

/** Where neither the profile nor the device has said how long it thinks. */
export const usualTurnAroundMs = 10

/** As its profile says; the line learns it better. */
export function turnAroundOf({ modbus }: Pick<Profile, 'modbus'>): number {
  return modbus.turn_around === undefined ? usualTurnAroundMs : milliseconds(modbus.turn_around)
}
