/** A line: one wire or endpoint, with exactly one owner and one lock. */
import type { Clock, Random } from './clock.ts'
import type { LineError } from './line-error.ts'
import { ModbusLine } from './modbus/client.ts'
import { Debts } from './modbus/debts.ts'
import { MbapFraming } from './modbus/mbap.ts'
import type { ReadRequest } from './modbus/request.ts'
import { RtuFraming } from './modbus/rtu.ts'
import { SerialPort } from './modbus/serial-port.ts'
import { TcpPort } from './modbus/tcp-port.ts'
import { serialTiming } from './modbus/timing.ts'
import type { SerialFormat } from './schema.ts'

export type LineSettings =
  | { readonly protocol: 'modbus-tcp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'modbus-rtu-over-tcp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'modbus-rtu'; readonly device: string; readonly serial: SerialFormat }

/** All since the line was made; they only grow. */
export interface LineCounters {
  requests: number
  answers: number
  /** requests that nobody answered in time, or whose answer was damaged or another's */
  timeouts: number
  /** requests during which damaged bytes were heard */
  garbled: number
  /** whole frames that no request of ours explains */
  foreign: number
  /** answers that came after their time */
  late: number
  exceptions: number
  bytesOut: number
  bytesIn: number
}

/** What became of a request. */
export type Outcome =
  | { readonly state: 'answered' }
  /** the unit answered with this exception (Modbus Application Protocol V1.1b3, 7) */
  | { readonly state: 'exception'; readonly exception: number }
  | { readonly state: 'no-answer' }
  /** only damaged frames, or other units' */
  | { readonly state: 'garbled' }
  /** not asked: the unit did not answer lately, and may yet do so */
  | { readonly state: 'resting' }
  | { readonly state: 'line-down'; readonly error: LineError }

export interface Line extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly counters: Readonly<LineCounters>
  /** why nothing can be asked, as long as nothing has answered since */
  readonly trouble: LineError | undefined
  /**
   * Puts one question and waits for its answer, after those who asked before. When it is `answered`, the first `count`
   * elements of `into` are registers, or bits as 0 and 1. Rejects only with the signal's reason.
   */
  read(request: ReadRequest, into: Uint16Array, signal: AbortSignal): Promise<Outcome>
}

/** The silence before a request over a serial device server, which keeps t3.5 itself but needs to see where a frame ends. */
const overTcpGapMs = 2

export function lineUrl(settings: LineSettings): string {
  return settings.protocol === 'modbus-rtu'
    ? `${settings.protocol}://${settings.device}`
    : `${settings.protocol}://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${settings.port}`
}

/** Opens nothing yet: the first request does, so that a missing device stops nothing else. */
export function openLine(
  name: string,
  settings: LineSettings,
  { clock, random }: { clock: Clock; random: Random },
): Line {
  const url = lineUrl(settings)
  const common = { name, url, clock, random }
  switch (settings.protocol) {
    case 'modbus-tcp':
      return new ModbusLine({
        ...common,
        port: new TcpPort(url, settings.host, settings.port, clock),
        framing: new MbapFraming(),
        timing: { charMs: 0, gapMs: 0 },
      })
    case 'modbus-rtu-over-tcp':
      return new ModbusLine({
        ...common,
        port: new TcpPort(url, settings.host, settings.port, clock),
        framing: new RtuFraming(),
        timing: { charMs: 0, gapMs: overTcpGapMs },
        debts: new Debts(),
      })
    case 'modbus-rtu':
      return new ModbusLine({
        ...common,
        port: new SerialPort(url, settings.device, settings.serial, clock),
        framing: new RtuFraming(),
        timing: serialTiming(settings.serial),
        debts: new Debts(),
      })
  }
}
