/** How long a line is taken by a request and its answer. */
import type { Table } from '../profile.ts'

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
/** Unit, function, byte count and CRC. */
const answerFrameBytes = 5

/** From the first byte of the request to the moment when the next one may begin, in ms. */
export function transactionMs({ charMs, gapMs, turnAroundMs }: WireTime, table: Table, count: number): number {
  const values = table === 'coil' || table === 'discrete' ? Math.ceil(count / 8) : 2 * count
  return (requestBytes + answerFrameBytes + values) * charMs + 2 * gapMs + turnAroundMs
}

/** Where neither the profile nor the device has said how long it thinks. */
export const usualTurnAroundMs = 10
