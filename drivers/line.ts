/** A line: one wire or endpoint, with exactly one owner and one lock. */
import type { LineError } from './line-error.ts'
import type { Durations, Latency } from './modbus/pace.ts'
import type { WireTime } from './modbus/wire-time.ts'
import type { ReadRequest, WriteRequest } from './modbus/request.ts'
import type { SerialFormat } from './schema.ts'
import type { Mark } from './serial/mark.ts'

export type LineSettings =
  | { readonly protocol: 'modbus-tcp'; readonly host: string; readonly port: number }
  | {
      readonly protocol: 'modbus-rtu-over-tcp'
      readonly host: string
      readonly port: number
      /** behind the device server, as far as it is known */
      readonly serial?: SerialFormat | undefined
    }
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

/** What disturbs a line as such, rather than one device of it. */
export interface Disturbance {
  /**
   * `noise`: a good part of what is heard is damaged; `foreign-master`: another asks here, too; `echo`: the adapter hears
   * what it sends, so that the answer to a write proves nothing
   */
  readonly kind: 'noise' | 'foreign-master' | 'echo'
  /** on the monotonic clock */
  readonly sinceMs: number
}

/** The device that is open, of a serial line. */
export interface LineAdapter {
  /** the site's, or where the same adapter was found again */
  readonly path: string
  /** of the kernel: `ftdi_sio` */
  readonly driver?: string
  /** for so long it keeps what it has heard */
  readonly latencyTimerMs?: number
  /** whether that is as short as it can be; `none`: it has no such timer */
  readonly set: 'done' | 'not-allowed' | 'none'
  /** by what it is known again when it was pulled; `name`: the site's path, which stays; `nothing`: whatever has its path is taken for it */
  readonly knownBy: Mark
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
  /** `sent`: it may have been heard */
  | { readonly state: 'line-down'; readonly error: LineError; readonly sent: boolean }

/**
 * It was not sent. `contended`: another master asks on this line, or its adapter echoes; `not-identified`: whoever wanted
 * it written takes it back, since the line was opened anew.
 */
export type WriteOutcome = Outcome | { readonly state: 'contended' } | { readonly state: 'not-identified' }

export interface Line extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly counters: Readonly<LineCounters>
  /** why nothing can be asked, as long as nothing has answered since */
  readonly trouble: LineError | undefined
  /** How often it has been opened: whatever hangs on it may be another each time. */
  readonly openings: number
  /** share of the last minute in which something was asked or answered */
  readonly load: number
  readonly durations: Durations
  /** undefined: nothing does */
  readonly disturbance: Disturbance | undefined
  /** of a serial line, as long as it is open */
  readonly adapter?: LineAdapter | undefined
  /** how long the unit's last answers took; undefined: it has not answered yet */
  latency(unit: number): Latency | undefined
  /** How long requests take here; `turnAroundMs` is there once the unit has answered. */
  wireTime(unit: number): Omit<WireTime, 'turnAroundMs'> & { readonly turnAroundMs?: number }
  /**
   * Puts one question and waits for its answer, after those who asked before. When it is `answered`, the first `count`
   * elements of `into` are registers, or bits as 0 and 1. Rejects only with the signal's reason.
   */
  read(request: ReadRequest, into: Uint16Array, signal: AbortSignal): Promise<Outcome>
  /**
   * Writes, before those who wait to read. When it is `answered`, the unit has taken it. `isKnown` is asked at the last
   * moment, with the line open and the turn ours. Rejects only with the signal's reason.
   */
  write(request: WriteRequest, signal: AbortSignal, isKnown?: () => boolean): Promise<WriteOutcome>
}

export function lineUrl(settings: LineSettings): string {
  return settings.protocol === 'modbus-rtu'
    ? `${settings.protocol}://${settings.device}`
    : `${settings.protocol}://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${settings.port}`
}
