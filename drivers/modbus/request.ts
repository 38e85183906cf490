/** How the unit wants to be asked. */
export interface Manners {
  readonly unit: number
  /** from the end of the request to the first byte of the answer */
  readonly timeoutMs: number
  /** the longest that the unit may take and still answer */
  readonly worstResponseMs: number
  /** silence that the unit wants before a request */
  readonly pauseMs: number
}

/** Read coils, discrete inputs, holding registers, input registers (Modbus Application Protocol V1.1b3, 6.1 to 6.4). */
export type ReadFunction = 1 | 2 | 3 | 4

/** What to ask of a unit. */
export interface ReadRequest extends Manners {
  readonly function: ReadFunction
  /** 0-based, as it goes over the wire */
  readonly address: number
  /** registers, or bits */
  readonly count: number
}

/** Write single coil, single register, multiple coils, multiple registers (6.5, 6.6, 6.11, 6.12). */
export type WriteFunction = 5 | 6 | 15 | 16

/** What a unit is to take. */
export interface WriteRequest extends Manners {
  readonly function: WriteFunction
  readonly address: number
  /** registers, or bits as 0 and 1: a coil is switched on or off, and never anything else (0x5500 would flip it on some boards) */
  readonly values: Uint16Array
}

export type Request = ReadRequest | WriteRequest

/** One of those that this master uses. */
export function isFunction(fn: number): fn is ReadFunction | WriteFunction {
  return (fn >= 1 && fn <= 4) || isWriteFunction(fn)
}

export function isWriteFunction(fn: number): fn is WriteFunction {
  return fn === 5 || fn === 6 || fn === 15 || fn === 16
}

export function isWrite(request: Request): request is WriteRequest {
  return request.function >= 5
}

/** A write's answer repeats two words of the request: address and value, or address and count. */
export const echoLength = 4

/** The most that one request may write (6.11, 6.12): 1968 bits, 123 registers. */
export const longestWrite = { bits: 1_968, registers: 123 } as const

/** The most that one request may ask for (6.1, 6.3): 2000 bits, 125 registers. */
export const longestRead = { bits: 2_000, registers: 125 } as const

export function asksBits(fn: ReadFunction): boolean {
  return fn <= 2
}

/** The bytes of values in the answer; with unit and function all that an RTU answer tells of its question. */
export function byteCountOf(fn: ReadFunction, count: number): number {
  return asksBits(fn) ? Math.ceil(count / 8) : 2 * count
}

/** The bytes of what its answer tells. */
export function answeredBytesOf(request: Request): number {
  return isWrite(request) ? echoLength : byteCountOf(request.function, request.count)
}
