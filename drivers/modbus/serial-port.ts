import { readSync, writeSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import { LineError, type LineErrorCode } from '../line-error.ts'
import type { SerialFormat } from '../schema.ts'
import { longestDozeMs, type Doze } from './doze.ts'
import { Intake } from './intake.ts'
import type { Port } from './port.ts'
import { charMs } from './timing.ts'

/** A silent device is looked for after this, then ever more rarely, down to the other. */
const firstNapMs = 0.25
const longestNapMs = 10
/** Naps up to this are kept to the fraction of a millisecond. */
const finestNapMs = 2

/** An open serial device, whose descriptor does not block. */
export interface SerialDevice {
  readonly fd: number | null
  /** Forgets what lies in the kernel's buffers. */
  flush(): Promise<void>
  close(): Promise<void>
}

export type OpenSerialDevice = (path: string, format: SerialFormat) => Promise<SerialDevice>

/** Loads the native binding when the first serial line is opened, and not before. */
const openSerialDevice: OpenSerialDevice = async (path, { baud, dataBits, parity, stopBits }) => {
  const serialport = await import('serialport')
  return serialport.SerialPort.binding.open({ path, baudRate: baud, dataBits, parity, stopBits, lock: true })
}

/** The binding says what is wrong in the words of strerror(3) alone. */
const openCodes: [RegExp, LineErrorCode][] = [
  [/No such (file|device)/, 'LINE_DEVICE_MISSING'],
  [/Cannot lock|busy/, 'LINE_DEVICE_BUSY'],
  [/[Pp]ermission denied|not permitted/, 'LINE_NOT_ALLOWED'],
]

/**
 * A serial port. The binding opens and sets it; bytes then go straight through its descriptor. That asks the kernel's
 * buffer without ever waiting in a thread, so nothing runs while the wire works, and a read needs no cancelling.
 */
export class SerialPort implements Port {
  readonly heard: Intake
  readonly diesUnnoticed = false
  readonly #url: string
  readonly #path: string
  readonly #format: SerialFormat
  readonly #charMs: number
  readonly #clock: Clock
  readonly #openDevice: OpenSerialDevice
  readonly #doze: Doze | undefined
  readonly #chunk = Buffer.alloc(512)
  #device: SerialDevice | undefined
  #napMs = firstNapMs

  constructor(
    url: string,
    path: string,
    format: SerialFormat,
    clock: Clock,
    { openDevice = openSerialDevice, doze }: { openDevice?: OpenSerialDevice; doze?: Doze } = {},
  ) {
    this.#url = url
    this.#path = path
    this.#format = format
    this.#charMs = charMs(format)
    this.#clock = clock
    this.#openDevice = openDevice
    this.#doze = doze
    this.heard = new Intake(clock)
  }

  get isOpen(): boolean {
    return this.#device !== undefined
  }

  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    let device: SerialDevice | undefined
    try {
      device = await this.#openDevice(this.#path, this.#format)
      await device.flush() // what others left unread is not ours
    } catch (cause) {
      await device?.close().catch(() => undefined) // its lock would keep us out for ever
      const said = cause instanceof Error ? cause.message : ''
      const code = openCodes.find(([words]) => words.test(said))?.[1] ?? 'LINE_DEVICE_UNFIT'
      throw new LineError(code, this.#url, cause)
    }
    if (signal.aborted) {
      await device.close()
      throw signal.reason
    }
    this.#device = device
    this.heard.start()
  }

  write(bytes: Buffer): void {
    const fd = this.#device?.fd
    if (typeof fd !== 'number') throw new LineError('LINE_LOST', this.#url)
    this.#napMs = firstNapMs
    let written = 0
    try {
      written = writeSync(fd, bytes)
    } catch (cause) {
      throw this.#lose(cause)
    }
    if (written < bytes.length) throw this.#lose()
  }

  take(): void {
    const fd = this.#device?.fd
    if (typeof fd !== 'number') throw new LineError('LINE_LOST', this.#url)
    let count = 0
    try {
      count = readSync(fd, this.#chunk)
    } catch (cause) {
      if (isWouldBlock(cause)) return
      throw this.#lose(cause)
    }
    if (count === 0) throw this.#lose() // with VMIN 1 only a device that has hung up says so
    this.heard.push(this.#chunk, count)
  }

  async more(untilMs: number, missing: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const before = this.heard.total
      this.take()
      if (this.heard.total > before) {
        this.#napMs = firstNapMs
        return
      }
      const nowMs = this.#clock.monotonicMs()
      if (nowMs >= untilMs) return
      // The first of the missing bytes is on its way already.
      const napMs = Math.max((missing - 0.5) * this.#charMs, this.#napMs)
      this.#napMs = Math.min(this.#napMs * 2, longestNapMs)
      const wakesMs = Math.min(nowMs + napMs, untilMs)
      await (napMs > finestNapMs ? this.heard.wait(wakesMs, signal) : this.rest(wakesMs, signal))
    }
  }

  async rest(untilMs: number, signal: AbortSignal): Promise<void> {
    if (this.#doze === undefined) return await this.heard.wait(untilMs, signal)
    for (;;) {
      const leftMs = untilMs - this.#clock.monotonicMs()
      if (leftMs <= longestDozeMs) {
        if (leftMs > 0) this.#doze(leftMs)
        return
      }
      await this.heard.wait(untilMs - longestDozeMs, signal)
    }
  }

  close(): void {
    this.#end(new LineError('LINE_CLOSED', this.#url))
  }

  #lose(cause?: unknown): LineError {
    const lost = new LineError('LINE_LOST', this.#url, cause)
    this.#end(lost)
    return lost
  }

  #end(fault: LineError): void {
    const device = this.#device
    if (device === undefined) return
    this.#device = undefined
    this.heard.fail(fault)
    device.close().catch(() => undefined) // a device that has vanished may fail to close, and is gone all the same
  }
}

function isWouldBlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR')
}
