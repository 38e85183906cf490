/** Read coils, discrete inputs, holding registers, input registers (Modbus Application Protocol V1.1b3, 6.1 to 6.4). */
export type ReadFunction = 1 | 2 | 3 | 4

/** What to ask of a unit, and how long to wait. */
export interface ReadRequest {
  readonly unit: number
  readonly function: ReadFunction
  /** 0-based, as it goes over the wire */
  readonly address: number
  /** registers, or bits */
  readonly count: number
  /** from the end of the request to the first byte of the answer */
  readonly timeoutMs: number
  /** the longest that the unit may take and still answer */
  readonly worstResponseMs: number
  /** silence that the unit wants before a request */
  readonly pauseMs: number
}

/** The most that one request may ask for (6.1, 6.3): 2000 bits, 125 registers. */
export const longestRead = { bits: 2_000, registers: 125 } as const

export function asksBits(fn: ReadFunction): boolean {
  return fn <= 2
}

/** The bytes of values in the answer; with unit and function all that an RTU answer tells of its question. */
export function byteCountOf(fn: ReadFunction, count: number): number {
  return asksBits(fn) ? Math.ceil(count / 8) : 2 * count
}
