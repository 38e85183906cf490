/** A wire with units at its other end that answer as a test says, on the test's clock. */
import type { Clock } from '../clock.ts'
import { LineError } from '../line-error.ts'
import { putCrc } from '../modbus/crc.ts'
import { Intake } from '../modbus/intake.ts'
import type { Port } from '../modbus/port.ts'

/** A request as it arrived at the units. */
export interface Asked {
  readonly unit: number
  readonly function: number
  readonly address: number
  readonly count: number
  /** on TCP only */
  readonly transaction: number
  /** when its first byte was sent, on the test's clock */
  readonly atMs: number
}

/** Some bytes, so long after the request was sent. */
export interface Said {
  readonly afterMs: number
  readonly bytes: Uint8Array
}

export type Script = (asked: Asked) => readonly Said[]

/** What a request on the wire asks. */
export function askedBy(bytes: Buffer, framing: 'rtu' | 'mbap', atMs: number): Asked {
  const at = framing === 'mbap' ? 6 : 0
  return {
    unit: bytes[at] ?? 0,
    function: bytes[at + 1] ?? 0,
    address: bytes.readUInt16BE(at + 2),
    count: bytes.readUInt16BE(at + 4),
    transaction: at === 0 ? 0 : bytes.readUInt16BE(0),
    atMs,
  }
}

export class ScriptedWire implements Port {
  readonly heard: Intake
  readonly asked: Asked[] = []
  isOpen = false
  diesUnnoticed = false
  /** How often it was opened. */
  openings = 0
  /** What opening it ends with; absent: it opens. */
  refusal: LineError | undefined
  script: Script
  readonly #clock: Clock
  readonly #framing: 'rtu' | 'mbap'

  constructor(framing: 'rtu' | 'mbap', clock: Clock, script: Script = () => []) {
    this.#framing = framing
    this.#clock = clock
    this.script = script
    this.heard = new Intake(clock)
  }

  open(): Promise<void> {
    this.openings++
    if (this.refusal !== undefined) return Promise.reject(this.refusal)
    this.isOpen = true
    this.heard.start()
    return Promise.resolve()
  }

  write(bytes: Buffer): void {
    const asked = askedBy(bytes, this.#framing, this.#clock.monotonicMs())
    this.asked.push(asked)
    for (const said of this.script(asked)) this.say(said)
  }

  /** Lets bytes come without anybody having asked. */
  say({ afterMs, bytes }: Said): void {
    void this.#clock.sleep(afterMs).then(() => {
      if (this.isOpen) this.heard.push(Buffer.from(bytes), bytes.length)
    })
  }

  take(): void {
    // What came was pushed.
  }

  more(untilMs: number, _missing: number, signal: AbortSignal): Promise<void> {
    return this.heard.wait(untilMs, signal)
  }

  rest(untilMs: number, signal: AbortSignal): Promise<void> {
    return this.heard.wait(untilMs, signal)
  }

  /** Breaks off, as a pulled plug does. */
  lose(): void {
    this.#end('LINE_LOST')
  }

  close(): void {
    this.#end('LINE_CLOSED')
  }

  #end(code: 'LINE_LOST' | 'LINE_CLOSED'): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.heard.fail(new LineError(code, 'test://wire'))
  }
}

/** A PDU, framed as the answer to `asked`; `unit` and `transaction` may lie. */
export type Frame = (asked: Pick<Asked, 'unit' | 'transaction'>, ...pdu: number[]) => Uint8Array

export const rtuFrame: Frame = ({ unit }, ...pdu) => {
  const frame = Uint8Array.of(unit, ...pdu, 0, 0)
  putCrc(frame, frame.length - 2)
  return frame
}

export const mbapFrame: Frame = ({ unit, transaction }, ...pdu) =>
  Uint8Array.of(transaction >> 8, transaction & 0xff, 0, 0, 0, pdu.length + 1, unit, ...pdu)

/** What register `address` of `unit` holds: so that a value tells where it is from. */
export function telling(unit: number, address: number): number {
  return (unit * 4_099 + address * 7 + 1) & 0xffff
}

/** The right answer: each register, or bit, tells where it is from; of a write, address and value or count again. */
export function answer(frame: Frame, asked: Asked): Uint8Array {
  if (asked.function > 4)
    return frame(asked, asked.function, ...[asked.address, asked.count].flatMap((word) => [word >> 8, word & 0xff]))
  const values = Array.from({ length: asked.count }, (_, index) => telling(asked.unit, asked.address + index))
  if (asked.function > 2)
    return frame(asked, asked.function, 2 * asked.count, ...values.flatMap((value) => [value >> 8, value & 0xff]))
  const bytes = new Uint8Array(Math.ceil(asked.count / 8))
  values.forEach((value, bit) => {
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | ((value & 1) << (bit & 7))
  })
  return frame(asked, asked.function, bytes.length, ...bytes)
}

export function exception(frame: Frame, asked: Asked, code: number): Uint8Array {
  return frame(asked, asked.function | 0x80, code)
}
