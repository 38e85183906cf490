import type { LineSettings } from '../line.ts'
import type { SerialFormat } from '../schema.ts'

/** How bytes cross the wire of a line. */
export interface Timing {
  /** One character, in ms; 0 where the wire is not ours to time. */
  readonly charMs: number
  /** The silence before each request, in ms. */
  readonly gapMs: number
}

/** The silence before a request over a serial device server, which keeps t3.5 itself but needs to see where a frame ends. */
const overTcpGapMs = 2

export function timingOf(settings: LineSettings): Timing {
  switch (settings.protocol) {
    case 'modbus-tcp':
      return { charMs: 0, gapMs: 0 }
    case 'modbus-rtu-over-tcp': {
      if (settings.serial === undefined) return { charMs: 0, gapMs: overTcpGapMs }
      const { charMs, gapMs } = serialTiming(settings.serial)
      return { charMs, gapMs: Math.max(gapMs, overTcpGapMs) }
    }
    case 'modbus-rtu':
      return serialTiming(settings.serial)
  }
}

/** One character on the wire, in ms: start bit, data, parity if any, stop. */
export function charMs({ baud, dataBits, parity, stopBits }: SerialFormat): number {
  return ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) * 1_000) / baud
}

/** t3.5, and 1.75 ms above 19200 baud (Modbus over Serial Line V1.02, 2.5.1.1). */
export function serialTiming(format: SerialFormat): Timing {
  const char = charMs(format)
  return { charMs: char, gapMs: format.baud > 19_200 ? 1.75 : 3.5 * char }
}
